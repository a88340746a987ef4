import Model

/// What may be done without asking in a permission mode that an agent has no name for, so that it asks us.
enum ACPAllowance: String, Codable {
    case nothing, edits, everything

    func covers(_ kind: String?) -> Bool {
        switch self {
        case .nothing: false
        case .edits: kind == "edit" || kind == "read"
        case .everything: true
        }
    }
}

extension PermissionMode {
    /// What agents call their modes that come to the same.
    var acpNames: [String] {
        switch self {
        case .default: ["default", "ask", "manual"]
        case .acceptEdits: ["acceptEdits", "autoEdit", "auto_edit", "auto-edit", "accept-edits", "accept_edits"]
        case .plan: ["plan", "architect", "read-only"]
        case .bypassPermissions: ["bypassPermissions", "yolo", "full-access", "auto"]
        }
    }

    /// nil where it must be the agent's own: what it does not ask for cannot be forbidden.
    var acpAllowance: ACPAllowance? {
        switch self {
        case .default: .nothing
        case .acceptEdits: .edits
        case .bypassPermissions: .everything
        case .plan: nil
        }
    }
}
