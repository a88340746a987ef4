import Broker
import Journal
import Logging
import Model
import Wire

/// Where a subscription begins, as one read of the journal found it.
struct Opening: Sendable {
    /// Whose it is.
    let pass: Pass
    let selection: Selection
    let journal: JournalKey
    /// Where the journal stood.
    var head: JournalPosition
    /// Events follow from here on: the client's own position, or the head.
    var start: JournalPosition
    /// Every event after the client's own position follows.
    let isRecovered: Bool
    /// Why events do not follow from the position that the client named.
    let lost: (position: JournalPosition, reason: DownFrame.GapReason)?
    /// The channel's state at exactly `head`.
    var snapshot: SnapshotText?
    /// Nothing comes after `head`.
    var isArchived = false
}

extension LiveHub {
    /// Decides for every door alike. The subscription itself is made afterwards, and misses nothing: what is committed
    /// in between is after the position, and so in the ring, or behind it in the journal.
    func open(_ input: SubscribeInput, for caller: Caller) async throws(HubError) -> Opening {
        if let opening = try openingInMemory(input, for: caller) { return opening }
        var opening = try await read { try $0.opening(input, for: caller) }
        if opening.selection.channel == .logs {
            // The lines have numbers of their own: those that come twice are known by them.
            let (hubLog, level) = (hubLog, opening.selection.filter.level)
            if input.wantsSnapshot { opening.snapshot = .later { hubLog.snapshot(from: level) } }
            return opening
        }
        guard input.wantsSnapshot, !opening.isRecovered else { return opening }
        let taken = try await snapshot(of: opening.selection.channel, opening.journal, for: caller)
        (opening.head, opening.start, opening.snapshot) = (taken.head, taken.head, taken.text)
        return opening
    }

    /// Thousands who come back at once, a moment behind, are half of what they would be when each reads the journal.
    private func openingInMemory(_ input: SubscribeInput, for caller: Caller) throws(HubError) -> Opening? {
        guard case .channel(let channel) = input.target, case .project(let project) = channel, let after = input.after,
            let head = broker.head(of: .project(project), holding: after)
        else { return nil }
        try caller.require(
            channel.ability, in: project, for: "\(channel)",
            hidden: caller.hidden(HubError.notFound(Project.kind, project.rawValue)))
        return Opening(
            pass: caller.pass, selection: Selection(channel, filter: input.filter), journal: .project(project),
            head: head, start: after, isRecovered: true, lost: nil)
    }

    private func snapshot(
        of channel: Channel, _ journal: JournalKey, for caller: Caller
    ) async throws(HubError) -> SnapshotShelf.Taken {
        let limits = limits
        do {
            return try await snapshots.take(.init(channel, for: caller)) {
                try await self.read {
                    (try $0.position(of: journal), try Snapshot.json(of: channel, $0, limits, for: caller))
                }
            } isContinued: { head in
                try await self.read { try $0.loss(of: head, in: journal, at: $0.position(of: journal)) == nil }
            }
        } catch let error as HubError {
            throw error
        } catch {
            log.error("a snapshot could not be made", metadata: ["channel": "\(channel)", "error": "\(error)"])
            throw HubError(.internal, "the hub failed to read; its log says why")
        }
    }

    /// - Throws: the not-found error of what the target names.
    func resolve(_ target: ChannelTarget, for caller: Caller) async throws(HubError) -> Channel {
        switch target {
        case .channel(let channel): channel
        case .me: .user(caller.user?.id)
        case .projectSlug: try await read { try $0.resolve(target, for: caller).channel }
        }
    }

