import Model

/// An item of a thread that is a tool's use, in our words. The app-server spells names in camelCase, `exec` in
/// snake_case.
struct CodexItem {
    private let item: JSONValue
    private let workingDirectory: String?
    /// Of an item that does not say how it stands.
    private let isDone: Bool

    init(_ item: JSONValue, in workingDirectory: String?, isDone: Bool) {
        self.isDone = isDone
        self.item = item
        self.workingDirectory = workingDirectory
    }

    /// nil for an item that is no tool, or one that nobody knows.
    var tool: ToolUse? {
        switch item["type"]?.string {
        case "commandExecution", "command_execution":
            let output = text("aggregatedOutput", "aggregated_output")
            return use("shell", .commandRun, command.title, ["command": .string(command)], output)
        case "fileChange", "file_change":
            return use("apply_patch", .fileEdit, files, changes.isEmpty ? nil : ["changes": .array(changes)])
        case "mcpToolCall", "mcp_tool_call":
            let name = [text("server"), text("tool")].compactMap(\.self).joined(separator: ".")
            return use(name, .tool, name.title, item["arguments"], mcpOutput)
        case "webSearch", "web_search":
            let query = text("query") ?? ""
            return use("web_search", .webFetch, query.title, ["query": .string(query)])
        case "imageView", "image_view":
            let path = text("path") ?? ""
            return use("view_image", .fileRead, short(path).title, ["path": .string(path)])
        case "collabAgentToolCall", "collab_tool_call":
            let name = text("tool") ?? "agent"
            return use(name, .taskCreate, (text("prompt") ?? name).title, item["prompt"].map { ["prompt": $0] })
        default: return nil
        }
    }

    private func use(
        _ name: String, _ action: ToolUse.Action, _ title: String, _ input: JSONValue?, _ output: String? = nil
    ) -> ToolUse {
        ToolUse(
            name: name, action: action, status: status, title: title.isEmpty ? name : title,
            input: input?.cuttingText(), output: output?.cut(),
            exitCode: (item["exitCode"] ?? item["exit_code"])?.count)
    }

    private func text(_ names: String...) -> String? { names.lazy.compactMap { item[$0]?.string }.first }

    private var status: ToolUse.Status {
        switch item["status"]?.string {
        case "completed": .success
        case "failed": .failed
        case "declined": .denied
        case "inProgress", "in_progress": .running
        default: isDone ? .success : .running
        }
    }

    var command: String { ShellWords.unwrapped(text("command") ?? "") }

    var changes: [JSONValue] { item["changes"]?.array ?? [] }

    var files: String { changes.compactMap { $0["path"]?.string }.map(short).joined(separator: ", ").title }

    private func short(_ path: String) -> String {
        guard let workingDirectory, path.hasPrefix(workingDirectory + "/") else { return path }
        return String(path.dropFirst(workingDirectory.utf8.count + 1))
    }

    private var mcpOutput: String? {
        if let error = item["error"]?["message"]?.string { return error }
        let content = item["result"]?["content"]?.array
        return content?.map { $0["text"]?.string ?? "[\($0["type"]?.string ?? "?")]" }.joined(separator: "\n")
    }
}
