/// How much an agent asks before it acts, in the words of Claude Code. Each agent has its own way to the same.
enum PermissionMode: String, CaseIterable {
    /// Asks before it changes anything.
    case `default`
    /// Edits files without asking.
    case acceptEdits
    /// Changes nothing, and presents a plan.
    case plan
    /// Never asks.
    case bypassPermissions
}
