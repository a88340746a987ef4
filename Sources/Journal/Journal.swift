// Where the hub's truth lies: rows, and the numbered events that tell of their changes.
//
// One writer, many readers beside it. A change is a closure over a Transaction, whose `put` and `delete` write the row
// and file the event together, so that neither can be forgotten. Changes that wait at the same time share one SQLite
// transaction and one fsync (Writer.swift), each in a savepoint of its own. Nothing is told before it is committed.
//
// Start with Transaction.swift (what a change may do), then Writer.swift (when it becomes true), then Reader.swift.

package import Logging
package import Model
internal import GRDB

package final class Journal: Sendable {
    package enum Location: Sendable, Equatable {
        /// The absolute path of the `.sqlite` file. Its folder exists.
        case file(String)
        /// Gone with the last reference to it.
        case memory
    }

    /// What an acknowledged change survives.
    package enum Durability: String, Sendable, CaseIterable {
        /// The machine's loss of power: fsync before each acknowledgement.
        case full
        /// The hub's own death. After a loss of power the last moments may be missing, never torn.
        case normal
    }

    private let database: any DatabaseWriter
    private let writer: Writer
    package let coding: any JournalCoding
    let log: Logger
    let searchBell = SearchBell()
    /// Held for as long as the journal is open.
    private let lock: FileLock?

    /// - Parameter holder: who it is, for others who find it in use.
    /// - Throws: `JournalError` when the file is not a journal, is from a newer version, or is in use.
    package init(
        _ location: Location, durability: Durability, clock: any TimeSource, ids: any IdentifierSource,
        coding: any JournalCoding, log: Logger, holder: String = ""
    ) throws {
        lock =
            switch location {
            case .file(let path): try FileLock(path: path, holder: holder)
            case .memory: nil
            }
        database = try JournalError.wrapping { try Storage.open(location, durability: durability, ids: ids) }
        let seal: Seal? =
            switch location {
            case .file(let path):
                try JournalError.wrapping { [database] in try Seal(path, database, ids: ids, log: log) }
            case .memory: nil
            }
        writer = Writer(database, seal: seal, clock: clock, ids: ids, coding: coding, searchBell: searchBell, log: log)
        self.coding = coding
        self.log = log
        log.info("journal opened", metadata: ["location": "\(location)", "durability": "\(durability.rawValue)"])
    }

    /// Calls `observer` on the writer's thread after each commit, in commit order, with all that the commit made visible,
    /// before the changes' callers go on. Set once, before the first change.
    package func observe(_ observer: @escaping @Sendable ([CommittedEvent]) -> Void) {
        writer.observe(observer)
    }

    /// One unit of work: its rows and events together, or neither.
    ///
    /// - Parameter scope: whose entities it changes. The hub's scope spans projects.
    /// - Parameter body: runs on the writer's thread, where everybody else waits: no waiting, no other input or output.
    /// - Returns: after the commit. A caller's cancellation does not undo it.
    /// - Throws: what `body` throws, and then only this unit is undone; `JournalError` when the commit failed.
    @discardableResult
    package func change<Value: Sendable>(
        _ scope: JournalKey, by actor: Actor, _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Committed<Value> {
        try await writer.change({ _ in scope }, by: actor, body)
    }

    /// The same, in the scope of what `id` belongs to: it is looked up where the change is made, and saves a
    /// read of its own.
    ///
    /// - Throws: also `HubError` of the kind's not-found code.
    @discardableResult
    package func change<E: Entity, Value: Sendable>(
        of id: Identifier<E>, by actor: Actor, _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Committed<Value> {
        try await writer.change({ try $0.required(id).journal }, by: actor, body)
    }

    /// All that `body` reads is of one moment, while changes go on beside it.
    package func read<Value: Sendable>(_ body: @escaping @Sendable (Reader) throws -> Value) async throws -> Value {
        guard !writer.isClosed else { throw JournalError.closed }
        let coding = coding
        do {
            return try await database.read { db in try body(Reader(db, coding: coding)) }
        } catch {
            throw error is DatabaseError && writer.isClosed ? JournalError.closed : JournalError.from(error)
        }
    }

    /// The events after `seq`, oldest first: see `Reader.events`.
    package func events(
        in journal: JournalKey, after seq: UInt64, filter: EventFilter = EventFilter(), severity: Severity? = nil,
        limit: Int, byteCountMax: Int
    ) async throws -> EventPage {
        try await read { reader in
            try reader.events(
                in: journal, after: seq, filter: filter, severity: severity, limit: limit, byteCountMax: byteCountMax)
        }
    }

    package var statistics: JournalStatistics { writer.statistics }

    package func position(of journal: JournalKey) async throws -> JournalPosition {
        try await read { try $0.position(of: journal) }
    }

    /// Returns when the writer has got to it: one that hangs never does, and a closed one at once.
    package func answer() async { await writer.answer() }

    /// Commits what waits, and refuses what comes after with `JournalError.closed`.
    package func close() async {
        await writer.drain()
        do {
            try database.close()
        } catch {
            log.error("journal not closed", metadata: ["error": "\(error)"])
        }
        lock?.release()
    }
}
