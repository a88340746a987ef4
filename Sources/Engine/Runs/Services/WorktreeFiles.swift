import Glibc
import Keeper
import Model

/// The files of a worktree as an agent may have them read and written. No path leads out of it, by no symlink: the path
/// is resolved first, and then walked from the root on, step by step, without following anything that came meanwhile.
struct WorktreeFiles {
    /// What git keeps of a worktree: who could write there would choose what the hub's own git does.
    private static let gitName = ".git"

    private let root: String
    /// Of a file that is read or written: at most 8 MiB, some 200,000 lines; the largest that a model is shown is a hundredth of it.
    private let bytesMax: Int

    /// - Parameter root: absolute.
    init(root: String, bytesMax: Int = Limits.fileWriteBytesMax) {
        self.root = root
        self.bytesMax = bytesMax
    }

    /// - Parameters:
    ///   - line: the first one, from 1 on; nil means 1.
    ///   - limit: how many lines; nil means all.
    func read(_ path: String, line: Int?, limit: Int?) throws -> String {
        let (folder, name) = try parent(of: path, isMade: false)
        let file = try open(folder, name, O_RDONLY, path)
        guard try file.size() <= UInt64(bytesMax) else {
            throw ServiceFailure("\(path) is longer than \(bytesMax) bytes (fileWriteBytesMax)")
        }
        let bytes = try file.bytes(from: 0, count: bytesMax)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ServiceFailure("\(path) is no text in UTF-8")
        }
        guard line != nil || limit != nil else { return text }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let first = min(max(line ?? 1, 1) - 1, lines.count)
        return lines[first...].prefix(max(0, limit ?? lines.count)).joined(separator: "\n")
    }

    /// Makes the file, and folders on the way to it, where there are none.
    func write(_ text: String, to path: String) throws {
        guard text.utf8.count <= bytesMax else {
            throw ServiceFailure("what is to be written is longer than \(bytesMax) bytes (fileWriteBytesMax)")
        }
        let (folder, name) = try parent(of: path, isMade: true)
        let file = try open(folder, name, O_WRONLY | O_CREAT, path)
        guard ftruncate(file.number, 0) == 0 else { throw SystemError("write \(name)") }
        try file.writeAll(Array(text.utf8))
    }

    /// A folder, for a command to work in.
    func folder(_ path: String) throws -> String {
        let steps = try steps(to: path)
        _ = try walk(steps[...], isMade: false, path)
        return ([try resolvedRoot()] + steps).joined(separator: "/")
    }

    // MARK: The way

    private func parent(of path: String, isMade: Bool) throws -> (Descriptor, String) {
        let steps = try steps(to: path)
        guard let name = steps.last else { throw ServiceFailure("\(path) is a folder") }
        if isMade, steps.contains(Self.gitName) { throw ServiceFailure("\(path) belongs to git") }
        return (try walk(steps.dropLast(), isMade: isMade, path), name)
    }

    private func walk(_ steps: ArraySlice<String>, isMade: Bool, _ path: String) throws -> Descriptor {
        var folder = try Directory(path: try resolvedRoot()).descriptor
        for step in steps {
            if isMade, unsafe mkdirat(folder.number, step, 0o755) != 0, errno != EEXIST {
                throw ServiceFailure("\(path): \(Self.words(errno))")
            }
            let number = unsafe openat(folder.number, step, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard number >= 0 else { throw ServiceFailure("\(path): \(Self.words(errno))") }
            folder = Descriptor(owning: number)
        }
        return folder
    }

    private func open(_ folder: Descriptor, _ name: String, _ flags: Int32, _ path: String) throws -> Descriptor {
        // A pipe would wait for somebody at its other end.
        let number = unsafe openat(folder.number, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw ServiceFailure("\(path): \(Self.words(errno))") }
        let file = Descriptor(owning: number)
        var status = stat()
        guard unsafe fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ServiceFailure("\(path) is no file")
        }
        return file
    }

    /// The names from the root to what a path stands for, symlinks resolved; the last of them may not be there yet.
    private func steps(to path: String) throws -> [String] {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw ServiceFailure("\(path) is no absolute path")
        }
        var known = path.split(separator: "/").map(String.init)
        var missing: [String] = []
        var resolved = Self.resolve("/" + known.joined(separator: "/"))
        while resolved == nil, let last = known.popLast() {
            guard last != "..", last != "." else { throw ServiceFailure("\(path): \(Self.words(ENOENT))") }
            missing.insert(last, at: 0)
            resolved = Self.resolve("/" + known.joined(separator: "/"))
        }
        let root = try resolvedRoot()
        guard let resolved, resolved == root || resolved.hasPrefix(root + "/") else {
            throw ServiceFailure("\(path) is outside of the worktree")
        }
        return resolved.dropFirst(root.count).split(separator: "/").map(String.init) + missing
    }

    private func resolvedRoot() throws -> String {
        guard let resolved = Self.resolve(root) else { throw ServiceFailure("the worktree is gone") }
        return resolved
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    private static func words(_ number: Int32) -> String {
        number == ELOOP ? "leads through a symlink that was changed" : unsafe String(cString: strerror(number))
    }
}
