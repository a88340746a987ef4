/// Who a commit is by.
package struct Identity: Sendable, Equatable {
    package let name: String
    package let email: String

    package init(name: String, email: String) {
        self.name = name
        self.email = email
    }

    /// `Name <email>`, without what git leaves out of either as well.
    var line: String {
        func plain(_ text: String) -> String { text.filter { !$0.isNewline && $0 != "<" && $0 != ">" } }
        return "\(plain(name)) <\(plain(email))>"
    }

    /// For a machine whose user has told git no name.
    package static let hub = Identity(name: "Roost", email: "roost@localhost")
}
