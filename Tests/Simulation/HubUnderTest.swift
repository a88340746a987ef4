import Broker
import GRDB
import Journal
import Logging
import Model
import RoostTesting
import Synchronization
import Transport

@testable import Hub

/// A hub without sockets, agents or operations: a journal in a file, and the live half over it.
///
/// What is committed reaches the broker only when the simulation lets it: in a hub, a reader on another thread sees a
/// commit before the broker has heard of it, and that moment must be as harmless as any other.
final class HubUnderTest {
    let seed: UInt64
    let limits: LiveLimits
    let brokerLimits: BrokerLimits
    private(set) var journal: Journal
    private(set) var live: LiveHub
    /// Every event that was ever committed, by its journal and number: the truth that clients are held against.
    private(set) var history: [JournalKey: [CommittedEvent]] = [:]
    /// The number of the oldest event that is still kept; 1 unless some were pruned.
    private(set) var oldest: [JournalKey: UInt64] = [:]
    /// Committed, and not yet told to the broker.
    private(set) var untold: [CommittedEvent] = []
    /// When somebody is to be told who watches.
    private var presenceDue: Timestamp?
    private var editor: DatabaseQueue?
    private let outbox: Outbox
    private let folder: TemporaryFolder
    private let clock = ManualClock()
    /// How often it was opened.
    private var generation: UInt64 = 1
    private var copy: (file: String, history: [JournalKey: [CommittedEvent]], oldest: [JournalKey: UInt64])?

    init(seed: UInt64, limits: LiveLimits, brokerLimits: BrokerLimits) throws {
        self.seed = seed
        self.limits = limits
        self.brokerLimits = brokerLimits
        folder = try TemporaryFolder()
        outbox = Outbox()
        (journal, live) = try Self.open(
            folder.file("roost.sqlite"), limits, brokerLimits, clock, SeededIDs(seed: seed), outbox)
    }

    /// The hub goes down and comes back on the same file: its rings are empty, what it had not told is told no more.
    func reopen() async throws {
        await journal.close()
        try await comeBack()
    }

    private func comeBack() async throws {
        (untold, presenceDue) = ([], nil)
        try require(outbox.takeAll().isEmpty, "events were committed that nobody asked for")
        generation += 1
        let ids = SeededIDs(seed: seed &+ generation << 32)
        (journal, live) = try Self.open(folder.file("roost.sqlite"), limits, brokerLimits, clock, ids, outbox)
        try await live.access.load(from: journal)
    }

    /// A copy of the data, made while the hub goes on.
    func backUp() throws {
        let file = folder.file("copy\(generation)-\(head(of: .hub))-\(history.values.reduce(0) { $0 + $1.count })")
        guard copy?.file != file else { return }
        try Backup(of: folder.file("roost.sqlite"), to: file).run()
        copy = (file, history, oldest)
    }

    var hasCopy: Bool { copy != nil }

    /// The copy takes the place of the data: what came after it has never been.
    ///
    /// - Returns: the epochs of its journals.
    func restore() async throws -> [JournalKey: String] {
        guard let copy else { throw Violation("there is no copy") }
        await journal.close()
        try editor?.close()
        editor = nil
        let ids = SeededIDs(seed: seed &+ generation << 40)
        try Restore(copy.file, to: folder.file("roost.sqlite"), label: "\(generation)", ids: ids).run()
        (history, oldest) = (copy.history, copy.oldest)
        try await comeBack()
        let journals = history.keys
        return try await journal.read { reader in
            try Dictionary(uniqueKeysWithValues: journals.map { ($0, try reader.position(of: $0).epoch) })
        }
    }

    func close() async throws {
        await journal.close()
        try editor?.close()
    }

    private static func open(
        _ path: String, _ limits: LiveLimits, _ brokerLimits: BrokerLimits, _ clock: ManualClock, _ ids: SeededIDs,
        _ outbox: Outbox
    ) throws -> (Journal, LiveHub) {
        let journal = try Journal.forTesting(.file(path), clock: clock, ids: ids, coding: WireJournalCoding())
        journal.observe { outbox.put($0) }
        let about = HubDescription(version: "1", node: "here", startedAt: clock.now(), durability: "normal")
        let log = Logger(label: "simulation", factory: { _ in SwiftLogNoOpLogHandler() })
        let live = LiveHub(
            journal: journal, access: Access(clock: clock, log: log), operations: NoOperations(), about: about,
            transport: TransportLimits(), limits: limits,
            broker: brokerLimits, clock: clock, ids: ids, log: log, hubLog: HubLog(limits: limits, clock: clock))
        return (journal, live)
    }
}

