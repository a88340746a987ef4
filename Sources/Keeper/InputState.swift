/// How a process's stdin stands.
package struct InputState: Sendable, Equatable {
    /// All bytes that were ever accepted: the offset of the next one.
    package let acceptedByteCount: UInt64
    /// How many more would be accepted now.
    package let roomByteCount: UInt64
    /// Whether any more will ever be accepted.
    package let isOpen: Bool

    package init(acceptedByteCount: UInt64, roomByteCount: UInt64, isOpen: Bool) {
        self.acceptedByteCount = acceptedByteCount
        self.roomByteCount = roomByteCount
        self.isOpen = isOpen
    }
}
