package import Model

/// An event as it is told: filed under its header, with its text ready to be sent.
package struct CommittedEvent: Sendable, Equatable {
    package let journal: JournalKey
    package let epoch: String
    package let header: EventHeader
    /// The event's whole JSON object; no `channel` member, since one event is told on several.
    package let payload: [UInt8]
    /// Of an entry's event, when it is told: the entry's place in its run. Not kept: nil in what is read again.
    package let entryIndex: Int?

    package init(
        journal: JournalKey, epoch: String, header: EventHeader, payload: [UInt8], entryIndex: Int? = nil
    ) {
        self.entryIndex = entryIndex
        self.journal = journal
        self.epoch = epoch
        self.header = header
        self.payload = payload
    }
}
