// Who gets which event, and nothing else: no socket, no SQL, no JSON.
//
// A subscription is a filter and a position in a journal, not a queue. Each journal keeps its newest events in a ring
// with the frames made of them; a viewer is told that there is something, and pulls as much as its socket takes. Who
// falls behind the ring is told so, reads pages of the journal and comes back: a slow viewer costs a position, and
// nobody else's time. Start with `ingest`, then `pull` in BrokerState+Pull.swift.

package import Model

/// - Note: All methods may be called from any thread, and none waits for more than the others' short turns.
package final class Broker<Frame: AnyObject & Sendable>: Sendable {
    /// Makes the outer form of an event for one channel. Called under the broker's lock, once for each event, channel
    /// and form that somebody pulls: it must be a pure and quick function.
    package typealias Framing = @Sendable (_ form: FrameForm, _ channel: Channel, _ event: BrokerEvent) -> Frame

    /// Every frame in it was made by our `Framing`, and so is a `Frame`.
    @usableFromInline let core: BrokerCore

    package init(limits: BrokerLimits = BrokerLimits(), framing: @escaping Framing) {
        core = BrokerCore(limits: limits, framing: framing)
    }

    /// The one way in. Each journal's events come in the order of their numbers; a hole is allowed, since the journal
    /// itself stands behind, and an event that was here before is ignored.
    ///
    /// An event of a new epoch ends all subscriptions of its journal with a gap.
    package func ingest(_ events: [BrokerEvent]) {
        core.change { $0.ingest(events) }
    }

    /// The viewer is kept until `unsubscribeAll`.
    ///
    /// - Returns: nil when the request's clearance refuses it; then nothing has happened.
    package func subscribe(_ viewer: any Viewer, _ request: SubscriptionRequest) -> SubscriptionID? {
        core.change { $0.subscribe(viewer, request) }
    }

    /// Where a journal stands, as far as the broker has heard, when everything after `position` is in memory; nil: the
    /// journal itself is to be asked.
    package func head(of journal: JournalKey, holding position: JournalPosition) -> JournalPosition? {
        core.read { state in
            guard let ring = state.rings[journal], ring.holdsAll(after: position) else { return nil }
            return ring.position
        }
    }

    /// Nothing of it is pulled any more. Calls for a subscription that has ended do nothing.
    package func unsubscribe(_ id: SubscriptionID) {
        core.change { state in
            if let subscription = state.subscriptions[id] { state.remove(subscription) }
        }
    }

    /// The viewer has gone: its subscriptions and its presence end.
    package func unsubscribeAll(_ viewer: any Viewer) {
        _ = core.change { $0.forget(viewer, until: nil, at: nil) }
    }

    /// Rights have changed: asks every subscription's clearance again. Those that are refused end with a gap; what is
    /// pulled from now on was admitted by the new answer, whatever waits in the rings.
    package func review() {
        core.change { $0.review() }
    }

    /// What comes next for a viewer, until the frames reach `byteCountMax`; at least one if there is any.
    @inlinable package func pull(_ viewer: any Viewer, byteCountMax: Int) -> Pull<Frame> {
        var frames: [Frame] = []
        let portion = core.pull(viewer, byteCountMax: byteCountMax) {
            frames.append(unsafeDowncast($0, to: Frame.self))
        }
        return Pull(frames: frames, portion: portion)
    }

    /// Answers `.behind`: frames of a page of the journal, after which the subscription goes on behind `scannedTo`.
    ///
    /// - Parameter scannedTo: the last event that was looked at, which may be unwanted and so not be among `events`.
    /// - Returns: the frames of those that the subscription wants; none when it has ended meanwhile.
    package func replay(_ id: SubscriptionID, _ events: [BrokerEvent], scannedTo: UInt64) -> [Frame] {
        // Frames are made outside of the lock: what was admitted by an older answer is thrown away.
        while let reading = core.read({ $0.reading(id) }) {
            var frames: [Frame] = []
            for event in events where event.header.seq > reading.cursor && reading.admits(event.header) {
                let frame = core.framing(reading.form, reading.selection.channel, event)
                frames.append(unsafeDowncast(frame, to: Frame.self))
            }
            if core.change({ $0.advance(id, to: scannedTo, ifStill: reading.sight) }) { return frames }
        }
        return []
    }

    /// The last event that each of a viewer's subscriptions has passed: what was wanted up to there was pulled.
    package func cursors(of viewer: any Viewer) -> [SubscriptionID: UInt64] {
        core.read { $0.record(of: viewer)?.subscriptions.mapValues(\.cursor) ?? [:] }
    }

    package func publish(_ update: ReplaceableUpdate) {
        core.change { $0.publish(update) }
    }

    /// Forgets what nobody has looked at yet. To be called before the event that has the whole of it is told: afterwards a
    /// piece of it would look like its continuation.
    package func withdraw(_ keys: [ReplaceableKey]) {
        core.change { state in
            for key in keys { state.withdraw(key) }
        }
    }

    /// Whether anybody would get raw output of a run: nobody else's is worth reading.
    package func wantsChunks(of run: Run.ID, in journal: JournalKey) -> Bool {
        core.read { $0.wantsChunks(of: run, in: journal) }
    }

    /// What is left of the replaceable traffic since the last look, oldest key first.
    package func pullReplaceable(_ viewer: any Viewer) -> [ReplaceableDelivery] {
        core.change { $0.takeReplaceables(viewer) }
    }

    package var limits: BrokerLimits { core.limits }

    package var statistics: BrokerStatistics { core.read { $0.currentStatistics } }
}

extension BrokerState {
    fileprivate var currentStatistics: BrokerStatistics {
        var now = statistics
        now.viewers = viewers.count
        now.subscriptions = subscriptions.count
        now.journals = rings.count
        now.ringItems = rings.values.reduce(0) { $0 + $1.items.count }
        now.ringBytes = ringsByteCount
        return now
    }
}
