/// What a caller needs to be allowed for an operation.
package enum Ability: String, Sendable, CaseIterable {
    case hubRead = "hub:read"
    case projectRead = "project:read"
    case projectCreate = "project:create"
    case projectWrite = "project:write"
    case boardWrite = "board:write"
    case runWrite = "run:write"
    case approvalAnswer = "approval:answer"
    case gitMerge = "git:merge"
    case consumerWrite = "consumer:write"
    /// What concerns the hub as a whole: backups, its jobs.
    case hubAdmin = "hub:admin"
}

/// Operations that share one allowance of calls.
package enum RateGroup: String, Sendable, CaseIterable {
    /// Not counted.
    case open
    case standard
    /// Whatever puts an agent to work.
    case starting
}
