import Broker
import Model
import Synchronization
import Transport
import Wire

/// Who watches a channel: the broker knows, and this is its clock and its JSON.
///
/// What changes is told to all viewers of a channel together, a moment later and as one piece, so that a crowd that comes
/// costs each of them a frame or two, and not one for everybody.
final class Presence: Sendable {
    private struct Beat {
        var due: Timestamp?
        var task: Task<Void, Never>?
    }

    private let broker: Broker<Frame>
    private let clock: any TimeSource
    private let beat = Mutex(Beat())

    init(_ broker: Broker<Frame>, clock: any TimeSource) {
        self.broker = broker
        self.clock = clock
    }

    /// - Parameter client: the name by which the connection is known when it comes back.
    /// - Returns: the members `viewers` and `viewersTotal`; nil for a channel on which nobody is shown.
    func attend(_ channel: Channel, _ viewer: any Viewer, as client: String, _ user: Actor) -> PresenceText? {
        guard channel.showsWatchers else { return nil }
        let (view, due) = broker.attend(channel, viewer, as: client, user, at: clock.now())
        wait(until: due)
        return PresenceText(view)
    }

    /// - Throws: `.limitExceeded`, `.notSubscribed`.
    func show(_ state: JSONValue, on channel: Channel, by viewer: any Viewer) throws(HubError) {
        guard channel.showsWatchers else {
            throw HubError(.badRequest, "\(channel) does not show who watches it")
        }
        do {
            wait(until: try broker.show(WireJSON.encode(state), on: channel, by: viewer, at: clock.now()).due)
        } catch {
            throw HubError.limit(
                "presenceStateBytesMax", error.presenceStateBytesMax, "the presence state is too large")
        }
    }

    /// It does not want to watch any more, or may not.
    func leave(_ channel: Channel, _ viewer: any Viewer) {
        wait(until: broker.leave(channel, viewer, at: clock.now()))
    }

    /// Its connection is gone, perhaps for a moment.
    func lose(_ viewer: any Viewer) { wait(until: broker.lose(viewer, at: clock.now())) }

    private func wait(until due: Timestamp?) {
        guard let due else { return }
        beat.withLock { beat in
            if let earlier = beat.due, earlier <= due { return }
            beat.task?.cancel()
            let pause = Duration.milliseconds(max(0, due.millisecondsSince1970 - clock.now().millisecondsSince1970))
            beat = Beat(
                due: due,
                task: Task { [weak self, clock] in
                    do {
                        try await clock.sleep(for: pause)
                        self?.tell(due)
                    } catch {
                        // An earlier one is waited for.
                    }
                })
        }
    }

    /// - Parameter due: has come, whatever a clock says that was set back.
    private func tell(_ due: Timestamp) {
        beat.withLock { $0 = Beat() }
        let (changes, next) = broker.takePresenceChanges(at: max(due, clock.now()))
        for change in changes { broker.tell(change, PresenceNews(change)) }
        wait(until: next)
    }
}

/// What `subscribed` says of a channel's watchers.
struct PresenceText {
    let viewers: [UInt8]
    let total: Int

    /// The list as all have it, and oneself where the others do not know one yet.
    init(_ view: PresenceView) {
        total = view.total
        guard let own = view.own else {
            viewers = view.viewers
            return
        }
        let isEmpty = view.viewers.count <= 2
        viewers = view.viewers.dropLast() + (isEmpty ? [] : [UInt8(ascii: ",")]) + own.json + [UInt8(ascii: "]")]
    }
}

extension PresenceNews {
    init(_ change: PresenceChange) {
        func data(_ watchers: [Watcher]) -> [UInt8] {
            var object = JSONObjectBytes()
            object.add("viewers", json: Self.array(watchers))
            object.add("viewersTotal", .integer(Int64(change.total)))
            return object.finished()
        }
        var changes: [(type: ReplaceableType, data: [UInt8])] = []
        if !change.joined.isEmpty { changes.append((.presenceJoined, data(change.joined))) }
        if !change.left.isEmpty { changes.append((.presenceLeft, data(change.left))) }
        // Of those who are not listed there is the number alone.
        if !change.updated.isEmpty || changes.isEmpty { changes.append((.presenceUpdated, data(change.updated))) }
        self.init(
            viewers: Self.array(change.listed), total: change.total, listed: data(change.listed), changes: changes)
    }

    private static func array(_ watchers: [Watcher]) -> [UInt8] { OperationAnswer.array(watchers.lazy.map(\.json)) }
}

extension Watcher {
    fileprivate var json: [UInt8] {
        var object = JSONObjectBytes()
        object.add("user", user.json)
        object.add("connections", .integer(Int64(connections)))
        object.add("state", json: state)
        return object.finished()
    }
}

extension Actor {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = ["type": .string(type.rawValue)]
        members["id"] = id.map(JSONValue.string)
        members["name"] = name.map(JSONValue.string)
        return .object(members)
    }
}

extension Channel {
    /// Of the hub's own channels each viewer sees something else, and must not see who else is there.
    var showsWatchers: Bool {
        switch self {
        case .project, .run, .card: true
        case .hub, .job, .user, .logs: false
        }
    }
}
