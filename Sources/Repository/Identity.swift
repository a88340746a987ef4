/// Who a commit is by.
package struct Identity: Sendable, Equatable {
    package let name: String
    package let email: String

    package init(name: String, email: String) {
        self.name = name
        self.email = email
    }

    /// For a machine whose user has told git no name.
    package static let hub = Identity(name: "Roost", email: "roost@localhost")
}