// What happens in it.
extension HubUnderTest {
    /// - Throws: what `body` throws; then nothing may have been told.
    func change<Value: Sendable>(
        _ scope: JournalKey, _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        clock.advance(by: .milliseconds(1))
        let value = try await journal.change(scope, by: .local, body).value
        for event in outbox.takeAll() {
            let before = UInt64(history[event.journal, default: []].count)
            try require(
                event.header.seq == before + 1, "\(event.journal): event \(event.header.seq) came after \(before)")
            history[event.journal, default: []].append(event)
            untold.append(event)
        }
        return value
    }

    /// Tells the broker of the first `count` that it has not heard of.
    func tell(_ count: Int) {
        live.ingest(Array(untold.prefix(count)))
        untold.removeFirst(count)
    }

    /// Forgets a journal's events up to `seq`, as retention does.
    func prune(_ journal: JournalKey, upTo seq: UInt64) async throws {
        try await self.journal.change(.hub, by: .system) { try $0.forget(journal, upTo: seq) }
        oldest[journal] = max(oldest(of: journal), seq + 1)
    }

    /// The hub comes back from a copy whose history cannot be continued.
    func reopen(renewing journal: JournalKey, as epoch: String) async throws {
        try await edit("UPDATE journals SET epoch = ? WHERE name = ?", [epoch, journal.description])
        try await reopen()
    }

    func oldest(of journal: JournalKey) -> UInt64 { oldest[journal] ?? 1 }
    func head(of journal: JournalKey) -> UInt64 { UInt64(history[journal, default: []].count) }

    private func edit(_ sql: String, _ arguments: StatementArguments) async throws {
        let database = try editor ?? openEditor()
        try await database.write { try $0.execute(sql: sql, arguments: arguments) }
    }

    /// Another hand on the file, which has no use for the safety of what it writes.
    private func openEditor() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
        let database = try DatabaseQueue(path: folder.file("roost.sqlite"), configuration: configuration)
        editor = database
        return database
    }
}

// Who watches: what Presence does, on the simulation's clock.
extension HubUnderTest {
    func attend(_ channel: Channel, _ viewer: any Viewer, as name: String, _ user: Actor) -> PresenceText? {
        guard channel.showsWatchers else { return nil }
        let (view, due) = live.broker.attend(channel, viewer, as: name, user, at: clock.now())
        wait(until: due)
        return PresenceText(view)
    }

    func leave(_ channel: Channel, _ viewer: any Viewer) {
        wait(until: live.broker.leave(channel, viewer, at: clock.now()))
    }

    func lose(_ viewer: any Viewer) { wait(until: live.broker.lose(viewer, at: clock.now())) }

    /// The time comes at which somebody is due to be told.
    ///
    /// - Returns: false when nobody is.
    func tellOfWatchers() -> Bool {
        guard let due = presenceDue else { return false }
        presenceDue = nil
        clock.advance(by: .milliseconds(max(0, due.millisecondsSince1970 - clock.now().millisecondsSince1970)))
        let (changes, next) = live.broker.takePresenceChanges(at: clock.now())
        for change in changes { live.broker.tell(change, PresenceNews(change)) }
        wait(until: next)
        return true
    }

    private func wait(until due: Timestamp?) {
        guard let due else { return }
        presenceDue = presenceDue.map { min($0, due) } ?? due
    }
}

/// Where the journal's observer, on the writer's thread, leaves what was committed.
private final class Outbox: Sendable {
    private let events = Mutex<[CommittedEvent]>([])

    func put(_ committed: [CommittedEvent]) { events.withLock { $0 += committed } }

    func takeAll() -> [CommittedEvent] {
        events.withLock { events in
            defer { events = [] }
            return events
        }
    }
}

private struct NoOperations: OperationCalling {
    func isOnlyWaiting(_ name: String) -> Bool { false }

    func call(
        _ name: String, _ input: JSONValue, by caller: Caller, key: IdempotencyKey?
    ) async throws(HubError) -> OperationAnswer {
        throw HubError(.operationNotFound, "there is no operation \(name)")
    }
}
