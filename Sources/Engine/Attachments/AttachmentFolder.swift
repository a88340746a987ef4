import Foundation
package import Model

/// Where the files of attachments lie: each under its row's identifier, so that no name from outside comes to the disk.
///
/// A file is there before its row is, and goes after it: what a crash leaves in between has no row, and is swept away when the
/// hub starts.
package struct AttachmentFolder: Sendable {
    let path: String

    init(in dataFolder: String) { path = dataFolder + "/attachments" }

    func prepare() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func newFile(for id: Attachment.ID, byteCountMax: Int) throws(FileError) -> NewFile {
        try NewFile(in: path, called: id.rawValue, byteCountMax: byteCountMax)
    }

    package func file(of id: Attachment.ID) throws(FileError) -> KeptFile { try KeptFile(file(id)) }

    /// What is not there is removed already.
    func remove(_ ids: some Sequence<Attachment.ID>) throws(FileError) {
        for id in ids where unsafe unlink(file(id)) != 0 && errno != ENOENT { throw .of(errno) }
    }

    /// - Parameter known: all that have rows.
    /// - Returns: how many were nobody's.
    func sweep(keeping known: Set<Attachment.ID>) throws -> Int {
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        let strays = names.filter { !known.contains(Attachment.ID(trusted: $0)) }
        for name in strays { try FileManager.default.removeItem(atPath: path + "/" + name) }
        return strays.count
    }

    func file(_ id: Attachment.ID) -> String { path + "/" + id.rawValue }
}
