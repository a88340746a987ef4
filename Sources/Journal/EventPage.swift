/// An answer to "what came after?".
package enum EventPage: Sendable, Equatable {
    /// Go on after `scannedTo`: a page may be empty although `more` follows, when a narrow filter met a long history.
    case page(events: [CommittedEvent], scannedTo: UInt64, more: Bool)
    /// The place asked for is not part of what is kept: it is before `oldest` or beyond the last event.
    case gone(oldest: UInt64)

    /// 10,000 events are looked at for one page, some 20 ms of a reader, so that a filter that admits nothing
    /// cannot hold one for the whole of a long history.
    package static let scanCountMax = 10_000
}
