import Foundation
import Journal
package import Model

/// A copy of all that a hub keeps and cannot make again: its database and the files of cards, as of one moment, made while
/// the hub goes on. Agents' worktrees are in their repositories.
///
/// A folder with `roost.sqlite`, `attachments/` and `manifest.json`. It grows under another name and gets its own when
/// everything of it is on the disk: what is broken off does not look like a backup.
package struct DataBackup: Sendable {
    package struct Manifest: Codable, Sendable, Equatable {
        package var format = 1
        package let createdAt: Timestamp
        package let databaseByteCount: Int
        package let attachments: Int
        package let attachmentsByteCount: Int

        package var byteCount: Int { databaseByteCount + attachmentsByteCount }
    }

    static let database = "roost.sqlite"
    static let manifest = "manifest.json"
    /// What a backup's folder is called while it grows.
    static let partialPrefix = ".partial-"

    private let dataFolder: String
    /// Absolute.
    private let folder: String
    private let partial: String

    package init(of dataFolder: String, to folder: String) {
        self.dataFolder = dataFolder
        self.folder = folder
        let name = (folder as NSString).lastPathComponent
        partial = (folder as NSString).deletingLastPathComponent + "/" + Self.partialPrefix + name
    }

    /// Blocks for as long as the disk takes.
    ///
    /// - Parameter step: called before each step with how much is done, 0 to 1; what it throws ends the work.
    /// - Throws: `JournalError`; `.exists` when there is something of that name, which is left alone.
    package func run(at now: Timestamp, step: (Double, String) throws -> Void = { _, _ in }) throws -> Manifest {
        guard !FileManager.default.fileExists(atPath: folder) else { throw JournalError.exists(path: folder) }
        do {
            return try make(at: now, step)
        } catch {
            // The error is what matters; what cannot be removed now is at the next start.
            do { try Files.removeAll(partial) } catch {}
            throw error
        }
    }

    private func make(at now: Timestamp, _ step: (Double, String) throws -> Void) throws -> Manifest {
        try Files.removeAll(partial)
        let source = AttachmentFolder(in: dataFolder)
        let copies = AttachmentFolder(in: partial)
        try Files.makeFolder(partial)
        try copies.prepare()
        // Before the database, so that a file which goes meanwhile is there; and after it for those that came.
        try step(0, "attachments")
        try copies.take(try source.names(), from: source)
        try step(0.2, "database")
        let databaseByteCount = try Backup(
            of: dataFolder + "/" + Self.database, to: partial + "/" + Self.database
        ).run()
        try step(0.8, "attachments")
        let known = try BackedUp.attachmentFiles(in: partial + "/" + Self.database)
        try copies.take(known, from: source)
        _ = try copies.sweep(keeping: known)
        let manifest = Manifest(
            createdAt: now, databaseByteCount: databaseByteCount, attachments: try copies.names().count,
            attachmentsByteCount: try copies.byteCount())
        try step(0.9, "making it durable")
        try Files.write(try JSONEncoder().encode(manifest), to: partial + "/" + Self.manifest)
        for path in [partial + "/attachments", partial] { try Files.sync(path) }
        try Files.rename(partial, to: folder)
        try Files.sync((folder as NSString).deletingLastPathComponent)
        return manifest
    }

    /// - Returns: nil for a folder that is no backup.
    static func readManifest(of folder: String) throws -> Manifest? {
        let path = folder + "/" + manifest
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return try JSONDecoder().decode(Manifest.self, from: data)
    }
}

extension AttachmentFolder {
    /// Of the files that are whole.
    func names() throws -> Set<String> {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return Set(
            try FileManager.default.contentsOfDirectory(atPath: path).filter {
                ContentHash(hexadecimal: $0) != nil || Attachment.ID($0) != nil
            })
    }

    func byteCount() throws -> Int {
        try names().reduce(0) {
            $0 + ((try FileManager.default.attributesOfItem(atPath: file($1))[.size] as? Int) ?? 0)
        }
    }

    /// Takes files that it has not; those that the source has not either have gone with their rows.
    func take(_ names: Set<String>, from source: AttachmentFolder) throws {
        for name in names.subtracting(try self.names()) { try Files.share(source.file(name), as: file(name)) }
    }
}
