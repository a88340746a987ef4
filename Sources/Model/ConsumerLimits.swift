/// What consumers may ask for, and what of it stands when they ask for nothing.
package enum ConsumerLimits {
    /// A project has a handful of bots; each costs a look at the journal for every commit.
    package static let perProjectMax = 64
    /// 1 s to 1 h: a bot may run a build for one event.
    package static let ackWaitMs = 1_000...3_600_000
    package static let ackWaitDefaultMs = 30_000
    package static let inFlight = 1...1_000
    package static let inFlightDefault = 64
    package static let deliveries = 1...100
    package static let deliveriesDefault = 5
    /// With the pauses of `WebhookRetry` some two and a half hours: longer than a deployment, shorter than a night.
    package static let webhookDeliveriesDefault = 12
    package static let webhookInFlightDefault = 8
    /// Beyond them the consumer pauses: somebody has to look before more is put aside.
    package static let deadLettersMax = 10_000
    package static let urlBytesMax = 2_048
    /// 1 MiB of events for one pull; a single larger event comes alone.
    package static let pullBytesMax = 1 << 20
    package static let pullEventsMax = 200
    /// How long a pull may wait for something to come.
    package static let pullWaitMsMax = 60_000
    package static let acknowledgementsMax = 1_000
}
