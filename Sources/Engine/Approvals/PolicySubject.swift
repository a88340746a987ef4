import Agents
package import Model

/// What a rule looks at: an agent's question, or one that somebody imagines.
package struct PolicySubject: Sendable, Equatable {
    package let type: Approval.Kind
    package let tool: String?
    /// What it is about, whole: the command, the address, the path; else the question's line.
    package let text: String

    package init(type: Approval.Kind, tool: String?, title: String, input: JSONValue?) {
        self.type = type
        self.tool = tool
        text = Self.whole(of: type, input) ?? title
    }

    init(_ question: AgentQuestion) {
        self.init(type: question.type, tool: question.tool, title: question.title, input: question.input)
    }

    init(_ approval: Approval, edited: JSONValue? = nil) {
        self.init(
            type: approval.type, tool: approval.tool, title: approval.title, input: edited ?? approval.input)
    }

    /// What globs are held against: `Bash`, `Bash: git status`, `git status`.
    var names: [String] { [tool, tool.map { "\($0): \(text)" }, text].compactMap(\.self) }

    /// The rule that is about the same question and no other.
    var rule: String { Glob.literal(tool.map { "\($0): \(text)" } ?? text) }

    /// The commands of a line, which is enough to see what is denied; a shell knows many more ways to write one.
    var commands: [String] {
        guard type == .command else { return [] }
        return text.unicodeScalars.split(whereSeparator: Self.separators.contains).map {
            String($0.drop(while: \.properties.isWhitespace))
        }
    }

    /// With these a line becomes more than one command, or writes a file.
    static let separators: Set<Unicode.Scalar> = [";", "&", "|", "\n", "\r", "(", ")", "`"]
    /// What the wildcard of a rule that allows a command never stands for.
    static let barred = separators.union(["$", "<", ">"])

    /// A title is one line, cut; a rule must see all of it.
    private static func whole(of type: Approval.Kind, _ input: JSONValue?) -> String? {
        func text(_ names: String...) -> String? {
            names.lazy.compactMap { input?[$0]?.string }.first { !$0.isEmpty }
        }
        switch type {
        case .command:
            let argv = (input?["argv"] ?? input?["command"])?.array?.compactMap(\.string)
            return text("command") ?? argv?.joined(separator: " ")
        case .web: return text("url", "query")
        case .tool: return text("file_path", "notebook_path", "path")
        case .plan, .question: return nil
        }
    }
}
