import Model

/// A tool by the name and the arguments that an agent gives it; many agents use the same names.
struct LineTool {
    let name: String
    let input: JSONValue

    init(_ name: String?, _ input: JSONValue?) {
        self.name = name ?? "tool"
        self.input = input ?? [:]
    }

    private static let actions: [String: ToolUse.Action] = [
        "read": .fileRead, "read_file": .fileRead, "read_many_files": .fileRead, "view": .fileRead,
        "edit": .fileEdit, "write": .fileEdit, "write_file": .fileEdit, "replace": .fileEdit, "create": .fileEdit,
        "create_file": .fileEdit, "edit_file": .fileEdit, "str_replace_editor": .fileEdit, "apply_patch": .fileEdit,
        "multiedit": .fileEdit, "patch": .fileEdit, "delete": .fileEdit, "undo_edit": .fileEdit,
        "bash": .commandRun, "shell": .commandRun, "run_shell_command": .commandRun, "powershell": .commandRun,
        "grep": .search, "glob": .search, "ls": .search, "list": .search, "list_directory": .search,
        "search_file_content": .search, "grep_search": .search, "semsearch": .search, "finder": .search,
        "codebase_search_agent": .search,
        "web_fetch": .webFetch, "webfetch": .webFetch, "web_search": .webFetch, "websearch": .webFetch,
        "google_web_search": .webFetch, "read_web_page": .webFetch,
        "task": .taskCreate, "agent": .taskCreate, "oracle": .taskCreate,
        "todowrite": .todoManagement, "todo_write": .todoManagement, "updatetodos": .todoManagement,
        "update_todo": .todoManagement, "todoread": .todoManagement, "todo_read": .todoManagement,
        "ask_user_question": .askUserQuestion, "ask_user": .askUserQuestion,
        "exit_plan_mode": .planPresentation, "createplan": .planPresentation,
    ]
    private static let subjects = [
        "command", "file_path", "filePath", "path", "absolute_path", "pattern", "globPattern", "query", "url",
        "description", "prompt",
    ]

    func use(_ status: ToolUse.Status) -> ToolUse {
        let subject = Self.subjects.lazy.compactMap { input[$0]?.string }.first { !$0.isEmpty }
        return ToolUse(
            name: name, action: Self.actions[name.lowercased()] ?? .tool, status: status,
            title: (subject ?? name).title, input: input.cuttingText())
    }
}

extension PlanItem {
    /// `{content|text|title, status}` with whatever spelling: `in_progress`, `TODO_STATUS_IN_PROGRESS`, `inProgress`.
    init?(line item: JSONValue) {
        guard let text = item["content"]?.string ?? item["text"]?.string ?? item["title"]?.string else { return nil }
        let status = item["status"]?.string?.lowercased() ?? ""
        self.init(
            text: text,
            status: status.hasSuffix("progress") ? .inProgress : status.hasSuffix("completed") ? .completed : .pending)
    }
}
