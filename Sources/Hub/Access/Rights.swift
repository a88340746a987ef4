package import Model

/// What somebody may do: a user's roles, as far as the token reaches that he came with.
package struct Rights: Sendable, Equatable {
    /// What is about no one project.
    package let hub: Set<Ability>
    /// In every project and organization, also those to come; nil for whoever sees his own only.
    package let everywhere: Set<Ability>?
    package let projects: [Project.ID: Set<Ability>]
    package let organizations: [Organization.ID: Set<Ability>]

    package static let all = Rights(hub: Set(Ability.allCases), everywhere: Set(Ability.allCases))
    package static let none = Rights(hub: [])
    /// Of a user whose password was made for him, until he has chosen another: to know himself, to do that, and to end tokens.
    private static let untilPasswordChange: Set<Ability> = [.meRead, .tokenWrite]

    package init(
        hub: Set<Ability>, everywhere: Set<Ability>? = nil, projects: [Project.ID: Set<Ability>] = [:],
        organizations: [Organization.ID: Set<Ability>] = [:]
    ) {
        self.hub = hub.filter { $0.scope == .hub }
        self.everywhere = everywhere?.filter { $0.scope != .hub }
        self.projects = projects
        self.organizations = organizations
    }

    /// - Parameters:
    ///   - members: what the user's roles in projects allow, and those in their organizations.
    ///   - seats: his roles in organizations.
    init(
        _ user: User, _ members: [Project.ID: Set<Ability>], _ seats: [Organization.ID: Seat.Role], within token: Token
    ) {
        let admitted = token.abilities.map { Set($0).union([.meRead]) } ?? Set(Ability.allCases)
        guard user.mustChangePassword != true else {
            self.init(hub: admitted.intersection(Self.untilPasswordChange))
            return
        }
        let abilities = user.role.abilities.intersection(admitted)
        let isEverywhere = user.role == .admin
        guard let only = token.projects else {
            self.init(
                hub: abilities, everywhere: isEverywhere ? abilities : nil,
                projects: isEverywhere ? [:] : members.mapValues { $0.intersection(admitted) },
                organizations: isEverywhere ? [:] : seats.mapValues { $0.abilities.intersection(admitted) })
            return
        }
        let own = only.compactMap { project in
            let role = isEverywhere ? user.role.abilities : members[project]
            return role.map { (project, $0.intersection(admitted).filter(\.isOfProject)) }
        }
        self.init(
            hub: abilities.intersection(Self.beyondProjects), projects: Dictionary(own, uniquingKeysWith: { a, _ in a })
        )
    }

    /// What a token for some projects still is for.
    private static let beyondProjects: Set<Ability> = [.meRead, .tokenWrite, .hubRead]

    /// - Returns: nil for a project that is none of his business.
    package func abilities(in project: Project.ID) -> Set<Ability>? { projects[project] ?? everywhere }

    package func abilities(in organization: Organization.ID) -> Set<Ability>? {
        organizations[organization] ?? everywhere
    }

    /// False when there is nothing that he may do with it; true also when that depends on which one.
    package func mayHave(_ ability: Ability) -> Bool {
        guard ability.scope != .hub else { return hub.contains(ability) }
        return everywhere.map { $0.contains(ability) } ?? true
    }

    /// The projects that lists show him; nil for all there are.
    package var readableProjects: Set<Project.ID>? { projects(allowing: .projectRead) }

    /// Those whose questions are his to answer; nil for all there are.
    package var answerableProjects: Set<Project.ID>? { projects(allowing: .approvalAnswer) }

    /// The organizations that lists show him; nil for all there are.
    package var readableOrganizations: Set<Organization.ID>? {
        if everywhere?.contains(.organizationRead) == true { return nil }
        return Set(organizations.filter { $0.value.contains(.organizationRead) }.keys)
    }

    private func projects(allowing ability: Ability) -> Set<Project.ID>? {
        if everywhere?.contains(ability) == true { return nil }
        return Set(projects.filter { $0.value.contains(ability) }.keys)
    }
}
