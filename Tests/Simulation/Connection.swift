import Broker
import Model
import Synchronization
import WebCodec
import Wire

@testable import Hub
@testable import Transport

/// The hub's side of one connection: what Follower and WebSocketSession do with a socket, one step at a time, when the
/// simulation says so. What it sends lies on the wire until the client takes it.
///
/// It pulls only when the broker has woken it or a pull ended early: a wake that is lost is events that never come.
final class Connection {
    private struct Followed {
        let opening: Opening
        let channel: Channel
    }

    /// What the broker knows of it.
    private final class Waker: Viewer {
        private let woken = Mutex<Set<Traffic>>([])

        func wake(_ traffic: Traffic) { _ = woken.withLock { $0.insert(traffic) } }
        func takeWake(for traffic: Traffic) -> Bool { woken.withLock { $0.remove(traffic) } != nil }
    }

    /// JSON texts, or events of a stream, on their way to the client.
    private(set) var wire: [[UInt8]] = []
    /// Of a stream that outlives its subscriptions: one of them has ended, and frames were handed over.
    var onEnd: ((Channel, JournalPosition, DownFrame.GapReason) throws -> Void)?
    var onFlow: (() throws -> Void)?
    private let hub: HubUnderTest
    private var live: LiveHub { hub.live }
    private let door: Door
    /// By which the connection's place among the watchers is known when it comes back.
    private let name: String
    private let waker = Waker()
    private var ids: [Channel: SubscriptionID] = [:]
    private var followed: [SubscriptionID: Followed] = [:]
    private var opened: (opening: Opening, id: Int64)?
    private var behind: [(id: SubscriptionID, seq: UInt64)] = []
    private var page: (id: SubscriptionID, after: JournalPosition, page: HistoryPage)?
    private var hasMore = false

    private let pass: Pass

    init(to hub: HubUnderTest, as pass: Pass, named name: String, through door: Door = .webSocket) {
        (self.hub, self.pass, self.name, self.door) = (hub, pass, name, door)
    }

    var isOpening: Bool { opened != nil }
    var channels: [Channel] { ids.keys.sorted { $0.description < $1.description } }

    /// Reads where a subscription begins; `follow` makes it.
    func open(_ payload: JSONValue, id: Int64) async throws {
        opened = (try await live.open(SubscribeInput(payload), for: live.access.caller(pass)), id)
    }

    func follow() {
        guard let (opening, id) = opened else { return }
        opened = nil
        // The right to it may have gone since it was opened; then everything is as before.
        guard follow(opening) else { return }
        let channel = opening.selection.channel
        let user = live.access.caller(pass).actor
        let presence = hub.attend(channel, waker, as: name, user)
        wire.append(
            DownFrame.subscribed(
                id: .integer(id), channel: channel, position: opening.start, recovered: opening.isRecovered,
                snapshot: opening.snapshot.map(Self.json), viewers: presence.map { ($0.viewers, $0.total) }))
    }

    func follow(_ opening: Opening) -> Bool {
        let channel = opening.selection.channel
        guard let subscription = live.broker.subscribe(waker, live.request(opening, door.form)) else { return false }
        forget(channel)
        ids[channel] = subscription
        followed[subscription] = Followed(opening: opening, channel: channel)
        return true
    }

    func unfollow(_ channel: Channel) {
        forget(channel)
        hub.leave(channel, waker)
        if case .webSocket = door { wire.append(DownFrame.unsubscribed(id: nil, channel: channel)) }
    }

    func close() {
        (onEnd, onFlow) = (nil, nil)
        hub.lose(waker)
    }

    func say(_ frame: Frame) throws { try wire.append(door.text(of: frame)) }

    /// Everything wanted up to there has been handed over.
    var positions: [Channel: JournalPosition] {
        let cursors = live.broker.cursors(of: waker)
        return ids.reduce(into: [:]) { positions, entry in
            guard let seq = cursors[entry.value], let opening = followed[entry.value]?.opening else { return }
            positions[entry.key] = JournalPosition(epoch: opening.head.epoch, seq: seq)
        }
    }

    /// What the client takes from the wire.
    func take(_ count: Int) -> [[UInt8]] {
        defer { wire.removeFirst(min(count, wire.count)) }
        return Array(wire.prefix(count))
    }

