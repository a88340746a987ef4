package import Model

/// What a change came to, once it is durable.
package struct Committed<Value: Sendable>: Sendable {
    package let value: Value
    /// Where the change's journal stood right after it.
    package let position: JournalPosition

    package init(value: Value, position: JournalPosition) {
        self.value = value
        self.position = position
    }
}
