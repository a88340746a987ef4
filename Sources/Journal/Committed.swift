package import Model

/// What a change came to, once it is durable.
package struct Committed<Value: Sendable>: Sendable {
    package let value: Value
    /// `value` as its row and its event have it, where it is an entity that the change has put.
    package let json: [UInt8]?
    /// Where the change's journal stood right after it.
    package let position: JournalPosition

    package init(value: Value, json: [UInt8]? = nil, position: JournalPosition) {
        self.value = value
        self.json = json
        self.position = position
    }
}
