import Foundation
import Model

/// Where a hub keeps exports of projects until somebody has fetched them.
package struct ExportFolder: Sendable {
    package struct Item: Sendable, Equatable, Encodable {
        package let name: String
        package let byteCount: Int
    }

    let path: String

    init(in dataFolder: String) { path = dataFolder + "/exports" }

    /// What came from elsewhere says nowhere whose it is.
    static func uploadName(at now: Timestamp) -> String { "\(BackupFolder.name(at: now))-uploaded.tar" }

    /// `20261125T181502417Z-website.tar`: sorted by name, they are sorted by time.
    static func name(of project: Project, at now: Timestamp) -> String {
        "\(BackupFolder.name(at: now))-\(project.slug).tar"
    }

    private static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: #/[0-9]{8}T[0-9]{9}Z-[a-z0-9-]{1,80}\.tar/#) != nil
    }

    func prepare() throws { try Files.makeFolder(path) }

    func place(of name: String) -> String { path + "/" + name }

    /// Newest first.
    package func list() throws -> [Item] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter(Self.isName)
        return try names.sorted(by: >).map { name in
            let attributes = try FileManager.default.attributesOfItem(atPath: place(of: name))
            return Item(name: name, byteCount: attributes[.size] as? Int ?? 0)
        }
    }

    /// - Throws: `HubError` `.exportNotFound`.
    package func file(_ name: String) throws -> KeptFile {
        let missing = HubError(.exportNotFound, "there is no export \(name)")
        guard Self.isName(name) else { throw missing }
        do {
            return try KeptFile(place(of: name))
        } catch {
            throw error == .failed(code: ENOENT) ? missing : error.hubError
        }
    }

    /// - Throws: `HubError` `.exportNotFound`.
    package func remove(_ name: String) throws {
        _ = try file(name)
        try Files.removeAll(place(of: name))
    }

    /// Removes what was broken off.
    func sweep() throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: path)
        where [DataBackup.partialPrefix, NewFile.temporaryPrefix].contains(where: name.hasPrefix) {
            try Files.removeAll(place(of: name))
        }
    }
}
