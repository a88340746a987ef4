package import Model

/// An event of another journal, on its way into the journal of a project that is being imported. It keeps its number.
package struct ImportedEvent: Sendable, Equatable {
    package let header: EventHeader
    package let ts: Timestamp
    package let payload: [UInt8]

    package init(_ header: EventHeader, ts: Timestamp, payload: [UInt8]) {
        self.header = header
        self.ts = ts
        self.payload = payload
    }
}
