package import Model

package struct CreateUser: Codable, Sendable {
    package var name: String
    package var type: User.Kind?
    package var role: User.Role?

    package init(name: String, type: User.Kind? = nil, role: User.Role? = nil) {
        self.name = name
        self.type = type
        self.role = role
    }
}

package struct UpdateUser: Codable, Sendable {
    package var role: User.Role?
    package var status: User.Status?
    package var version: Int?

    package init(role: User.Role? = nil, status: User.Status? = nil) {
        self.role = role
        self.status = status
    }
}

package struct CreateToken: Codable, Sendable {
    package var name: String
    package var abilities: [Ability]?
    package var projects: [Project.ID]?
    package var expiresAt: Timestamp?

    package init(
        name: String, abilities: [Ability]? = nil, projects: [Project.ID]? = nil, expiresAt: Timestamp? = nil
    ) {
        self.name = name
        self.abilities = abilities
        self.projects = projects
        self.expiresAt = expiresAt
    }
}

package struct UpdateToken: Codable, Sendable {
    package var name: String?
    package var abilities: [Ability]?
    package var projects: [Project.ID]?
    package var expiresAt: Timestamp?
    package var version: Int?

    package init(abilities: [Ability]? = nil, projects: [Project.ID]? = nil, expiresAt: Timestamp? = nil) {
        self.abilities = abilities
        self.projects = projects
        self.expiresAt = expiresAt
    }
}

package struct CreateMember: Codable, Sendable {
    /// Identifier or name.
    package var user: String
    package var role: Member.Role

    package init(user: String, role: Member.Role) {
        self.user = user
        self.role = role
    }
}

package struct UpdateMember: Codable, Sendable {
    package var role: Member.Role?
    package var version: Int?

    package init(role: Member.Role? = nil) { self.role = role }
}
