import Model

extension Channel {
    /// What following it takes: of a thing of a project's, in that project.
    var ability: Ability {
        switch self {
        case .hub, .job: .hubRead
        case .project, .run, .card: .projectRead
        case .user: .meRead
        case .logs: .hubAdmin
        }
    }
}
