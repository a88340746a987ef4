/// What a handler tells of its answer for the records; none of it goes to the client.
package struct ResponseNotes: Sendable, Equatable {
    /// One of few: it becomes a label.
    package var operation: String?
    package var user: String?

    package init(operation: String? = nil, user: String? = nil) {
        (self.operation, self.user) = (operation, user)
    }
}
