internal import Foundation
internal import GRDB
package import Model

/// Puts a backup in the place of a hub's database. What was there is kept beside it.
///
/// The steps can be broken off anywhere: until the last one the old database is in its place, complete, and a further
/// attempt begins anew.
package struct Restore {
    /// The backup; it is only read.
    let file: String
    /// The hub's database.
    let path: String
    /// Where the old database will be found.
    package let aside: String
    private let ids: any IdentifierSource

    var partial: String { path + ".restoring" }

    /// - Parameter label: tells what is kept aside from what was kept before: a time.
    package init(_ file: String, to path: String, label: String, ids: any IdentifierSource) {
        self.file = file
        self.path = path
        aside = path + ".before-\(label)"
        self.ids = ids
    }

    /// - Throws: `JournalError`: `.inUse` while a hub has the database open, `.damaged` when the backup is.
    package func run() throws {
        try JournalError.wrapping {
            let lock = try FileLock(path: path, holder: "a restore")
            defer { lock.release() }
            for step in steps { try step() }
        }
    }

    /// - Throws: `JournalError.inUse` while a hub has the database open.
    package func requireUnused() throws {
        try JournalError.wrapping { try FileLock(path: path, holder: "a restore").release() }
    }

    var steps: [() throws -> Void] { [verify, copy, renew, settle, setAside, clear, replace] }

    private func verify() throws {
        let complaints = try Examination(path: file).run()
        guard complaints.isEmpty else {
            throw JournalError.damaged("\(file): \(complaints.prefix(3).joined(separator: "; "))")
        }
    }

    private func copy() throws {
        for suffix in ["", "-wal", "-shm", "-journal"] { try Disk.remove(partial + suffix) }
        try Disk.create(partial)
        let backup = Backup(of: file, to: partial)
        // Through SQLite and not byte by byte: a file that was in use has the rest of itself in its `-wal`.
        try Disk.remove(partial)
        try backup.copy()
        try Disk.rename(backup.partial, to: partial)
    }

    /// Whoever knew the old history is told that it has ended.
    private func renew() throws {
        let copy = try DatabaseQueue(path: partial)
        try Schema.migrator.migrate(copy)
        try copy.write { db in
            try Seal.renewEpochs(db, ids: ids)
            // A nonce that no seal knows: should this be broken off, the hub gives new epochs once more.
            _ = try Seal.renewNonce(db, ids: ids)
        }
        try copy.close()
        try Disk.sync(partial)
    }

    /// Brings what the old database has in its `-wal` into its file, so that the file alone is all of it.
    private func settle() throws {
        guard try Disk.size(path) > 0 else { return }
        do {
            let old = try DatabaseQueue(path: path)
            let isBusy = try old.writeWithoutTransaction { db in
                try Bool.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") ?? true
            }
            try old.close()
            guard !isBusy else { throw JournalError.inUse(path: path, holder: "a program that reads it") }
        } catch is DatabaseError {
            // What cannot be opened is kept aside as it is, with its `-wal`.
        }
    }

    private func setAside() throws {
        for suffix in ["", "-wal"] where try Disk.size(path + suffix) > 0 {
            try Disk.remove(aside + suffix)
            try Disk.link(path + suffix, as: aside + suffix)
        }
        try Disk.syncFolder(of: path)
    }

    /// A `-wal` of the old database must not be found beside the new one.
    private func clear() throws {
        for suffix in ["-wal", "-shm"] { try Disk.remove(path + suffix) }
        try Disk.syncFolder(of: path)
    }

    private func replace() throws {
        try Disk.rename(partial, to: path)
        try Disk.syncFolder(of: path)
    }
}
