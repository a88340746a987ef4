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
        private let isWoken = Mutex(false)

        func wake(_ traffic: Traffic) {
            if traffic == .durable { isWoken.withLock { $0 = true } }
        }

        func takeWake() -> Bool {
            isWoken.withLock { isWoken in
                defer { isWoken = false }
                return isWoken
            }
        }
    }

    /// JSON texts on their way to the client.
    private(set) var wire: [[UInt8]] = []
    private let live: LiveHub
    private let waker = Waker()
    private var ids: [Channel: SubscriptionID] = [:]
    private var followed: [SubscriptionID: Followed] = [:]
    private var opened: (opening: Opening, id: Int64)?
    private var behind: [(id: SubscriptionID, seq: UInt64)] = []
    private var page: (id: SubscriptionID, after: JournalPosition, page: HistoryPage)?
    private var hasMore = false

    private let pass: Pass

    init(to live: LiveHub, as pass: Pass) { (self.live, self.pass) = (live, pass) }

    var isOpening: Bool { opened != nil }
    var channels: [Channel] { ids.keys.sorted { $0.description < $1.description } }

    /// Reads where a subscription begins; `follow` makes it.
    func open(_ payload: JSONValue, id: Int64) async throws {
        opened = (try await live.open(SubscribeInput(payload), for: live.access.caller(pass)), id)
    }

    func follow() {
        guard let (opening, id) = opened else { return }
        opened = nil
        let channel = opening.selection.channel
        // The right to it may have gone since it was opened; then everything is as before.
        guard let subscription = live.broker.subscribe(waker, live.request(opening, Door.webSocket.form)) else {
            return
        }
        forget(channel)
        wire.append(
            DownFrame.subscribed(
                id: .integer(id), channel: channel, position: opening.start, recovered: opening.isRecovered,
                snapshot: opening.snapshot.map(Self.json)))
        ids[channel] = subscription
        followed[subscription] = Followed(opening: opening, channel: channel)
    }

    func unfollow(_ channel: Channel) {
        forget(channel)
        wire.append(DownFrame.unsubscribed(id: nil, channel: channel))
    }

    func close() { live.broker.unsubscribeAll(waker) }

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
        guard waker.takeWake() || hasMore else { return false }
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
        try send([Door.webSocket.gap(channel, from: from, to: to, reason: reason)])
    }

    private func send(_ frames: [Frame]) throws {
        let caller = live.access.caller(pass)
        let hidden = followed.values.filter { caller.sight(of: $0.channel, in: $0.opening.journal) == nil }
            .map(\.channel.description)
        for frame in frames {
            var parser = WebSocketParser(role: .client)
            parser.append(unsafe frame.bytes)
            guard case .text(let text)? = try parser.next() else { throw Violation("a frame that is no text") }
            let isHidden = try !hidden.isEmpty && hidden.contains(WireJSON.parse(text)["channel"]?.string ?? "")
            try require(!isHidden, "handed over to who may not see it: \(String(decoding: text, as: UTF8.self))")
            wire.append(text)
        }
    }
}
