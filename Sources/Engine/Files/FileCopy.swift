import Dispatch
import Glibc
import Keeper
import Model

/// Copies files that are not in git from a project's folder into a worktree of it.
///
/// No symlink is followed on either side, and what is there already stays as it is. A file is there whole or not at all, so
/// that a copy that was cut short is done again and finds what is missing.
struct FileCopy {
    struct Outcome: Sendable {
        var fileCount = 0
        var byteCount = 0
        /// What was named and could not be copied, and why: the first `leftShownMax`.
        var left: [(path: String, why: String)] = []
        var leftCount = 0
    }

    static let gitName = ".git"
    /// 20 lines of what a run says of files that were left: whoever has more of them has one reason for all.
    static let leftShownMax = 20
    private static let pieceByteCount = 1 << 20

    /// Where in a pattern one is.
    private struct Rest: Hashable {
        let pattern: Int
        let part: Int
    }

    private struct Folder {
        let path: [String]
        /// What is left of the patterns here.
        let rests: Set<Rest>
        /// It was named, or is in one that was.
        let isNamed: Bool
    }

    private let patterns: [[CopyPattern.Part]]
    private let source: Descriptor
    private let target: Descriptor
    private let limits: EngineLimits
    private var outcome = Outcome()
    private var entryCount = 0

    /// - Parameters:
    ///   - source: absolute, as is `target`: the project's folder, and the worktree.
    /// - Throws: `HubError` `.limitExceeded` (`copiedFilesMax`, `copiedBytesMax`, `copySearchEntriesMax`), `.storageFull`,
    ///   `.fileNotFound`. What has been copied by then stays.
    static func run(
        _ patterns: [String], from source: String, to target: String, _ limits: EngineLimits
    ) async throws -> Outcome {
        // It may be many and large, and blocks.
        try await withCheckedThrowingContinuation { waiter in
            DispatchQueue.global().async {
                waiter.resume(
                    with: Result {
                        var copy = try FileCopy(patterns, from: source, to: target, limits)
                        try copy.run()
                        return copy.outcome
                    })
            }
        }
    }

    private init(_ texts: [String], from source: String, to target: String, _ limits: EngineLimits) throws {
        patterns = try texts.map { text in
            do throws(CopyPattern.Refused) {
                return try CopyPattern(text).parts
            } catch {
                throw HubError.invalid("/copyFiles", "\(text) \(error.reason)")
            }
        }
        self.limits = limits
        self.source = try Self.root(source)
        self.target = try Self.root(target)
    }

