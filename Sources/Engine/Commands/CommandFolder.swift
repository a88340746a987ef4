import Glibc
import Model

/// Looks for slash commands where agents look for them, in a user's own folder: nothing is followed that leads out of it, and
/// no more is read than the limits allow.
struct CommandFolder {
    private struct Place {
        let agent: String
        let path: String
        let suffix: String
        /// Whether folders below are a part of the name: `git/commit` is `git:commit`.
        var isNested = false
    }

    private static let places = [
        Place(agent: "claude-code", path: ".claude/commands", suffix: ".md"),
        Place(agent: "gemini", path: ".gemini/commands", suffix: ".toml", isNested: true),
        Place(agent: "qwen", path: ".qwen/commands", suffix: ".toml", isNested: true),
        Place(agent: "codex", path: ".codex/prompts", suffix: ".md"),
        Place(agent: "opencode", path: ".opencode/command", suffix: ".md"),
        Place(agent: "cursor", path: ".cursor/commands", suffix: ".md"),
        Place(agent: "copilot", path: ".github/prompts", suffix: ".prompt.md"),
    ]
    /// More than anybody chooses from.
    static let commandsMax = 200
    static let entriesPerFolderMax = 1_000
    static let depthMax = 3
    /// Of a file, what is looked at for its description.
    static let headByteCountMax = 4 << 10

    private let root: String

    init(_ root: String) { self.root = root }

    /// By name, at most `commandsMax`.
    func commands() -> [SlashCommand] {
        var found: [SlashCommand] = []
        for place in Self.places {
            var folder = Descriptor(root)
            for part in place.path.split(separator: "/") { folder = folder?.folder(String(part)) }
            guard let folder else { continue }
            look(in: folder, place, below: [], &found)
        }
        return found.sorted { ($0.name, $0.path ?? "") < ($1.name, $1.path ?? "") }
    }

    private func look(in folder: Descriptor, _ place: Place, below parts: [String], _ found: inout [SlashCommand]) {
        for name in folder.names(max: Self.entriesPerFolderMax) {
            guard found.count < Self.commandsMax else { return }
            if name.hasSuffix(place.suffix), name.count > place.suffix.count {
                guard let head = folder.head(of: name, byteCountMax: Self.headByteCountMax) else { continue }
                let own = String(name.dropLast(place.suffix.count))
                let words = place.isNested ? parts + [own] : [own]
                guard words.allSatisfy(Self.isName) else { continue }
                found.append(
                    SlashCommand(
                        name: "/" + words.joined(separator: ":"), description: CommandHead.description(of: head),
                        path: ([place.path] + parts + [name]).joined(separator: "/"), agent: place.agent))
            } else if parts.count + 1 < Self.depthMax, Self.isName(name), let below = folder.folder(name) {
                look(in: below, place, below: parts + [name], &found)
            }
        }
    }

    private static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: #/[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}/#) != nil
    }
}

/// A folder that is open; what is opened below it is no link.
private final class Descriptor {
    private let descriptor: Int32

    init?(_ path: String) {
        descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { return nil }
    }

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    func folder(_ name: String) -> Descriptor? {
        let opened = unsafe openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        return opened < 0 ? nil : Descriptor(opened)
    }

    /// In the order of their bytes.
    func names(max: Int) -> [String] {
        let copy = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = unsafe fdopendir(copy) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while names.count < max, let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// nil for what is no plain file. A pipe is not waited for.
    func head(of name: String, byteCountMax: Int) -> [UInt8]? {
        let file = unsafe openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return unsafe [UInt8](unsafeUninitializedCapacity: byteCountMax) { room, count in
            count = unsafe max(0, read(file, room.baseAddress, byteCountMax))
        }
    }
}
