package import Model

/// What a subscription's holder may see of its channel.
package enum Sight: Sendable, Equatable {
    case everything
    /// Of the hub's journal: what concerns these projects or organizations (nil: any), or the user himself.
    case only(projects: Set<Project.ID>?, organizations: Set<Organization.ID>? = [], user: User.ID?)

    package func admits(_ event: EventHeader) -> Bool {
        switch self {
        case .everything: return true
        case .only(let projects, let organizations, let user):
            if let user, user == event.context.userId { return true }
            if let organization = event.context.organizationId {
                return organizations.map { $0.contains(organization) } ?? true
            }
            guard let project = event.projectId else { return false }
            return projects.map { $0.contains(project) } ?? true
        }
    }

    /// What passes in the hub's own journal is about no project.
    func admits(_ update: ReplaceableUpdate) -> Bool {
        switch self {
        case .everything: true
        case .only: update.journal != .hub
        }
    }
}

/// Says what the holder of a subscription may see of it now; nil when nothing. Asked under the broker's lock, when the
/// subscription is made and at every `review`: it must be quick, and must not call the broker.
package typealias Clearance = @Sendable () -> Sight?
