import Glibc
import Keeper
import Model

/// The files below one folder, as people may see and change them. No path leads out of it, by no symlink: a path is resolved first,
/// and then walked from the root on, step by step, without following anything that came meanwhile. What is git's own is
/// not seen: it can hold secrets, and who could write there would choose what the hub's own git does.
struct FileTree: Sendable {
    private static let gitName = ".git"

    private let root: String

    /// - Parameter root: absolute.
    /// - Throws: `HubError` `.fileNotFound` when it is gone.
    init(root: String) throws {
        guard let resolved = Self.resolve(root) else { throw HubError(.fileNotFound, "the folder itself is gone") }
        self.root = resolved
    }

    /// The folder that a path names; empty stands for the root.
    func folder(_ path: String, makes: Bool = false) throws -> Descriptor {
        try walk(try steps(to: try Self.parts(of: path), path), makes: makes, path)
    }

    /// The folder around what a path names, and its name there, which is not followed where it is a symlink.
    func entry(_ path: String, makes: Bool = false) throws -> (folder: Descriptor, name: String) {
        let parts = try Self.parts(of: path)
        guard let name = parts.last else { throw HubError.invalid("/path", "names no file") }
        guard name != Self.gitName else { throw HubError(.pathForbidden, "\(path) belongs to git") }
        return (try walk(try steps(to: parts.dropLast(), path), makes: makes, path), name)
    }

    /// A file to be read, wherever inside of the root a symlink leads.
    func file(_ path: String) throws -> Descriptor {
        let steps = try steps(to: try Self.parts(of: path), path)
        guard let name = steps.last else { throw HubError.invalid("/path", "names a folder") }
        let folder = try walk(steps.dropLast(), makes: false, path)
        // A pipe would wait for somebody at its other end.
        let number = unsafe openat(folder.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard number >= 0 else { throw Self.failure(path) }
        let file = Descriptor(owning: number)
        guard try FileStatus(file).isFile else { throw HubError.invalid("/path", "\(path) is no file") }
        return file
    }

    /// Makes a folder, and those around it.
    /// - Throws: `HubError` `.alreadyExists`.
    func makeFolder(_ path: String) throws {
        let (folder, name) = try entry(path, makes: true)
        guard unsafe mkdirat(folder.number, name, 0o755) == 0 else { throw Self.failure(path) }
    }

    /// A folder in an open one, which is no symlink.
    static func openFolder(_ name: String, in folder: Descriptor, _ path: String) throws -> Descriptor {
        let number = unsafe openat(folder.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else { throw failure(path) }
        return Descriptor(owning: number)
    }

    private func walk(_ steps: some Sequence<String>, makes: Bool, _ path: String) throws -> Descriptor {
        let number = unsafe open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw Self.failure(path) }
        var folder = Descriptor(owning: number)
        for step in steps {
            if makes, unsafe mkdirat(folder.number, step, 0o755) != 0, errno != EEXIST { throw Self.failure(path) }
            folder = try Self.openFolder(step, in: folder, path)
        }
        return folder
    }

    /// What a path consists of, as it was given.
    private static func parts(of path: String) throws -> [String] {
        guard !path.utf8.contains(0), !path.hasPrefix("/") else {
            throw HubError.invalid("/path", "must be relative to the top")
        }
        let parts = path.split(separator: "/").map(String.init)
        guard !parts.contains(".."), !parts.contains(".") else {
            throw HubError.invalid("/path", "must have no . or ..")
        }
        return parts
    }

    /// The names from the root on, symlinks resolved; the last of them may not be there yet.
    private func steps(to parts: [String], _ path: String) throws -> [String] {
        var known = parts[...]
        var missing: [String] = []
        var resolved = Self.resolve(root + "/" + known.joined(separator: "/"))
        while resolved == nil, let last = known.popLast() {
            missing.insert(last, at: 0)
            resolved = Self.resolve(([root] + known).joined(separator: "/"))
        }
        guard let resolved, resolved == root || resolved.hasPrefix(root == "/" ? "/" : root + "/") else {
            throw HubError(.pathForbidden, "\(path) leads out of the folder")
        }
        let steps = resolved.dropFirst(root.count).split(separator: "/").map(String.init) + missing
        guard !steps.contains(Self.gitName), !parts.contains(Self.gitName) else {
            throw HubError(.pathForbidden, "\(path) belongs to git")
        }
        return steps
    }

    private func steps(to parts: ArraySlice<String>, _ path: String) throws -> [String] {
        try steps(to: Array(parts), path)
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    static func failure(_ path: String) -> HubError {
        switch errno {
        case ENOENT, ENOTDIR: HubError(.fileNotFound, "there is no \(path)")
        case EEXIST, ENOTEMPTY: HubError(.alreadyExists, "\(path) exists already")
        case ELOOP: HubError(.pathForbidden, "\(path) leads through a symlink that was changed")
        case EISDIR: HubError.invalid("/path", "\(path) is a folder")
        case ENOSPC, EDQUOT: HubError(.storageFull, "the disk is full")
        case let number: HubError(.pathForbidden, "\(path): \(unsafe String(cString: strerror(number)))")
        }
    }
}

/// What the file system says of a file, in so far as it is asked.
struct FileStatus {
    let byteCount: Int
    let mode: mode_t
    /// Changes whenever the content does, but for writes within one tick of the kernel's clock: see `FileTag`.
    let mark: String
    /// Seconds since 1970, by the file system's clock.
    let changedAt: Int
    let writtenAt: Timestamp

    private init(_ status: stat) {
        (byteCount, mode) = (Int(status.st_size), status.st_mode)
        let written = status.st_mtim
        changedAt = status.st_ctim.tv_sec
        writtenAt = Timestamp(
            millisecondsSince1970: Int64(written.tv_sec) * 1_000 + Int64(written.tv_nsec) / 1_000_000)
        // Not when it was changed, which is also when its rights were.
        mark = [Int(status.st_ino), written.tv_sec, written.tv_nsec, byteCount].map {
            String($0, radix: 36)
        }.joined(separator: "-")
    }

    init(_ file: Descriptor) throws {
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { throw SystemError("fstat") }
        self.init(status)
    }

    /// nil when there is nothing of that name. A symlink is not followed.
    init?(_ name: String, in folder: Descriptor) {
        var status = stat()
        guard unsafe fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        self.init(status)
    }

    var isFile: Bool { mode & S_IFMT == S_IFREG }
    var isSymlink: Bool { mode & S_IFMT == S_IFLNK }
    var isFolder: Bool { mode & S_IFMT == S_IFDIR }
    var kind: String {
        switch mode & S_IFMT {
        case S_IFREG: "file"
        case S_IFDIR: "folder"
        case S_IFLNK: "symlink"
        default: "other"
        }
    }
}
