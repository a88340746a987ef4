import Broker
import DequeModule
import Model
import Transport
import Wire

/// What goes down one connection: its subscriptions, in the broker and behind it, at the pace of its socket.
///
/// Nothing waits here for a slow socket but positions: frames are pulled while fewer than `pendingBytesMax` wait, and
/// one page of the journal is read at a time. Lives on the connection's loop.
actor Follower: Viewer {
    private struct Followed {
        let selection: Selection
        let journal: JournalKey
        let epoch: String
    }

    private nonisolated let channel: OutboundChannel
    private nonisolated let live: LiveHub
    private nonisolated let door: Door
    /// What is handed over together goes out as one message.
    private nonisolated let isBatching: Bool
    private var ids: [Channel: SubscriptionID] = [:]
    private var followed: [SubscriptionID: Followed] = [:]
    /// Those that wait for a page of the journal, and the last event that they have.
    private var behind: Deque<(id: SubscriptionID, seq: UInt64)> = []
    private var isReading = false
    private var isOpen = true
    /// Something is left that found no room: only then does a socket that has taken something change anything.
    private var isHeldBack = false
    private var replaceablesDue: Task<Void, Never>?
    /// Of a stream that outlives its subscriptions: one of them has ended, and frames were handed over.
    var onEnd: (@Sendable (End) -> Void)?
    var onFlow: (@Sendable () -> Void)?

    /// Where a subscription ended, and why.
    struct End: Sendable {
        let channel: Channel
        let to: JournalPosition
        let reason: DownFrame.GapReason
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { channel.unownedExecutor }

    init(_ channel: OutboundChannel, _ live: LiveHub, _ door: Door, isBatching: Bool = false) {
        self.channel = channel
        self.live = live
        self.door = door
        self.isBatching = isBatching
    }

    var count: Int { ids.count }
    func follows(_ name: Channel) -> Bool { ids[name] != nil }
    /// Everything wanted up to there has been handed over.
    var positions: [Channel: JournalPosition] {
        let cursors = live.broker.cursors(of: self)
        return ids.reduce(into: [:]) { positions, entry in
            guard let seq = cursors[entry.value], let epoch = followed[entry.value]?.epoch else { return }
            positions[entry.key] = JournalPosition(epoch: epoch, seq: seq)
        }
    }
    private var room: Int { live.limits.pendingBytesMax - channel.pendingByteCount }

    /// Takes the place of an earlier subscription of the same channel. Its first event comes in a later turn of the
    /// loop, so that what the caller says now is said before it.
    ///
    /// - Returns: false when the right to it has gone since it was opened; then everything is as before.
    func follow(_ opening: Opening) -> Bool {
        let name = opening.selection.channel
        guard let id = live.broker.subscribe(self, live.request(opening, door.form)) else { return false }
        live.viewing(name, true)
        if let old = ids[name] { forget(old) }
        ids[name] = id
        followed[id] = Followed(
            selection: opening.selection, journal: opening.journal, epoch: opening.head.epoch)
        return true
    }

    /// Says which subscriptions have ended, whether there is room or not: behind what the socket has still to take.
    func tellEnds() {
        guard isOpen else { return }
        let pull = live.broker.pull(self, byteCountMax: 0)
        for notice in pull.notices { take(notice) }
        if pull.hasMore { flow() }
    }

    /// - Returns: false when there was no such subscription.
    func unfollow(_ name: Channel) -> Bool {
        guard let id = ids[name] else { return false }
        forget(id)
        live.presence.leave(name, self)
        return true
    }

    func close() {
        isOpen = false
        (onEnd, onFlow) = (nil, nil)
        for name in ids.keys { live.viewing(name, false) }
        ids = [:]
        replaceablesDue?.cancel()
        live.presence.lose(self)
    }

    private func forget(_ id: SubscriptionID) {
        live.broker.unsubscribe(id)
        guard let name = followed.removeValue(forKey: id)?.selection.channel else { return }
        if ids[name] != nil { live.viewing(name, false) }
        ids[name] = nil
    }
}

// Durable events.
extension Follower {
    nonisolated func wake(_ traffic: Traffic) {
        channel.shard.submit { _ in self.assumeIsolated { $0.woken(traffic) } }
    }

    /// The socket has taken something.
    func drained() {
        if isHeldBack { flow() }
    }

    private func woken(_ traffic: Traffic) {
        guard isOpen else { return }
        switch traffic {
        case .durable: flow()
        case .replaceable: showReplaceablesSoon()
        }
    }

    private func flow() {
        isHeldBack = true
        var hasSent = false
        // What is left for a later turn begins when the socket has taken this.
        var room = min(room, live.limits.turnBytesMax)
        while isOpen, isHeldBack, room > 0 {
            let pull = live.broker.pull(self, byteCountMax: room)
            send(pull.frames)
            hasSent = hasSent || !pull.frames.isEmpty
            room -= pull.byteCount
            for notice in pull.notices { take(notice) }
            isHeldBack = pull.hasMore
        }
        if hasSent { onFlow?() }
        readOn()
    }

    private func send(_ frames: [Frame]) {
        channel.send(isBatching && frames.count > 1 ? [.array(of: frames)] : frames)
    }

    private func take(_ notice: Notice) {
        switch notice {
        case .behind(let id, _, let seq): behind.append((id, seq))
        case .gap(let gap):
            end(gap.subscription, from: gap.from, to: gap.to, DownFrame.GapReason(gap.reason))
        }
    }

    private func end(
        _ id: SubscriptionID, from: JournalPosition, to: JournalPosition, _ reason: DownFrame.GapReason
    ) {
        guard let name = followed[id]?.selection.channel else { return }
        forget(id)
        live.presence.leave(name, self)
        channel.send([door.gap(name, from: from, to: to, reason: reason)])
        onEnd?(End(channel: name, to: to, reason: reason))
        if door.endsWithSubscription { channel.close() }
    }
}

// Behind the ring.
extension Follower {
    /// One page at a time, and only when there is room for it.
    private func readOn() {
        while isOpen, !isReading, !behind.isEmpty {
            guard room > 0 else {
                isHeldBack = true
                return
            }
            guard let next = behind.popFirst(), let subject = followed[next.id] else { continue }
            isReading = true
            Task { await read(next.id, subject, after: next.seq) }
        }
    }

    private func read(_ id: SubscriptionID, _ subject: Followed, after seq: UInt64) async {
        let position = JournalPosition(epoch: subject.epoch, seq: seq)
        do throws(HubError) {
            let page = try await live.page(subject.journal, after: position, subject.selection)
            isReading = false
            guard isOpen else { return }
            switch page {
            case .events(let events, let scannedTo):
                send(live.broker.replay(id, events, scannedTo: scannedTo))
                onFlow?()
            case .gone(let now, let reason): end(id, from: position, to: now, reason)
            }
            readOn()
        } catch {
            isReading = false
            // Its reason is in the log. Whoever comes back resumes where this ended.
            channel.close(code: CloseCode.failed, reason: error.code.rawValue)
        }
    }
}

// Replaceable traffic.
extension Follower {
    private func showReplaceablesSoon() {
        guard replaceablesDue == nil else { return }
        let (clock, pause) = (live.clock, Duration.milliseconds(live.limits.replaceableIntervalMs))
        replaceablesDue = Task {
            do {
                try await clock.sleep(for: pause)
                showReplaceables()
            } catch {
                // The connection has closed.
            }
        }
    }

    /// They go on being merged in the broker while the socket has no room.
    private func showReplaceables() {
        replaceablesDue = nil
        guard isOpen else { return }
        guard room > 0 else { return showReplaceablesSoon() }
        let deliveries = live.broker.pullReplaceable(self)
        send(deliveries.filter { followed[$0.subscription] != nil }.map(door.replaceable))
    }
}

extension DownFrame.GapReason {
    fileprivate init(_ reason: Gap.Reason) {
        switch reason {
        case .retention: self = .retention
        case .epoch: self = .epoch
        case .access: self = .access
        }
    }
}
