package import Model

package struct CreateOrganization: Codable, Sendable {
    package var name: String

    package init(name: String) { self.name = name }
}

package struct UpdateOrganization: Codable, Sendable {
    package var name: String?
    package var version: Int?

    package init(name: String? = nil, version: Int? = nil) {
        self.name = name
        self.version = version
    }
}

package struct CreateSeat: Codable, Sendable {
    /// Identifier or name.
    package var user: String
    /// nil: a member.
    package var role: Seat.Role?

    package init(user: String, role: Seat.Role? = nil) {
        self.user = user
        self.role = role
    }
}

package struct UpdateSeat: Codable, Sendable {
    package var role: Seat.Role?
    package var version: Int?

    package init(role: Seat.Role? = nil, version: Int? = nil) {
        self.role = role
        self.version = version
    }
}
