import Foundation
package import Journal
package import Model

/// All that a hub knows of a project, as open files in one tar archive: a file of JSON Lines for each kind of thing, whose
/// lines are what the protocol says of them; the files of its cards; and, as the last, `manifest.json`.
///
/// All of it is of one moment. What is not in it: the repository, which is the user's own; consumers, which are somebody's
/// places in this hub's journal; and what agents printed beside their entries.
package struct ProjectExport: Sendable {
    package struct Manifest: Codable, Sendable, Equatable {
        package struct File: Codable, Sendable, Equatable {
            package let name: String
            package let lines: Int
        }

        package var format = 1
        package let exportedAt: Timestamp
        package let projectId: Project.ID
        package let slug: String
        /// Where the project's journal stood.
        package let position: String
        package let files: [File]
        package let attachments: Int
        package let attachmentsByteCount: Int
    }

    private let dataFolder: String
    private let coding: any JournalCoding

    package init(of dataFolder: String, coding: any JournalCoding) {
        self.dataFolder = dataFolder
        self.coding = coding
    }

    /// Blocks for as long as the disk takes.
    ///
    /// - Parameters:
    ///   - reference: the project's identifier or slug.
    ///   - path: absolute. The archive is there whole or not at all.
    ///   - step: called again and again with how much is done, 0 to 1; what it throws ends the work.
    /// - Throws: `HubError` `.projectNotFound`, `JournalError`; `.exists` when there is something of that name.
    package func run(
        _ reference: String, to path: String, at now: Timestamp,
        step: (Double, String) throws -> Void = { _, _ in }
    ) throws -> (manifest: Manifest, byteCount: Int) {
        guard !FileManager.default.fileExists(atPath: path) else { throw JournalError.exists(path: path) }
        let name = (path as NSString).lastPathComponent
        let partial = (path as NSString).deletingLastPathComponent + "/" + DataBackup.partialPrefix + name
        return try StoredJournal(dataFolder + "/" + DataBackup.database, coding: coding).read { reader in
            guard let id = try Project.ID(reference) ?? reader.projectID(slug: reference) else {
                throw HubError.notFound(.project, reference)
            }
            let project = try reader.required(id)
            let tar = try TarWriter(
                path, partial: partial, modifiedUnixSeconds: now.millisecondsSince1970 / 1_000)
            var writing = ExportWriting(reader, tar, project)
            for (place, part) in ExportWriting.Part.allCases.enumerated() {
                let progress = Double(place) / Double(ExportWriting.Part.allCases.count)
                try step(progress, part.rawValue)
                try writing.write(part) { try step(progress, part.rawValue) }
            }
            try writing.files(AttachmentFolder(in: dataFolder)) { try step(0.9, "attachments") }
            let manifest = try writing.manifest(at: now)
            try tar.finish()
            return (manifest, tar.byteCount)
        }
    }
}

extension ProjectExport.Manifest {
    /// One line, members sorted: the same content is the same text.
    var text: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(self)
        }
    }
}
