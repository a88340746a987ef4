import Journal
import Model

extension OperationCall {
    /// Of the project that `project` names, or nil: of the hub.
    func ownerProject(of what: String, toChange: Bool) async throws -> Project.ID? {
        let project = text("project") == nil ? nil : try await projectID()
        try requireOwner(
            project, of: what, toChange: toChange, hidden: HubError.notFound(.project, text("project") ?? ""))
        return project
    }

    /// What is a project's is changed by whoever may change the project; what is the hub's, by its administrators.
    func requireOwner(_ project: Project.ID?, of what: String, toChange: Bool, hidden: HubError) throws {
        if let project {
            try caller.require(
                toChange ? .projectWrite : .projectRead, in: project, for: "\(what) of a project", hidden: hidden)
        } else if toChange {
            try caller.require(.hubAdmin, for: "\(what) of the hub")
        }
    }

    /// Whose own things are meant: on a hub without users, those of whoever uses it.
    func ownUser() throws -> User.ID {
        guard let user = caller.user?.id ?? caller.actor.userId else {
            throw HubError.forbidden("what a user keeps", needs: .meRead)
        }
        return user
    }
}
