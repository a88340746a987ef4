/// What somebody may do. Names are API: never renamed.
package enum Ability: String, Codable, Sendable, CaseIterable {
    /// Asking who one is: everybody has it who is known, and no token lacks it.
    case meRead = "me:read"
    case tokenWrite = "token:write"
    case hubRead = "hub:read"
    case projectCreate = "project:create"
    case organizationCreate = "organization:create"
    /// What concerns the hub as a whole: backups, its jobs.
    case hubAdmin = "hub:admin"
    /// Users, and other people's tokens.
    case userAdmin = "user:admin"

    case organizationRead = "organization:read"
    /// Its name, members, secrets and profiles, and which projects are its.
    case organizationWrite = "organization:write"
    /// Its end, and who owns it.
    case organizationOwn = "organization:own"

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

    /// What one has it in.
    package enum Scope: Sendable {
        case hub
        /// By a seat in it.
        case organization
        /// By a role in it.
        case project
    }

    package var scope: Scope {
        switch self {
        case .meRead, .tokenWrite, .hubRead, .projectCreate, .organizationCreate, .hubAdmin, .userAdmin: .hub
        case .organizationRead, .organizationWrite, .organizationOwn: .organization
        case .projectRead, .projectWrite, .memberWrite, .boardWrite, .runWrite, .approvalAnswer, .gitCommit,
            .gitMerge, .gitPush, .consumerWrite:
            .project
        }
    }

    package var isOfProject: Bool { scope == .project }
}

extension User.Role {
    /// What it gives everywhere: an administrator needs no membership.
    package var abilities: Set<Ability> {
        switch self {
        case .admin: Set(Ability.allCases)
        case .member: [.meRead, .tokenWrite, .hubRead, .organizationCreate]
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

extension Seat.Role {
    /// What it gives in its organization; `inProjects` says what in the projects.
    package var abilities: Set<Ability> {
        switch self {
        case .viewer, .member: [.organizationRead]
        case .admin: [.organizationRead, .organizationWrite]
        case .owner: [.organizationRead, .organizationWrite, .organizationOwn]
        }
    }
}
