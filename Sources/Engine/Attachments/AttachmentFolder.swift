import Foundation
package import Model

/// Where the files of attachments lie: each under the hash of what it holds, so that no name from outside comes to the disk, and
/// equal bytes are there once, however many rows have them (`Attachment.storedName`).
///
/// A file is there before its first row is, and goes after its last: what a crash leaves in between has no row, and is swept
/// away when the hub starts.
package struct AttachmentFolder: Sendable {
    let path: String
    private let turns = Turns()

    init(in dataFolder: String) { path = dataFolder + "/attachments" }

    func prepare() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func newFile(for id: Attachment.ID, byteCountMax: Int) throws(FileError) -> NewFile {
        try NewFile(in: path, called: id.rawValue, byteCountMax: byteCountMax, isHashed: true)
    }

    package func file(of attachment: Attachment) throws(FileError) -> KeptFile {
        try KeptFile(file(attachment.storedName))
    }

    /// Whoever brings a file, or removes one that no row has, does so with its rows in one turn: between the look at them and
    /// the act nobody else comes.
    func alone<Value: Sendable>(
        with name: String, _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        await turns.take(name)
        do {
            let value = try await work()
            await turns.give(name)
            return value
        } catch {
            await turns.give(name)
            throw error
        }
    }

    /// What is not there is removed already.
    func remove(_ name: String) throws(FileError) {
        guard unsafe unlink(file(name)) == 0 || errno == ENOENT else { throw .of(errno) }
    }

    /// - Parameter known: all that have rows.
    /// - Returns: how many were nobody's.
    func sweep(keeping known: Set<String>) throws -> Int {
        let strays = try FileManager.default.contentsOfDirectory(atPath: path).filter { !known.contains($0) }
        for name in strays { try FileManager.default.removeItem(atPath: file(name)) }
        return strays.count
    }

    func file(_ name: String) -> String { path + "/" + name }
}
