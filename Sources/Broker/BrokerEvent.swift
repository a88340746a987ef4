package import Model

/// One durable event as the journal committed it, its JSON already encoded. The broker files it by its header and never
/// looks into `payload`.
package struct BrokerEvent: Sendable {
    package let journal: JournalKey
    package let epoch: String
    package let header: EventHeader
    /// The event's JSON object in UTF-8, shared by everybody who gets it.
    package let payload: [UInt8]

    package init(journal: JournalKey, epoch: String, header: EventHeader, payload: [UInt8]) {
        self.journal = journal
        self.epoch = epoch
        self.header = header
        self.payload = payload
    }
}
