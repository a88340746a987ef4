/// What somebody may do. Names are API: never renamed.
package enum Ability: String, Codable, Sendable, CaseIterable {
    /// Asking who one is: everybody has it who is known, and no token lacks it.
    case meRead = "me:read"
    case tokenWrite = "token:write"
    case hubRead = "hub:read"
    case projectCreate = "project:create"
    /// What concerns the hub as a whole: backups, its jobs.
    case hubAdmin = "hub:admin"
    /// Users, and other people's tokens.
    case userAdmin = "user:admin"

    case projectRead = "project:read"
    case projectWrite = "project:write"
    case memberWrite = "member:write"
    case boardWrite = "board:write"
    /// Agents run with the hub's own rights on its machine.
    case runWrite = "run:write"
    case approvalAnswer = "approval:answer"
    /// Commits on a run's own branch, and what moves that branch.
    case gitCommit = "git:commit"
    case gitMerge = "git:merge"
    /// What leaves this machine: pushes.
    case gitPush = "git:push"
    case consumerWrite = "consumer:write"

    /// Whether it is about one project, and so given by a role in that project.
    package var isOfProject: Bool {
        switch self {
        case .meRead, .tokenWrite, .hubRead, .projectCreate, .hubAdmin, .userAdmin: false
        case .projectRead, .projectWrite, .memberWrite, .boardWrite, .runWrite, .approvalAnswer, .gitCommit,
            .gitMerge, .gitPush, .consumerWrite:
            true
        }
    }
}

extension User.Role {
    /// What it gives everywhere: an administrator needs no membership.
    package var abilities: Set<Ability> {
        switch self {
        case .admin: Set(Ability.allCases)
        case .member: [.meRead, .tokenWrite, .hubRead]
        }
    }
}

extension Member.Role {
    /// What it gives in its project.
    package var abilities: Set<Ability> {
        switch self {
        case .viewer: [.projectRead]
        case .editor: Self.viewer.abilities.union([.boardWrite, .runWrite, .approvalAnswer, .gitCommit])
        case .maintainer:
            Self.editor.abilities.union([.projectWrite, .memberWrite, .gitMerge, .gitPush, .consumerWrite])
        }
    }
}
