internal import GRDB
internal import Model

/// Units of work that become durable with one commit. Lives on the writer's thread, for one turn.
final class Batch {
    /// 256 units: an fsync shared by that many costs each next to nothing, and everything else that wants the writer
    /// (a checkpoint, a backup) gets its turn within some 10 ms.
    static let unitCountMax = 256

    /// What every unit of work is given.
    struct Tools: Sendable {
        let clock: any TimeSource
        let ids: any IdentifierSource
        let coding: any JournalCoding
    }

    private enum Outcome {
        case done(UnitOfWork.Acknowledge, JournalPosition)
        /// Undone, alone.
        case refused(any Error)
    }

    private let units: [UnitOfWork]
    private let tools: Tools
    private let before: HeadCache
    /// The ends of the journals that it has moved.
    private(set) var heads: [JournalKey: JournalHead] = [:]
    private(set) var events: [CommittedEvent] = []
    /// What its units have read and written.
    private(set) var entities: EntityCache.Entities = [:]
    /// Those that the search index has to look at.
    private(set) var searchDue: Set<String> = []
    private let entitiesBefore: EntityCache
    /// One for each unit that has been run, in their order.
    private var outcomes: [Outcome] = []

    init(_ units: [UnitOfWork], after before: HeadCache, _ entitiesBefore: EntityCache, tools: Tools) {
        self.units = units
        self.before = before
        self.entitiesBefore = entitiesBefore
        self.tools = tools
    }

    func head(of journal: JournalKey) -> JournalHead? { heads[journal] ?? before[journal] }

    /// - Returns: nil when the row has to be looked at.
    func entity(_ id: String) -> (any Entity)? { entities[id] ?? entitiesBefore[id] }

    /// An entity as its row has it, which no unit that is under way has changed.
    func remember(_ entity: any Entity, _ id: String) { entities[id] = entity }

    /// - Throws: when nothing of it was kept, of no unit.
    func commit(in db: Database) throws {
        try db.inTransaction(.immediate) {
            if units.count == 1 {
                // Undone with the whole transaction: alone, it needs no savepoint.
                outcomes.append(try perform(units[0], in: db))
                if case .refused = outcomes[0] { return .rollback }
            } else {
                for unit in units { outcomes.append(try run(unit, in: db)) }
            }
            for head in heads.values { try head.save(in: db) }
            for subject in searchDue {
                try db.cachedStatement(sql: "INSERT OR IGNORE INTO searchDue (subject) VALUES (?)")
                    .execute(arguments: [subject])
            }
            return .commit
        }
    }

    /// Answers every caller; `failure` is why the commit failed, nil when it did not.
    func answer(_ failure: (any Error)?) {
        for (index, unit) in units.enumerated() {
            switch index < outcomes.count ? outcomes[index] : nil {
            case .refused(let error): unit.fail(error)
            case .done(let acknowledge, let position):
                if let failure { unit.fail(failure) } else { acknowledge(position) }
            case nil:
                // The commit never came as far as this one.
                if let failure { unit.fail(failure) }
            }
        }
    }

    /// - Throws: when more than this unit is lost.
    private func run(_ unit: UnitOfWork, in db: Database) throws -> Outcome {
        try db.cachedStatement(sql: "SAVEPOINT unit").execute()
        let outcome = try perform(unit, in: db)
        if case .refused = outcome { try db.cachedStatement(sql: "ROLLBACK TO unit").execute() }
        try db.cachedStatement(sql: "RELEASE unit").execute()
        return outcome
    }

    /// - Returns: `.refused` when what the unit wrote has to be undone.
    /// - Throws: when more than this unit is lost.
    private func perform(_ unit: UnitOfWork, in db: Database) throws -> Outcome {
        do {
            let transaction = try Transaction(unit, in: self, db: db, tools: tools)
            let acknowledge = try unit.perform(transaction)
            if let failure = transaction.failure { throw failure }
            let position = try transaction.position(of: transaction.scope)
            heads.merge(transaction.heads) { $1 }
            events += transaction.events
            entities.merge(transaction.written) { $1 }
            searchDue.formUnion(transaction.searchDue)
            return .done(acknowledge, position)
        } catch {
            // A full disk can make SQLite undo the whole transaction (https://www.sqlite.org/lang_transaction.html,
            // section 3): then the other units' work is gone too, and with it the savepoint.
            guard db.isInsideTransaction else { throw error }
            return .refused(JournalError.from(error))
        }
    }
}
