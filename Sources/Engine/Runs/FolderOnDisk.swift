import Foundation

/// A folder of ours in the data folder.
struct FolderOnDisk {
    private let path: String
    init(_ path: String) { self.path = path }

    var exists: Bool { FileManager.default.fileExists(atPath: path) }
    func removeIfThere() throws { if exists { try remove() } }
    func remove() throws { try FileManager.default.removeItem(atPath: path) }

    /// The names in it; none when it is not there.
    func names() throws -> [String] { exists ? try FileManager.default.contentsOfDirectory(atPath: path) : [] }
}
