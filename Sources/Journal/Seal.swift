internal import Foundation
internal import GRDB
internal import Logging
internal import Model
internal import Synchronization

/// Tells a database that went on from one that was put in its place: an older copy, another hub's, or one that has lost
/// what it had acknowledged.
///
/// Beside the database lies a small file with the database's nonce and the number of all events that were ever committed
/// to it, written after each commit and before anybody hears of it. A database whose nonce is another one, or that has
/// fewer events, is not the one that clients know: its histories get new epochs. A copy of the whole folder cannot be told
/// from the folder; that is what `restore` is for.
///
/// The file is written without fsync: a dead hub's is complete, and after a loss of power it may only say less than the
/// database, which does no harm.
final class Seal: Sendable {
    private static let ownerOnly: mode_t = 0o600
    /// Nonces have as many characters as identifiers.
    private static let numberWidth = 20

    private let descriptor: CInt
    private let nonce: String
    private let total: Mutex<UInt64>
    private let log: Logger

    init(_ path: String, _ database: any DatabaseWriter, ids: any IdentifierSource, log: Logger) throws {
        descriptor = Foundation.open(Self.file(of: path), O_RDWR | O_CREAT | O_CLOEXEC, Self.ownerOnly)
        guard descriptor >= 0 else {
            throw JournalError.notAJournal(path: Self.file(of: path), reason: String(cString: strerror(errno)))
        }
        let known = Self.read(descriptor)
        let (nonce, count, isRenewed) = try database.write { db in
            let count = UInt64(try Int64.fetchOne(db, sql: "SELECT ifnull(sum(seq), 0) FROM journals") ?? 0)
            let nonce = try String.fetchOne(db, sql: "SELECT nonce FROM seal")
            if let nonce, let known, known.nonce == nonce, known.total <= count { return (nonce, count, false) }
            // Without a nonce it has never been sealed: a new file, or one from before there were seals.
            if nonce != nil { try Self.renewEpochs(db, ids: ids) }
            return (try Self.renewNonce(db, ids: ids), count, nonce != nil)
        }
        self.nonce = nonce
        self.log = log
        total = Mutex(count)
        if isRenewed {
            log.warning(
                "the database is not the one that was here last: its histories begin anew",
                metadata: ["path": "\(path)"])
        }
        write(count)
    }

    deinit { close(descriptor) }

    static func file(of path: String) -> String { path + ".seal" }

    /// A commit has brought so many events.
    func count(_ events: Int) {
        guard events > 0 else { return }
        let now = total.withLock { total in
            total += UInt64(events)
            return total
        }
        write(now)
    }

    /// Every client that comes back is told that its position is gone.
    static func renewEpochs(_ db: Database, ids: any IdentifierSource) throws {
        for id in try Int64.fetchAll(db, sql: "SELECT id FROM journals") {
            try db.execute(
                sql: "UPDATE journals SET epoch = ? WHERE id = ?", arguments: [JournalHead.makeEpoch(ids.next()), id])
        }
    }

    static func renewNonce(_ db: Database, ids: any IdentifierSource) throws -> String {
        let nonce = ids.next().description
        try db.execute(sql: "DELETE FROM seal")
        try db.execute(sql: "INSERT INTO seal (nonce) VALUES (?)", arguments: [nonce])
        return nonce
    }

    private func write(_ total: UInt64) {
        let digits = String(total)
        let padding = String(repeating: "0", count: Self.numberWidth - digits.utf8.count)
        let line = Array("\(nonce) \(padding)\(digits)\n".utf8)
        // A seal that says less than it could is no danger to the data.
        guard pwrite(descriptor, line, line.count, 0) == line.count else {
            log.error("the seal was not written", metadata: ["errno": "\(errno)"])
            return
        }
    }

    private static func read(_ descriptor: CInt) -> (nonce: String, total: UInt64)? {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0, let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let words = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
        guard words.count == 2, let total = UInt64(words[1]) else { return nil }
        return (String(words[0]), total)
    }
}
