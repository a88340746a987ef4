import Model
import Synchronization
package import Transport
package import WebCodec
import Wire

/// Whether the hub takes work, and `/ready`, which says so to those who send it some. `/health` says that it is alive,
/// also while it drains.
package final class Readiness: Sendable {
    package enum State: String, Sendable, CaseIterable {
        case starting
        case ready
        /// It goes away: what is under way is finished.
        case draining
    }

    private let state = Mutex(State.starting)

    package init() {}

    package var isDraining: Bool { state.withLock { $0 == .draining } }

    package func become(_ new: State) { state.withLock { $0 = new } }

    /// - Returns: nil for another path.
    package func respond(to head: RequestHead) -> Response? {
        guard head.path == ["ready"] else { return nil }
        switch head.method {
        case .get, .head: break
        case .options: return .options([.get])
        case .post, .put, .patch, .delete, .other: return .wrongMethod(head, allowed: [.get])
        }
        let now = state.withLock { $0 }
        guard now == .ready else {
            return .problem(
                HubError(
                    .notReady, "the hub is \(now.rawValue)", members: ["reasons": [.string(now.rawValue)]],
                    retryAfterSeconds: Self.retryAfterSeconds), at: head)
        }
        return Response(
            headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
            body: .bytes(WireJSON.encode(["ready": true] as JSONValue)))
    }

    /// A hub starts in less than a second.
    private static let retryAfterSeconds = 1
}
