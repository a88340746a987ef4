import Foundation
import Journal
package import Model

/// Puts a backup in the place of what a hub keeps: `Restore` the database, and this the files of cards. What was there is
/// kept beside it. Broken off anywhere, it can be begun anew.
package struct DataRestore {
    private let backup: String
    private let dataFolder: String
    private let label: String
    private let ids: any IdentifierSource

    /// - Parameters:
    ///   - backup: a folder that `roost backup` or the hub made.
    ///   - label: tells what is kept aside from what was kept before: a time.
    package init(_ backup: String, to dataFolder: String, label: String, ids: any IdentifierSource) {
        (self.backup, self.dataFolder, self.label, self.ids) = (backup, dataFolder, label, ids)
    }

    private var attachmentsAside: String { dataFolder + "/attachments.before-\(label)" }

    /// - Returns: where what was there is kept.
    /// - Throws: `JournalError`: `.inUse` while a hub has the data, `.damaged` for what is no whole backup.
    package func run() throws -> [String] {
        guard let manifest = try DataBackup.readManifest(of: backup), manifest.format == 1 else {
            throw JournalError.damaged("\(backup) has no manifest of a backup's; is it one, and whole?")
        }
        let source = AttachmentFolder(in: backup)
        guard try source.names().count == manifest.attachments else {
            throw JournalError.damaged("\(backup) should have \(manifest.attachments) attachments")
        }
        let restore = Restore(
            backup + "/" + DataBackup.database, to: dataFolder + "/" + DataBackup.database, label: label, ids: ids)
        // Files that no row knows do no harm, rows whose file is missing do: so the files come first.
        let current = AttachmentFolder(in: dataFolder)
        try restore.requireUnused()
        try Files.makeFolder(dataFolder)
        try current.prepare()
        try keepAside(current)
        try current.take(try source.names(), from: source)
        try Files.sync(current.path)
        try restore.run()
        return [restore.aside, attachmentsAside].filter(FileManager.default.fileExists(atPath:))
    }

    /// The next start removes files without rows from the folder; here they have a second name.
    private func keepAside(_ current: AttachmentFolder) throws {
        guard try !current.names().isEmpty else { return }
        try Files.makeFolder(attachmentsAside)
        for name in try current.names() { try Files.share(current.file(name), as: attachmentsAside + "/" + name) }
        try Files.sync(attachmentsAside)
    }
}
