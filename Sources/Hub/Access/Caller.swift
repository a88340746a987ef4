package import Broker
package import Model

/// Who asks, and what he may do, as of one moment.
package struct Caller: Sendable {
    package let pass: Pass
    package let actor: Actor
    package let rights: Rights
    /// nil for whoever is no user.
    package let user: User?
    package let token: Token?

    /// Whoever reaches a hub without users may do everything: it listens on loopback only.
    package static let local = Caller(.local, .local, .all)

    package static func nobody(_ reason: Pass.Reason) -> Caller { Caller(.none(reason), Actor(.user), .none) }

    package init(_ pass: Pass, _ actor: Actor, _ rights: Rights, user: User? = nil, token: Token? = nil) {
        self.pass = pass
        self.actor = actor
        self.rights = rights
        self.user = user
        self.token = token
    }

    package var isKnown: Bool {
        switch pass {
        case .local, .token: true
        case .none: false
        }
    }

    /// All there is to say of what is about no project; of what is about one, before it is known which.
    package func require(_ ability: Ability, for what: String) throws(HubError) {
        guard isKnown, rights.mayHave(ability), !isToChangePassword || rights.hub.contains(ability) else {
            throw refusal(of: ability, for: what)
        }
    }

    /// - Parameter hidden: what is said of a project that he does not see: the same as if it were not there.
    package func require(
        _ ability: Ability, in project: Project.ID, for what: String, hidden: @autoclosure () -> HubError
    ) throws(HubError) {
        guard let abilities = rights.abilities(in: project) else { throw hidden() }
        guard abilities.contains(ability) else { throw refusal(of: ability, for: what) }
    }

    package func require(
        _ ability: Ability, in organization: Organization.ID, for what: String, hidden: @autoclosure () -> HubError
    ) throws(HubError) {
        guard let abilities = rights.abilities(in: organization) else { throw self.hidden(hidden()) }
        guard abilities.contains(ability) else { throw refusal(of: ability, for: what) }
    }

    /// What is said of a thing that he does not see.
    package func hidden(_ notFound: HubError) -> HubError {
        switch pass {
        case .none(let reason): .unauthenticated(reason)
        case .local, .token: isToChangePassword ? passwordChangeRequired : notFound
        }
    }

    /// Its password was made for it, and lets it in for no more than to choose another.
    private var isToChangePassword: Bool { user?.mustChangePassword == true }

    private var passwordChangeRequired: HubError {
        HubError(
            .passwordChangeRequired,
            "the password of \(user?.name ?? "this user") was made for it; passwords.change sets another, before anything else"
        )
    }

    /// Jobs that are no project's are the hub's own.
    package func sees(_ run: Run) -> Bool { rights.abilities(in: run.projectId)?.contains(.projectRead) == true }

    package func sees(_ job: Job) -> Bool {
        guard let project = job.projectId else { return rights.hub.contains(.hubAdmin) }
        return rights.abilities(in: project)?.contains(.projectRead) == true
    }

    private func refusal(of ability: Ability, for what: String) -> HubError {
        switch pass {
        case .none(let reason): .unauthenticated(reason)
        case .local, .token: isToChangePassword ? passwordChangeRequired : .forbidden(what, needs: ability)
        }
    }

    /// What he sees of a channel, a view of this journal; nil when he may not have it.
    package func sight(of channel: Channel, in journal: JournalKey) -> Sight? {
        switch journal {
        case .hub:
            if case .user(let id) = channel {
                guard rights.hub.contains(.meRead), id == user?.id else { return nil }
                return .only(projects: rights.answerableProjects, user: id ?? .local)
            }
            // Of a job without a project it is what `sees` says of it.
            switch channel {
            case .logs, .job: return rights.hub.contains(.hubAdmin) ? .everything : nil
            case .hub, .project, .card, .run, .user: break
            }
            guard rights.hub.contains(.hubRead) else { return nil }
            let projects = rights.readableProjects
            let isAdmin = rights.hub.isSuperset(of: [.userAdmin, .hubAdmin])
            return projects == nil && isAdmin
                ? .everything
                : .only(
                    projects: projects, organizations: rights.readableOrganizations, user: user?.id)
        case .project(let project):
            return rights.abilities(in: project)?.contains(.projectRead) == true ? .everything : nil
        }
    }
}
