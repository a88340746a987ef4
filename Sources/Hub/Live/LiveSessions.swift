import Model
import Synchronization

/// The WebSockets that there are, by what they are known by: those whose token is good no more are told so.
final class LiveSessions: Sendable {
    private let sessions = Mutex<[ObjectIdentifier: (session: WebSocketSession, pass: Pass)]>([:])

    /// Also when it is known by something else from now on.
    func put(_ session: WebSocketSession, _ pass: Pass) {
        sessions.withLock { $0[ObjectIdentifier(session)] = (session, pass) }
    }

    func remove(_ session: WebSocketSession) { sessions.withLock { $0[ObjectIdentifier(session)] = nil } }

    /// After the broker's own review.
    func review(_ access: Access) {
        for entry in sessions.withLock({ Array($0.values) }) where !access.caller(entry.pass).isKnown {
            entry.session.disown()
        }
    }
}
