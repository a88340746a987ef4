import Model

/// `qwen --output-format stream-json`. Known by its source of 2026.
struct QwenFormat: LineFormat {
    static let provider = Provider.qwen
    static let program = "qwen"

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

    static func failureClass(ofExit code: Int) -> Run.FailureClass? { code == 41 ? .auth : code == 42 ? .user : nil }

    mutating func read(_ message: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        ClaudeLikeLines.read(message, &talk)
    }
}
