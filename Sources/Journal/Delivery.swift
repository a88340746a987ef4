package import Model

/// An event that was handed out to a consumer and is not acknowledged.
package struct Delivery: Sendable, Equatable {
    package let seq: UInt64
    /// How often it was handed out.
    package var attempts: Int
    /// From when on it may be handed out again.
    package var dueAt: Timestamp
    /// Handed out as often as may be.
    package var isDead: Bool
    /// Why the last attempt failed, where somebody said so.
    package var reason: String?

    package init(seq: UInt64, attempts: Int, dueAt: Timestamp, isDead: Bool = false, reason: String? = nil) {
        self.seq = seq
        self.attempts = attempts
        self.dueAt = dueAt
        self.isDead = isDead
        self.reason = reason
    }
}