    private static func json(_ snapshot: SnapshotText) -> [UInt8] {
        switch snapshot {
        case .own(let json): json
        case .shared(let frame): Array(frame.bytes)
        case .later(let make): make()
        }
    }

    private func forget(_ channel: Channel) {
        guard let id = ids.removeValue(forKey: channel) else { return }
        live.broker.unsubscribe(id)
        followed[id] = nil
    }
}

extension Connection {
    /// - Returns: false when there was nothing to do.
    func pull(byteCountMax: Int) throws -> Bool {
        guard waker.takeWake(for: .durable) || hasMore else { return false }
        try handOver(byteCountMax)
        return true
    }

    /// Says which subscriptions have ended, whether there is room or not.
    func tellEnds() throws { try handOver(0) }

    private func handOver(_ byteCountMax: Int) throws {
        let pull = live.broker.pull(waker, byteCountMax: byteCountMax)
        try send(pull.frames)
        for notice in pull.notices {
            switch notice {
            case .behind(let id, _, let seq): behind.append((id, seq))
            case .gap(let gap):
                try end(
                    gap.subscription, from: gap.from, to: gap.to,
                    DownFrame.GapReason(rawValue: gap.reason.rawValue) ?? .epoch)
            }
        }
        hasMore = pull.hasMore
        if !pull.frames.isEmpty { try onFlow?() }
    }

    /// What is not numbered: who watches.
    ///
    /// - Returns: false when there was nothing to do.
    func pullReplaceable() -> Bool {
        guard waker.takeWake(for: .replaceable) else { return false }
        for delivery in live.broker.pullReplaceable(waker) where followed[delivery.subscription] != nil {
            wire.append(DownFrame.replaceable(delivery.type, channel: delivery.channel, data: delivery.json))
        }
        return true
    }

    /// Reads a page of the journal, or hands over the one that was read: in between, the world goes on.
    ///
    /// - Returns: false when there was nothing to do.
    func readOn() async throws -> Bool {
        if let (id, after, page) = page {
            self.page = nil
            switch page {
            case .events(let events, let scannedTo):
                try send(live.broker.replay(id, events, scannedTo: scannedTo))
                try onFlow?()
            case .gone(let now, let reason): try end(id, from: after, to: now, reason)
            }
            return true
        }
        guard !behind.isEmpty else { return false }
        let next = behind.removeFirst()
        guard let opening = followed[next.id]?.opening else { return true }
        let after = JournalPosition(epoch: opening.head.epoch, seq: next.seq)
        page = (next.id, after, try await live.page(opening.journal, after: after, opening.selection))
        return true
    }

    private func end(
        _ id: SubscriptionID, from: JournalPosition, to: JournalPosition, _ reason: DownFrame.GapReason
    ) throws {
        guard let channel = followed[id]?.channel else { return }
        forget(channel)
        hub.leave(channel, waker)
        try send([door.gap(channel, from: from, to: to, reason: reason)])
        try onEnd?(channel, to, reason)
    }

    /// Nothing is handed over to who may not see it.
    private func send(_ frames: [Frame]) throws {
        let caller = live.access.caller(pass)
        let hidden = followed.values.filter { caller.sight(of: $0.channel, in: $0.opening.journal) == nil }
            .map(\.channel)
        for frame in frames {
            let text = try door.text(of: frame)
            let isHidden = try hidden.contains { channel in
                switch door {
                case .webSocket: try WireJSON.parse(text)["channel"]?.string == channel.description
                case .eventStream, .projectsStream:
                    try StreamEvent(text).data["projectId"]?.string.map { Channel.project(.init(trusted: $0)) }
                        == channel
                }
            }
            try require(!isHidden, "handed over to who may not see it: \(String(decoding: text, as: UTF8.self))")
            wire.append(text)
        }
    }
}

extension Door {
    /// What a frame says, without what frames it.
    fileprivate func text(of frame: Frame) throws -> [UInt8] {
        switch self {
        case .webSocket:
            var parser = WebSocketParser(role: .client)
            parser.append(unsafe frame.bytes)
            guard case .text(let text)? = try parser.next() else { throw Violation("a frame that is no text") }
            return text
        case .eventStream, .projectsStream:
            let chunk = unsafe Array(frame.bytes)
            guard let size = chunk.firstIndex(of: UInt8(ascii: "\n")) else {
                throw Violation("a frame that is no chunk")
            }
            return Array(chunk[(size + 1)...].dropLast(2))
        }
    }
}
