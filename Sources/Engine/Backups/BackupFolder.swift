import Foundation
package import Model

/// Where a hub keeps the backups of itself.
package struct BackupFolder: Sendable {
    package struct Item: Sendable, Equatable, Encodable {
        package let name: String
        package let createdAt: Timestamp
        package let byteCount: Int
        package let attachments: Int
    }

    let path: String

    init(in dataFolder: String) { path = dataFolder + "/backups" }

    /// A moment, to the millisecond: `20261125T181502417Z`. Sorted by name, they are sorted by time.
    static func name(at now: Timestamp) -> String { now.description.filter { $0.isNumber || $0.isLetter } }

    /// - Returns: nil for a text that no backup is called.
    package static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: #/[0-9]{8}T[0-9]{9}Z/#) != nil
    }

    func prepare() throws { try Files.makeFolder(path) }

    func place(of name: String) -> String { path + "/" + name }

    /// Newest first. What has no manifest is none.
    package func list() throws -> [Item] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter(Self.isName)
        return try names.sorted(by: >).compactMap { name in
            try DataBackup.readManifest(of: place(of: name)).map {
                Item(name: name, createdAt: $0.createdAt, byteCount: $0.byteCount, attachments: $0.attachments)
            }
        }
    }

    /// - Throws: `HubError` `.backupNotFound`.
    package func remove(_ name: String) throws {
        guard Self.isName(name), FileManager.default.fileExists(atPath: place(of: name)) else {
            throw HubError(.backupNotFound, "there is no backup \(name)")
        }
        // First its name, so that nothing that is half gone looks like a backup.
        let gone = place(of: DataBackup.partialPrefix + name)
        try Files.rename(place(of: name), to: gone)
        try Files.removeAll(gone)
    }

    /// Removes what was broken off.
    func sweep() throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: path)
        where name.hasPrefix(DataBackup.partialPrefix) {
            try Files.removeAll(place(of: name))
        }
    }
}
