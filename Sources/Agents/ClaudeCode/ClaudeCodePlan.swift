import Model

/// The plan that is being made in plan mode: a file in the folder `plans` of the program's configuration, which it writes and
/// edits by its tools. Since 2.1 the question whether the plan is good does not tell it.
struct ClaudeCodePlan: Codable, Sendable {
    private var path: String?
    private var text: String?

    /// - Parameter tool: one that has done its work.
    mutating func learn(_ tool: ToolUse) {
        guard let input = tool.input, let path = input["file_path"]?.string, path.hasSuffix(".md"),
            path.contains("/plans/")
        else { return }
        switch tool.name {
        case "Write": (self.path, text) = (path, input["content"]?.string)
        case "Edit" where path == self.path:
            guard let old = input["old_string"]?.string, !old.isEmpty, let new = input["new_string"]?.string else {
                return
            }
            text = text?.replacing(old, with: new, maxReplacements: input["replace_all"]?.bool == true ? .max : 1)
        default: break
        }
    }

    /// What is asked of `ExitPlanMode`, with the plan in it.
    func shown(_ name: String, _ input: JSONValue) -> JSONValue {
        guard name == "ExitPlanMode", let text, case .object(var members) = input, members["plan"] == nil else {
            return input
        }
        members["plan"] = .string(text)
        return .object(members)
    }
}
