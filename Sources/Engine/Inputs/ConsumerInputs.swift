package import Model

package struct CreateConsumer: Codable, Sendable {
    package var name: String
    package var filter: Consumer.Filter?
    package var ackWaitMs: Int?
    package var inFlightMax: Int?
    package var deliveriesMax: Int?
    package var webhookUrl: String?
    /// nil: only what comes from now on.
    package var from: String?

    package init(
        name: String, filter: Consumer.Filter? = nil, ackWaitMs: Int? = nil, inFlightMax: Int? = nil,
        deliveriesMax: Int? = nil, webhookUrl: String? = nil, from: String? = nil
    ) {
        self.name = name
        self.filter = filter
        self.ackWaitMs = ackWaitMs
        self.inFlightMax = inFlightMax
        self.deliveriesMax = deliveriesMax
        self.webhookUrl = webhookUrl
        self.from = from
    }
}

package struct UpdateConsumer: Codable, Sendable {
    package var name: String?
    package var filter: Consumer.Filter?
    package var ackWaitMs: Int?
    package var inFlightMax: Int?
    package var deliveriesMax: Int?
    package var webhookUrl: String?
    package var status: Consumer.Status?
    package var version: Int?

    package init(status: Consumer.Status? = nil) { self.status = status }
}
