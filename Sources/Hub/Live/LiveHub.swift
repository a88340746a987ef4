// Whoever watches: WebSocket sessions and event streams.
//
// LiveHub answers the requests that become streams. What comes up a WebSocket is WebSocketSession's business; what goes
// down, on either kind of stream, is Follower's: it pulls from the broker what the socket has room for, and reads pages
// of the journal where the broker's ring no longer reaches. Where a subscription begins is decided in one read of the
// journal (Opening.swift), for all doors alike. Sessions live on their connection's loop and wait for nothing there.

package import Broker
package import Engine
package import Journal
package import Logging
package import Model
package import Transport
import WebCodec
import Wire

package final class LiveHub: Sendable {
    package let broker: Broker<Frame>
    let journal: Journal
    let access: Access
    let operations: any OperationCalling
    let about: HubDescription
    let limits: LiveLimits
    /// What `hello` says of the transport's own limits and habits.
    let transport: TransportLimits
    let clock: any TimeSource
    let log: Logger
    let projectsWatch = ProjectsWatch()
    let snapshots: SnapshotShelf
    let sessions = LiveSessions()
    let presence: Presence
    private let streams = StreamCount()
    let hubLog: HubLog
    private let ids: any IdentifierSource
    /// Hears of every subscription's beginning (true) and end.
    let viewing: @Sendable (Channel, Bool) -> Void

    package init(
        journal: Journal, access: Access, operations: any OperationCalling, about: HubDescription,
        transport: TransportLimits,
        limits: LiveLimits = LiveLimits(), broker brokerLimits: BrokerLimits = BrokerLimits(), clock: any TimeSource,
        ids: any IdentifierSource, log: Logger, hubLog: HubLog,
        viewing: @escaping @Sendable (Channel, Bool) -> Void = { _, _ in }
    ) {
        self.hubLog = hubLog
        self.viewing = viewing
        self.journal = journal
        self.access = access
        self.operations = operations
        self.about = about
        self.limits = limits
        self.transport = transport
        self.clock = clock
        self.ids = ids
        self.log = log
        snapshots = SnapshotShelf(limits: limits, clock: clock)
        broker = Broker(limits: brokerLimits, framing: LiveFraming.frame)
        presence = Presence(broker, clock: clock)
        access.onExpiry { [weak self] in self?.review() }
    }

    /// What a commit made visible, in commit order: the journal's observer.
    ///
    /// Rights come first: whoever loses one with this commit gets none of its events, and no older one any more.
    package func ingest(_ events: [CommittedEvent]) {
        if access.take(events) { review() }
        let whole = events.compactMap(ReplaceableKey.init(typedBefore:))
        if !whole.isEmpty { broker.withdraw(whole) }
        broker.ingest(events.map(BrokerEvent.init))
        projectsWatch.tell(events)
    }

    /// Somebody may do less than before, or more: subscriptions that are no longer allowed end with a gap, and those
    /// whose token is good no more are closed behind it.
    func review() {
        broker.review()
        sessions.review(access)
        projectsWatch.tell(.rights)
    }

    func request(_ opening: Opening, _ form: FrameForm) -> SubscriptionRequest {
        let (access, pass) = (access, opening.pass)
        let (channel, journal) = (opening.selection.channel, opening.journal)
        return SubscriptionRequest(
            opening.selection, form: form, journal: journal, at: opening.head, after: opening.start.seq
        ) { access.caller(pass).sight(of: channel, in: journal) }
    }

    /// What agents say before it is an entry.
    package func publish(_ updates: [LiveUpdate]) {
        for update in updates { broker.publish(ReplaceableUpdate(update)) }
    }

    /// Raw output, for those who have named it.
    package func publish(_ chunk: OutputChunk) { broker.publish(ReplaceableUpdate(chunk)) }

    package func wantsOutput(of run: Run.ID, in project: Project.ID) -> Bool {
        broker.wantsChunks(of: run, in: .project(project))
    }

    /// What the hub logs, for as long as it does.
    package func publishLog() async {
        for await line in hubLog.lines { broker.publish(ReplaceableUpdate(line)) }
    }

    /// New lines of a job's log.
    package func publish(_ update: JobLogUpdate) { broker.publish(ReplaceableUpdate(update)) }

    /// When one of the viewers that have to go is asked to come back: another moment for each.
    func retryAfterMs() -> Int {
        let spread = RetrySpread(leastMs: limits.restartDelayMs, perSecond: limits.returnsPerSecond)
        var generator = SystemRandomNumberGenerator()
        return spread.delayMs(among: broker.statistics.viewers, using: &generator)
    }

    /// - Returns: nil for a path that is no stream's.
    package func respond(to request: Request, for caller: Caller) async -> Response? {
        await respond(to: request.head, for: caller)
    }

    func respond(to head: RequestHead, for caller: Caller) async -> Response? {
        guard let stream = StreamPath(head.path) else { return nil }
        switch head.method {
        case .get, .head:
            do throws(HubError) {
                switch stream {
                case .webSocket: return try webSocket(head, caller)
                case .events(let target): return try await eventStream(head, target, caller)
                case .allEvents: return try await projectsStream(head, caller)
                }
            } catch {
                return .problem(error, at: head)
            }
        case .options: return .options([.get])
        case .post, .put, .patch, .delete, .other: return .wrongMethod(head, allowed: [.get])
        }
    }

    private func webSocket(_ head: RequestHead, _ caller: Caller) throws(HubError) -> Response {
        let connectionId = "con_\(ids.next())"
        let name = try ClientName.of(head, fallback: connectionId)
        let isBatching = head.queryValue("batch") == "1"
        return Response(
            body: .webSocket { channel in
                WebSocketSession(
                    channel, self, caller.pass, connectionId: connectionId, clientName: name, isBatching: isBatching)
            })
    }

    /// - Returns: nil on a hub without users.
    /// - Throws: `HubError` `.rateLimited` for `eventStreamsPerUserMax`.
    func streamPlace(for caller: Caller) throws(HubError) -> StreamCount.Place? {
        try streams.take(for: caller, countMax: limits.eventStreamsPerUserMax)
    }

    private func eventStream(
        _ head: RequestHead, _ target: ChannelTarget, _ caller: Caller
    ) async throws(HubError) -> Response {
        try Self.requireAcceptable(head)
        let input = try SubscribeInput(target, streamQuery: head)
        let opening = try await open(input, for: caller)
        let door = Door.eventStream(eventName: head.queryValue("eventName"))
        let name = try ClientName.of(head, fallback: "con_\(ids.next())")
        let place = try streamPlace(for: caller)
        return Response(
            headers: ["Content-Type": ServerSentEvent.mediaType, "Cache-Control": "no-store"],
            body: .eventStream { channel in
                EventStreamSession(channel, self, opening, door, clientName: name, place)
            })
    }

    private func projectsStream(_ head: RequestHead, _ caller: Caller) async throws(HubError) -> Response {
        try Self.requireAcceptable(head)
        let input = try SubscribeInput(.channel(.hub), streamQuery: head)
        let last = SubscribeInput.lastEventID(head).map { VectorPosition($0) ?? .lost }
        let openings = try await openProjects(after: last, filter: input.filter, for: caller)
        let place = try streamPlace(for: caller)
        return Response(
            headers: ["Content-Type": ServerSentEvent.mediaType, "Cache-Control": "no-store"],
            body: .eventStream { channel in
                ProjectsSession(channel, self, caller.pass, openings, .projectsStream, place)
            })
    }

    private static func requireAcceptable(_ head: RequestHead) throws(HubError) {
        let accept = head.headers.list("Accept")
        guard accept.isEmpty || MediaType.quality(of: ServerSentEvent.mediaType, in: accept) > 0 else {
            throw HubError(.notAcceptable, "the answer is \(ServerSentEvent.mediaType), which Accept rules out")
        }
    }
}
