import Broker
import Hub
import Journal
import Logging
import Model
import RoostTesting
import Synchronization
import Transport
import WebCodec

/// A hub with a real journal in memory and a real port, but no engine: operations are the test's.
final class LiveWorld: Sendable {
    let journal: Journal
    let hub: LiveHub
    let access: Access
    let server: Server
    let clock: any TimeSource
    let ids = SeededIDs()
    let operations = ScriptedOperations()
    let project: Project
    let board: Board
    let column: BoardColumn

    static let log = Logger(label: "live", factory: { _ in SwiftLogNoOpLogHandler() })

    private init(
        _ limits: LiveLimits, _ brokerLimits: BrokerLimits, _ transport: TransportLimits, _ clock: any TimeSource
    ) async throws {
        self.clock = clock
        journal = try Journal.forTesting(clock: clock, ids: ids, coding: WireJournalCoding())
        let about = HubDescription(version: "1", node: "here", startedAt: clock.now(), durability: "normal")
        let access = Access(clock: clock, log: Self.log)
        self.access = access
        let hub = LiveHub(
            journal: journal, access: access, operations: operations, about: about, transport: transport,
            limits: limits,
            broker: brokerLimits, clock: clock, ids: SeededIDs(seed: 9), log: Self.log,
            hubLog: HubLog(limits: limits, clock: clock))
        self.hub = hub
        journal.observe { hub.ingest($0) }
        var configuration = ServerConfiguration(log: Self.log, unixSeconds: { 0 })
        configuration.limits = transport
        server = try Server.start(configuration) { request in
            await hub.respond(to: request, for: access.caller(of: request.head)) ?? Response(status: 404)
        }
        let now = clock.now()
        let project = Project(
            id: ids.make(), slug: "website", name: "Website", path: "/website", defaultBranch: "main", at: now)
        let board = Board(id: ids.make(), projectId: project.id, name: "Plan", position: 1, at: now)
        let column = BoardColumn(
            id: ids.make(), projectId: project.id, boardId: board.id, name: "Doing", type: .active, position: 1,
            at: now)
        (self.project, self.board, self.column) = (project, board, column)
        _ = try await journal.change(.hub, by: .system) { tx in
            try tx.put(project, as: .projectCreated)
            try tx.put(board, as: .boardCreated)
            try tx.put(column, as: .columnCreated)
        }
    }

    static func run(
        limits changeLimits: (inout LiveLimits) -> Void = { _ in },
        broker changeBroker: (inout BrokerLimits) -> Void = { _ in },
        transport changeTransport: (inout TransportLimits) -> Void = { _ in },
        clock: any TimeSource = ImpatientClock(), _ body: (LiveWorld) async throws -> Void
    ) async throws {
        var (limits, broker, transport) = (LiveLimits(), BrokerLimits(), TransportLimits())
        // The transport's time is the machine's: a client that is made to stall outlives a slow one.
        (transport.stallSeconds, transport.deadPeerSeconds) = (3_600, 3_600)
        changeLimits(&limits)
        changeBroker(&broker)
        changeTransport(&transport)
        let world = try await LiveWorld(limits, broker, transport, clock)
        try await body(world)
        await world.server.stop(deadlineSeconds: 1)
        await world.journal.close()
    }

    var scope: JournalKey { .project(project.id) }
    var channel: String { "project:\(project.id)" }

    func position() async throws -> JournalPosition { try await journal.position(of: scope) }

    // MARK: Changes

    @discardableResult
    func addCard(_ title: String = "card", prompt: String = "") async throws -> Card {
        let card = Card(
            id: ids.make(), projectId: project.id, boardId: board.id, columnId: column.id, title: title,
            prompt: prompt, position: 1, at: clock.now())
        return try await journal.change(scope, by: .local) { tx in
            try tx.put(card, as: .cardCreated)
            return card
        }.value
    }

    func addRun(of card: Card) async throws -> Run {
        let run = Run(
            id: ids.make(), projectId: project.id, cardId: card.id, provider: .demo, prompt: "do", targetBranch: "main",
            at: clock.now())
        return try await journal.change(scope, by: .local) { tx in
            try tx.put(run, as: .runCreated)
            return run
        }.value
    }

    func say(_ texts: [String], in run: Run, from index: Int = 0) async throws {
        let (ids, now) = (ids, clock.now())
        _ = try await journal.change(scope, by: .system) { tx in
            for (offset, text) in texts.enumerated() {
                let entry = Entry(
                    id: ids.make(), projectId: run.projectId, cardId: run.cardId, runId: run.id, processId: nil,
                    index: index + offset, content: EntryContent(.assistantMessage, text: text), at: now)
                try tx.put(entry, as: .entryAdded)
            }
        }
    }
}

/// Operations that do what a test says, and remember how many were at it at once.
final class ScriptedOperations: OperationCalling {
    typealias Script = @Sendable (String, JSONValue) async throws(HubError) -> OperationAnswer

    private struct State {
        var script: Script?
        var running = 0
        var runningMost = 0
        var called: [String] = []
    }
    private let state = Mutex(State())

    func isOnlyWaiting(_ name: String) -> Bool { name.hasPrefix("wait") }
    func script(_ script: @escaping Script) { state.withLock { $0.script = script } }
    var runningMost: Int { state.withLock(\.runningMost) }
    var called: [String] { state.withLock(\.called) }

    func call(
        _ name: String, _ input: JSONValue, by caller: Caller, key: IdempotencyKey?
    ) async throws(HubError) -> OperationAnswer {
        let script = state.withLock { state in
            state.running += 1
            state.runningMost = max(state.runningMost, state.running)
            state.called.append(name)
            return state.script
        }
        defer { state.withLock { $0.running -= 1 } }
        guard let script else { throw HubError(.operationNotFound, "there is no operation \(name)") }
        return try await script(name, input)
    }
}

/// A latch: what waits goes on once it is opened.
final class Latch: Sendable {
    private let state = Mutex<(isOpen: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

    func open() {
        let waiters = state.withLock { state in
            defer { state = (true, []) }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { waiter in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(waiter) }
                return state.isOpen
            }
            if isOpen { waiter.resume() }
        }
    }
}
