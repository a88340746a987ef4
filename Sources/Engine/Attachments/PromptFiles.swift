import Agents
import Foundation
import Keeper
import Model

/// Files of cards that an agent is given with its prompt. They are put where it works, since that is all that one that is kept
/// apart can read: into a folder that git does not see.
struct PromptFiles: Sendable {
    /// 12 bytes tell the kinds of image apart.
    private static let signatureByteCount = 12
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
    func place(_ files: [TurnFile], and made: [String: [UInt8]] = [:], in folder: String) throws {
        guard !files.isEmpty || !made.isEmpty else { return }
        let tree = try FileTree(root: folder)
        try put(Self.ignoringAll, as: ".gitignore", in: tree)
        for (name, bytes) in made { try put(bytes, as: name, in: tree) }
        for file in files {
            guard let bytes = try bytes(of: file.given.id) else { continue }
            try put(bytes, as: String(file.path.split(separator: "/").last ?? ""), in: tree)
        }
    }

    /// - Returns: nil for a file that is gone.
    func base64(_ id: Attachment.ID) throws -> String? {
        try bytes(of: id).map { Data($0).base64EncodedString() }
    }

    private func put(_ bytes: [UInt8], as name: String, in tree: FileTree) throws {
        let path = AgentLaunch.filesFolder + "/" + name
        let place = try tree.entry(path, makes: true)
        _ = try place.folder.replace(place.name, with: bytes, mode: 0o600, temporary: ".new-" + name, path: path)
    }

    private func bytes(of id: Attachment.ID) throws -> [UInt8]? {
        do throws(FileError) {
            let file = try attachments.file(of: id)
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
            let file = try attachments.file(of: row.id)
            return Self.imageType(try Self.read(file, upTo: min(file.byteCount, Self.signatureByteCount)))
        } catch .failed(code: ENOENT) {
            return nil
        } catch {
            throw error.hubError
        }
    }

    /// The four kinds that models take, by the first bytes that their formats prescribe.
    static func imageType(_ bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if bytes.starts(with: Array("GIF87a".utf8)) || bytes.starts(with: Array("GIF89a".utf8)) { return "image/gif" }
        if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            return "image/webp"
        }
        return nil
    }

    /// Nothing of a name from outside but its extension, by which programs know what a file is.
    private static func name(of row: Attachment) -> String {
        guard let ending = row.filename.split(separator: ".").last, ending.count < row.filename.count,
            ending.count <= extensionCharactersMax, ending.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { return row.id.rawValue }
        return row.id.rawValue + "." + ending.lowercased()
    }
}
