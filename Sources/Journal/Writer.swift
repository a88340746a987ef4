internal import GRDB
internal import Logging
internal import Model
internal import Synchronization

/// Makes changes durable, in the order of their coming, with as few commits as can be.
///
/// While one commit is under way the next changes gather, and the next turn takes them together: with one caller each
/// change has a commit of its own at once, with many they share one, and nobody waits for a timer.
final class Writer: Sendable {
    private struct State {
        /// No longer than the callers are many: each of them waits for its answer.
        var waiting: [UnitOfWork] = []
        /// Those who want to know whether there are turns.
        var asking: [CheckedContinuation<Void, Never>] = []
        /// Whether a turn is due or under way.
        var isTurning = false
        var isClosed = false
        /// Those who wait for the last turn.
        var drained: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let observer = Mutex<(@Sendable ([CommittedEvent]) -> Void)?>(nil)
    private let heads = HeadCache()
    private let entities = EntityCache()
    private let commitCount = Atomic<Int>(0)
    private let failureCount = Atomic<Int>(0)
    private let unitCount = Atomic<Int>(0)
    private let database: any DatabaseWriter
    private let tools: Batch.Tools
    private let seal: Seal?
    private let searchBell: SearchBell
    private let log: Logger

    init(
        _ database: any DatabaseWriter, seal: Seal?, clock: any TimeSource, ids: any IdentifierSource,
        coding: any JournalCoding, searchBell: SearchBell, log: Logger
    ) {
        self.database = database
        self.seal = seal
        self.searchBell = searchBell
        self.tools = Batch.Tools(clock: clock, ids: ids, coding: coding)
        self.log = log
    }

    var isClosed: Bool { state.withLock(\.isClosed) }

    func observe(_ newObserver: @escaping @Sendable ([CommittedEvent]) -> Void) {
        observer.withLock { observer in
            precondition(observer == nil, "the journal is observed already")
            observer = newObserver
        }
    }

    func change<Value: Sendable>(
        _ scope: @escaping @Sendable (Reader) throws -> JournalKey, by actor: Actor,
        _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Committed<Value> {
        let receipt = Receipt.open(for: actor)
        return try await withCheckedThrowingContinuation { continuation in
            submit(
                UnitOfWork(
                    scope: scope, actor: actor,
                    perform: { transaction in
                        let value = try body(transaction)
                        let json = transaction.body(of: value)
                        let filed = try receipt?.file(value, in: transaction)
                        return {
                            filed?()
                            continuation.resume(returning: Committed(value: value, json: json, position: $0))
                        }
                    },
                    fail: { continuation.resume(throwing: $0) }))
        }
    }

    /// Takes nothing more, and returns when what was taken before is answered.
    func drain() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosed = true
                if state.isTurning { state.drained.append(continuation) }
                return !state.isTurning
            }
            if isIdle { continuation.resume() }
        }
    }

    /// Returns with the end of the next turn, or at once when there will be none.
    func answer() async {
        await withCheckedContinuation { continuation in
            let (isClosed, startsTurning) = state.withLock { state in
                // A closed database must not be touched; before it is, the last turn answers.
                guard !state.isClosed else { return (true, false) }
                defer { state.isTurning = true }
                state.asking.append(continuation)
                return (false, !state.isTurning)
            }
            if isClosed { continuation.resume() }
            if startsTurning { scheduleTurn() }
        }
    }

    private func submit(_ unit: UnitOfWork) {
        let (isClosed, startsTurning) = state.withLock { state in
            guard !state.isClosed else { return (true, false) }
            defer { state.isTurning = true }
            state.waiting.append(unit)
            return (false, !state.isTurning)
        }
        if isClosed { unit.fail(JournalError.closed) }
        if startsTurning { scheduleTurn() }
    }

    /// One turn at a time goes onto the database's own queue, so that others who want the writer are not shut out.
    private func scheduleTurn() {
        database.asyncWriteWithoutTransaction { [self] db in turn(in: db) }
    }

    private func turn(in db: Database) {
        let (units, asking) = state.withLock { state in
            let units = Array(state.waiting.prefix(Batch.unitCountMax))
            state.waiting.removeFirst(units.count)
            defer { state.asking = [] }
            return (units, state.asking)
        }
        if !units.isEmpty {
            commit(unitCount: units.count, Batch(units, after: heads, entities, tools: tools), in: db)
        }
        for continuation in asking { continuation.resume() }

        let (goesOn, drained) = state.withLock { state in
            state.isTurning = !state.waiting.isEmpty || !state.asking.isEmpty
            guard !state.isTurning else { return (true, [CheckedContinuation<Void, Never>]()) }
            defer { state.drained = [] }
            return (false, state.drained)
        }
        if goesOn { scheduleTurn() }
        for continuation in drained { continuation.resume() }
    }

    var statistics: JournalStatistics {
        JournalStatistics(
            commits: commitCount.load(ordering: .relaxed), failures: failureCount.load(ordering: .relaxed),
            units: unitCount.load(ordering: .relaxed), waiting: state.withLock(\.waiting.count))
    }

    private func commit(unitCount count: Int, _ batch: Batch, in db: Database) {
        do {
            try batch.commit(in: db)
        } catch {
            let failure = JournalError.from(error)
            log.error("commit failed", metadata: ["error": "\(failure)"])
            failureCount.add(1, ordering: .relaxed)
            batch.answer(failure)
            return
        }
        commitCount.add(1, ordering: .relaxed)
        unitCount.add(count, ordering: .relaxed)
        heads.merge(batch.heads)
        entities.merge(batch.entities)
        seal?.count(batch.events.count)
        if !batch.events.isEmpty { observer.withLock(\.self)?(batch.events) }
        if !batch.searchDue.isEmpty { searchBell.ring() }
        batch.answer(nil)
    }
}
