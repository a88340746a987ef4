import Model

/// `qwen --output-format stream-json`. Known by its source of 2026.
struct QwenFormat: LineFormat {
    static let provider = Provider.qwen
    static let program = "qwen"

    static let options: Set<RunOptions.Field> = [.model, .permissionMode, .arguments, .mcpServers]

    static func arguments(_ start: TurnStart) -> [String] {
        var arguments = ["--output-format", "stream-json", "--include-partial-messages"]
        if let model = start.options.model { arguments.append("--model=\(model)") }
        switch start.options.permissionMode.flatMap(PermissionMode.init) {
        case .default: arguments.append("--approval-mode=default")
        case .acceptEdits: arguments.append("--approval-mode=auto-edit")
        case .plan: arguments.append("--approval-mode=plan")
        case .bypassPermissions: arguments.append("--approval-mode=yolo")
        case nil: break
        }
        if let session = start.resume { arguments.append("--resume=\(session)") }
        return arguments
    }

    /// Its layer of settings below those of user and project takes the servers of a run; what the machine's administrator has in
    /// that layer is not read then.
    static func surroundings(_ start: TurnStart) -> (environment: [String: String], files: [String: [UInt8]]) {
        MCPServers(start.options.mcpServers ?? [:]).asDefaults("QWEN_CODE_SYSTEM_DEFAULTS_PATH", start)
    }

    static func failureClass(ofExit code: Int) -> Run.FailureClass? { code == 41 ? .auth : code == 42 ? .user : nil }

    mutating func read(_ message: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        ClaudeLikeLines.read(message, &talk)
    }
}
