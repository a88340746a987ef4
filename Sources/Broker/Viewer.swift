/// Somebody who pulls: a WebSocket session, an event stream.
///
/// The broker keeps no queue for a viewer; it tells it that there is something to pull, and the viewer pulls when its
/// socket has room.
@usableFromInline package protocol Viewer: AnyObject, Sendable {
    /// Called from whatever thread caused it, never under the broker's lock, at most once between two pulls of that
    /// traffic. It must be cheap and must not wait. A call may come just after the pull that it announced.
    func wake(_ traffic: Traffic)
}

@usableFromInline package enum Traffic: Sendable, Hashable, CaseIterable {
    /// Numbered events and notices: `pull`.
    case durable
    /// Deltas and presence: `pullReplaceable`, when the viewer's own timer says so.
    case replaceable
}
