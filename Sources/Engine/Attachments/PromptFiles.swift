import Agents
import Foundation
import Keeper
import Model

/// Files of cards that an agent is given with its prompt. They are put where it works, since that is all that one that is kept
/// apart can read: into a folder that git does not see.
struct PromptFiles: Sendable {
    /// An extension that is longer is none.
    private static let extensionCharactersMax = 8
    /// Everything in the folder, itself included.
    private static let ignoringAll = Array("*\n".utf8)

    let attachments: AttachmentFolder
    let limits: AttachmentLimits

    init(_ settings: EngineSettings) {
        (attachments, limits) = (AttachmentFolder(in: settings.dataFolder), settings.attachments)
    }

    /// - Parameter folder: where the agent works; nil before there is such a place, so that the paths mean nothing.
    func given(_ rows: [Attachment], in folder: String?) throws -> [TurnFile] {
        try rows.map { row in
            TurnFile(
                GivenFile(id: row.id, filename: row.filename, imageType: try imageType(of: row)),
                path: (folder ?? "") + "/" + AgentLaunch.filesFolder + "/" + Self.name(of: row))
        }
    }

    /// Puts files where their paths say, whatever was there.
    /// - Parameter made: what the hub has made for the agent itself, by name.
    func place(_ rows: [Attachment], and made: [String: [UInt8]] = [:], in folder: String) throws {
        guard !rows.isEmpty || !made.isEmpty else { return }
        let tree = try FileTree(root: folder)
        try put(Self.ignoringAll, as: ".gitignore", in: tree)
        for (name, bytes) in made { try put(bytes, as: name, in: tree) }
        for row in rows {
            guard let bytes = try bytes(of: row) else { continue }
            try put(bytes, as: Self.name(of: row), in: tree)
        }
    }

    /// - Returns: nil for a file that is gone.
    func base64(_ row: Attachment) throws -> String? {
        try bytes(of: row).map { Data($0).base64EncodedString() }
    }

    private func put(_ bytes: [UInt8], as name: String, in tree: FileTree) throws {
        let path = AgentLaunch.filesFolder + "/" + name
        let place = try tree.entry(path, makes: true)
        _ = try place.folder.replace(place.name, with: bytes, mode: 0o600, temporary: ".new-" + name, path: path)
    }

    private func bytes(of row: Attachment) throws -> [UInt8]? {
        do throws(FileError) {
            let file = try attachments.file(of: row)
            return try Self.read(file, upTo: file.byteCount)
        } catch .failed(code: ENOENT) {
            return nil
        } catch {
            throw error.hubError
        }
    }

    private static func read(_ file: KeptFile, upTo count: Int) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try file.read(bytes.count..<count)
            guard !more.isEmpty else { break }
            bytes += more
        }
        return bytes
    }

    /// By its bytes: what the client called it is its own matter.
    private func imageType(of row: Attachment) throws -> String? {
        guard row.byteCount <= limits.promptImageByteCountMax else { return nil }
        do throws(FileError) {
            let file = try attachments.file(of: row)
            return ContentType.ofImage(try Self.read(file, upTo: min(file.byteCount, ContentType.headByteCount)))
        } catch .failed(code: ENOENT) {
            return nil
        } catch {
            throw error.hubError
        }
    }

    /// Nothing of a name from outside but its extension, by which programs know what a file is.
    private static func name(of row: Attachment) -> String {
        guard let ending = row.filename.split(separator: ".").last, ending.count < row.filename.count,
            ending.count <= extensionCharactersMax, ending.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { return row.id.rawValue }
        return row.id.rawValue + "." + ending.lowercased()
    }
}