    private static func root(_ path: String) throws -> Descriptor {
        let number = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw FileTree.failure(path) }
        return Descriptor(owning: number)
    }

    // MARK: What is named

    private mutating func run() throws {
        let all = Set(patterns.indices.map { Rest(pattern: $0, part: 0) })
        var next = [Folder(path: [], rests: all, isNamed: false)]
        while let folder = next.popLast() { try look(into: folder, &next) }
    }

    private mutating func look(into folder: Folder, _ next: inout [Folder]) throws {
        let descriptor: Descriptor
        let names: [String]
        do {
            descriptor = try Self.walk(folder.path, from: source, makes: false)
            names = try descriptor.names()
        } catch let error as SystemError {
            return leave(folder.path, error.number)
        }
        entryCount += names.count
        let most = limits.copySearchEntriesMax
        guard entryCount <= most else {
            throw HubError.limit("copySearchEntriesMax", most, "copyFiles have more than that looked through")
        }
        for name in names.sorted() where name != Self.gitName {
            let (isNamed, rests) = folder.isNamed ? (true, []) : advance(folder.rests, by: name)
            guard isNamed || !rests.isEmpty, let status = FileStatus(name, in: descriptor) else { continue }
            let path = folder.path + [name]
            if status.isFolder {
                next.append(Folder(path: path, rests: rests, isNamed: isNamed))
            } else if isNamed {
                try copy(name, in: descriptor, status, path)
            }
        }
    }

    /// - Returns: whether what has this name is meant itself, and what is left of the patterns below it.
    private func advance(_ rests: Set<Rest>, by name: String) -> (isNamed: Bool, rests: Set<Rest>) {
        var below: Set<Rest> = []
        for rest in rests {
            let parts = patterns[rest.pattern]
            var part = rest.part
            while case .anyFolders = parts[part] {
                // This name may be one of them, or come behind them. A name is always last.
                below.insert(Rest(pattern: rest.pattern, part: part))
                part += 1
            }
            guard case .name(let glob) = parts[part], glob.matches(name) else { continue }
            if part == parts.count - 1 { return (true, []) }
            below.insert(Rest(pattern: rest.pattern, part: part + 1))
        }
        return (false, below)
    }

    // MARK: Copying

    private mutating func copy(
        _ name: String, in folder: Descriptor, _ status: FileStatus, _ path: [String]
    ) throws {
        guard status.isFile || status.isSymlink else {
            return leave(path, "it is neither file, folder nor symlink")
        }
        do {
            let parent = try Self.walk(path.dropLast(), from: target, makes: true)
            guard FileStatus(name, in: parent) == nil else { return }
            let most = limits.copiedFilesMax
            guard outcome.fileCount < most else {
                throw HubError.limit("copiedFilesMax", most, "copyFiles name more than that")
            }
            if status.isFile {
                try copyFile(name, in: folder, to: parent)
            } else {
                let link = try Self.link(name, in: folder)
                guard Self.staysInside(link, at: path) else {
                    return leave(path, "it is a symlink that leads out of the project's folder")
                }
                guard unsafe symlinkat(link, parent.number, name) == 0 || errno == EEXIST else {
                    throw SystemError("symlink")
                }
            }
            outcome.fileCount += 1
        } catch let error as SystemError {
            guard error.number != ENOSPC, error.number != EDQUOT else {
                throw HubError(.storageFull, "the disk is full")
            }
            leave(path, error.number)
        }
    }

    private mutating func copyFile(_ name: String, in folder: Descriptor, to parent: Descriptor) throws {
        // A pipe that took its place would wait for somebody at its other end.
        let opened = unsafe openat(folder.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else { throw SystemError("open") }
        let file = Descriptor(owning: opened)
        let status = try FileStatus(file)
        guard status.isFile else { throw SystemError("open", number: EINVAL) }
        let (copy, temporary) = try Self.makeFile(in: parent)
        defer { if let temporary { _ = unsafe unlinkat(parent.number, temporary, 0) } }
        var offset: UInt64 = 0
        while true {
            let piece = try file.bytes(from: offset, count: Self.pieceByteCount)
            if piece.isEmpty { break }
            offset += UInt64(piece.count)
            outcome.byteCount += piece.count
            let most = limits.copiedBytesMax
            guard outcome.byteCount <= most else {
                throw HubError.limit("copiedBytesMax", most, "copyFiles name more bytes than that")
            }
            try copy.writeAll(piece)
        }
        guard fchmod(copy.number, status.mode & 0o777) == 0 else { throw SystemError("chmod") }
        let from = temporary ?? "/proc/self/fd/\(copy.number)"
        let at = temporary == nil ? AT_FDCWD : parent.number
        guard unsafe linkat(at, from, parent.number, name, AT_SYMLINK_FOLLOW) == 0 || errno == EEXIST else {
            throw SystemError("link")
        }
    }

    /// Without a name, where the file system knows such files.
    private static func makeFile(in folder: Descriptor) throws -> (Descriptor, temporary: String?) {
        let flags = O_WRONLY | O_CLOEXEC
        let nameless = unsafe openat(folder.number, ".", flags | NewFile.nameless, 0o600)
        if nameless >= 0 { return (Descriptor(owning: nameless), nil) }
        guard NewFile.namelessUnknown.contains(errno) else { throw SystemError("make file") }
        let name = NewFile.temporaryPrefix + "copy"
        // One that a hub has left that died here.
        _ = unsafe unlinkat(folder.number, name, 0)
        let named = unsafe openat(folder.number, name, flags | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
        guard named >= 0 else { throw SystemError("make file") }
        return (Descriptor(owning: named), name)
    }

    static func link(_ name: String, in folder: Descriptor) throws -> String {
        var failure: SystemError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Limits.pathBytesMax) { buffer, filled in
            guard let start = buffer.baseAddress else { return }
            let count = unsafe readlinkat(folder.number, name, start, buffer.count)
            if count < 0 { failure = SystemError("readlink") }
            filled = max(0, count)
        }
        if let failure { throw failure }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// By its words alone: what it leads through is not followed either.
    private static func staysInside(_ link: String, at path: [String]) -> Bool {
        guard !link.hasPrefix("/"), !link.isEmpty else { return false }
        var place = Array(path.dropLast())
        for part in link.split(separator: "/") where part != "." {
            if part == ".." {
                guard place.popLast() != nil else { return false }
            } else {
                place.append(String(part))
            }
        }
        return !place.contains(gitName)
    }

    private static func walk(_ path: some Sequence<String>, from root: Descriptor, makes: Bool) throws -> Descriptor {
        var folder = root
        for name in path {
            if makes, unsafe mkdirat(folder.number, name, 0o755) != 0, errno != EEXIST { throw SystemError("mkdir") }
            let number = unsafe openat(folder.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard number >= 0 else { throw SystemError("open folder") }
            folder = Descriptor(owning: number)
        }
        return folder
    }

    // MARK: What stays

    private mutating func leave(_ path: [String], _ number: Int32) {
        // It has gone meanwhile.
        guard number != ENOENT else { return }
        leave(
            path,
            [ENOTDIR, ELOOP].contains(number) ? "a file or symlink is in its way" : SystemError.text(of: number))
    }

    private mutating func leave(_ path: [String], _ why: String) {
        outcome.leftCount += 1
        guard outcome.left.count < Self.leftShownMax else { return }
        outcome.left.append((path.joined(separator: "/"), why))
    }
}

extension FileCopy.Outcome {
    /// What a run says of files that were left; nil when there are none.
    var words: String? {
        guard leftCount > 0 else { return nil }
        let more = leftCount > left.count ? ["… and \(leftCount - left.count) more"] : []
        return (["Not copied into the worktree:"] + left.map { "\($0.path): \($0.why)" } + more).joined(separator: "\n")
    }
}

extension RunContext {
    /// Brings what the project names into a worktree that has just been made.
    /// - Returns: what is to be said of it.
    func copyFiles(of project: Project, into worktree: String) async throws -> String? {
        guard let patterns = project.copyFiles else { return nil }
        return try await FileCopy.run(patterns, from: project.path, to: worktree, settings.limits).words
    }
}