    /// The page of the journal after `seq`, for a subscription that has fallen behind the ring.
    func page(_ journal: JournalKey, after position: JournalPosition, _ selection: Selection) async throws(HubError)
        -> HistoryPage
    {
        let limits = limits
        return try await read { reader in
            let now = try reader.position(of: journal)
            guard now.epoch == position.epoch else { return .gone(now: now, .epoch) }
            let page = try reader.events(
                in: journal, after: position.seq, filter: selection.inJournal, limit: limits.historyPageEventsMax,
                byteCountMax: limits.historyPageBytesMax)
            switch page {
            case .page(let events, let scannedTo, _): return .events(events.map(BrokerEvent.init), scannedTo: scannedTo)
            case .gone: return .gone(now: now, .retention)
            }
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Reader) throws -> Value
    ) async throws(HubError) -> Value {
        do {
            return try await journal.read(body)
        } catch let error as HubError {
            throw error
        } catch JournalError.closed {
            throw HubError(.shuttingDown, "the hub is shutting down", retryAfterSeconds: 1)
        } catch is CancellationError {
            // Who asked has left.
            throw HubError(.shuttingDown, "the call was given up", retryAfterSeconds: 1)
        } catch {
            log.error("a channel could not be read", metadata: ["error": "\(error)"])
            throw HubError(.internal, "the hub failed to read; its log says why")
        }
    }
}

enum HistoryPage: Sendable {
    case events([BrokerEvent], scannedTo: UInt64)
    case gone(now: JournalPosition, DownFrame.GapReason)
}

extension Selection {
    /// The filter with the channel's own scope, as far as one filter can say both; the broker looks again.
    fileprivate var inJournal: EventFilter {
        var filter = filter
        switch channel {
        case .hub, .project, .user, .logs: break
        case .card(let id): filter.cardId = id
        case .run(let id): filter.runId = id
        case .job: if filter.topics.isEmpty { filter.topics = [Job.kind.rawValue] }
        }
        return filter
    }
}

extension Reader {
    /// Without a snapshot.
    func opening(_ input: SubscribeInput, for caller: Caller) throws -> Opening {
        let (channel, journal) = try resolve(input.target, for: caller)
        let head = try position(of: journal)
        let loss = try input.after.flatMap { try self.loss(of: $0, in: journal, at: head) }
        let recovered = loss == nil ? input.after : nil
        return Opening(
            pass: caller.pass, selection: Selection(channel, filter: input.filter), journal: journal, head: head,
            start: recovered ?? head, isRecovered: recovered != nil,
            lost: input.after.flatMap { position in loss.map { (position, $0) } })
    }

    fileprivate func resolve(
        _ target: ChannelTarget, for caller: Caller
    ) throws -> (channel: Channel, journal: JournalKey) {
        let channel: Channel =
            switch target {
            case .channel(let channel): channel
            case .projectSlug(let slug): .project(try projectID(slug))
            case .me: .user(caller.user?.id)
            }
        switch channel {
        case .hub, .user, .logs:
            try caller.require(channel.ability, for: "\(channel)")
            return (channel, .hub)
        case .project(let id): return (channel, try journal(of: id, channel, for: caller))
        case .card(let id): return (channel, try journal(of: id, channel, for: caller))
        case .run(let id): return (channel, try journal(of: id, channel, for: caller))
        case .job(let id):
            try caller.require(channel.ability, for: "\(channel)")
            let job = try required(id)
            guard caller.sees(job) else { throw caller.hidden(HubError.notFound(Job.kind, id.rawValue)) }
            return (channel, job.journal)
        }
    }

    private func journal<E: ProjectEntity>(
        of id: Identifier<E>, _ channel: Channel, for caller: Caller
    ) throws -> JournalKey {
        try caller.require(channel.ability, for: "\(channel)")
        let project = try required(id).projectId
        try caller.require(
            channel.ability, in: project, for: "\(channel)", hidden: HubError.notFound(E.kind, id.rawValue))
        return .project(project)
    }

    /// - Returns: why events cannot follow from `position`; nil when they can.
    fileprivate func loss(
        of position: JournalPosition, in journal: JournalKey, at head: JournalPosition
    ) throws -> DownFrame.GapReason? {
        guard position.epoch == head.epoch, position.seq <= head.seq else { return .epoch }
        switch try events(in: journal, after: position.seq, limit: 0, byteCountMax: 0) {
        case .page: return nil
        case .gone: return .retention
        }
    }
}
