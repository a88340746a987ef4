import Model

/// A tool of the program, in our words.
struct ClaudeCodeTool {
    let name: String
    let input: JSONValue

    init(_ name: String, _ input: JSONValue) {
        self.name = name
        self.input = input
    }

    func use(_ status: ToolUse.Status) -> ToolUse {
        ToolUse(name: name, action: action, status: status, title: title, input: input.cuttingText())
    }

    var action: ToolUse.Action {
        switch name {
        case "Read", "NotebookRead": .fileRead
        case "Edit", "MultiEdit", "Write", "NotebookEdit": .fileEdit
        case "Bash": .commandRun
        case "Grep", "Glob", "LS", "ToolSearch": .search
        case "WebFetch", "WebSearch": .webFetch
        case "Agent", "Task": .taskCreate
        case "TodoWrite", "TaskCreate", "TaskUpdate", "TaskList", "TaskGet": .todoManagement
        case "AskUserQuestion": .askUserQuestion
        case "ExitPlanMode": .planPresentation
        default: .tool
        }
    }

    var approval: Approval.Kind {
        switch name {
        case "Bash": .command
        case "WebFetch", "WebSearch": .web
        case "ExitPlanMode": .plan
        case "AskUserQuestion": .question
        default: .tool
        }
    }

    /// What it is about, without its name.
    private var subject: String? {
        switch action {
        case .fileRead, .fileEdit: text("file_path") ?? text("notebook_path")
        case .commandRun: text("command")
        case .search: text("pattern") ?? text("query") ?? text("path")
        case .webFetch: text("url") ?? text("query")
        case .taskCreate: text("description")
        case .askUserQuestion: input["questions"]?.array?.first?["question"]?.string
        case .planPresentation: text("plan")
        case .todoManagement, .tool: text("subject") ?? text("description")
        }
    }

    private var title: String { (subject ?? name).title }

    /// The one line that a person decides by.
    var question: String {
        switch approval {
        case .command, .web, .question: title
        case .plan: (subject ?? "The plan is ready").title
        case .tool: (subject.map { "\(name): \($0)" } ?? name).title
        }
    }

    private func text(_ member: String) -> String? {
        input[member]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}
