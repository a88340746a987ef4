package import Model

/// What carries webhooks out of the hub: the one part of them that the engine does not do itself.
package protocol WebhookSender: Sendable {
    /// - Throws: `HubError` for an address that must not be sent to.
    func check(_ url: String) throws(HubError)
    /// Bytes that nobody can guess.
    func makeSecret() -> [UInt8]
    /// Signs the message and sends it once.
    /// - Throws: when no answer came; its description says why.
    func send(_ message: WebhookMessage) async throws -> WebhookAnswer
}

package struct WebhookMessage: Sendable {
    package let url: String
    /// The same for each attempt at one event.
    package let deliveryId: String
    package let attempt: Int
    package let type: EventType
    /// The event's JSON, as it is everywhere.
    package let body: [UInt8]
    package let secret: [UInt8]
    /// When it is sent: part of what is signed.
    package let sentAt: Timestamp
    package let secondsMax: Int
}

package struct WebhookAnswer: Sendable, Equatable {
    package let status: Int
    package let retryAfterSeconds: Int?

    package init(status: Int, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.retryAfterSeconds = retryAfterSeconds
    }
}
