internal import Foundation
internal import GRDB

/// A copy of a journal's file as of one moment, made while a hub goes on with it.
package struct Backup: Sendable {
    /// The database.
    let source: String
    /// Absolute. It appears whole or not at all.
    let file: String
    /// Where the copy grows.
    var partial: String { file + ".partial" }

    package init(of source: String, to file: String) {
        self.source = source
        self.file = file
    }

    /// - Returns: the copy's size in bytes.
    /// - Throws: `JournalError`; `.exists` when there is a file of that name, which is left alone.
    @discardableResult
    package func run() throws -> Int {
        try JournalError.wrapping {
            guard FileManager.default.fileExists(atPath: source) else {
                throw JournalError.notAJournal(path: source, reason: "there is no such file")
            }
            guard !FileManager.default.fileExists(atPath: file) else { throw JournalError.exists(path: file) }
            try copy()
            return try publish()
        }
    }

    /// - Important: a copy that was broken off before is begun anew.
    func copy() throws {
        try Storage.inspect(source)
        try Disk.remove(partial)
        // Nobody else may read it, not even while it grows.
        try Disk.create(partial)
        var configuration = Configuration()
        configuration.readonly = true
        let database = try DatabaseQueue(path: source, configuration: configuration)
        // Not in a transaction, which VACUUM would refuse; it takes a snapshot itself, and the writer goes on.
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "VACUUM INTO ?", arguments: [partial])
        }
        try database.close()
    }

    func publish() throws -> Int {
        try Disk.sync(partial)
        try Disk.link(partial, as: file)
        try Disk.remove(partial)
        try Disk.syncFolder(of: file)
        return try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
    }
}
