import Glibc

/// Which paths of a worktree lead to what they name, and not through a symlink, which may lead anywhere: git remembers `folder/file`
/// also when somebody has put a symlink in the folder's place.
struct FilesWithin {
    private let top: String
    /// By their bytes: two names may be the same to Swift and two to the file system.
    private var folders: [[UInt8]: Bool] = [:]

    init(_ top: String) {
        self.top = top
    }

    /// Whether all folders on the way are folders themselves; of what is at the end nothing is said.
    mutating func has(_ file: String) -> Bool {
        guard let slash = file.lastIndex(of: "/") else { return true }
        let parent = String(file[..<slash])
        if let known = folders[Array(parent.utf8)] { return known }
        let isFolder = has(parent) && Paths.kind(top + "/" + parent) == .folder
        folders[Array(parent.utf8)] = isFolder
        return isFolder
    }
}

extension Paths {
    /// Takes a file away, by no symlink on the way, and with it the folders around it that are empty then. One that is gone already is
    /// no failure.
    /// - Throws: `RepositoryError.fileNotFound` where something else stands in its place, or in that of a folder around it.
    static func removeFile(_ file: String, below top: String) throws {
        var names = file.split(separator: "/").map(String.init)
        guard let name = names.popLast() else { throw RepositoryError.fileNotFound(file) }
        var folder = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SystemError("open worktree") }
        var folders = [Descriptor(owning: folder)]
        for name in names {
            folder = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard folder >= 0 else { return try requireGone(file, "openat") }
            folders.append(Descriptor(owning: folder))
        }
        guard unlinkat(folder, name, 0) == 0 else { return try requireGone(file, "unlinkat") }
        for (folder, name) in zip(folders, names).reversed() where unlinkat(folder.number, name, AT_REMOVEDIR) != 0 {
            return
        }
    }

    private static func requireGone(_ file: String, _ call: String) throws {
        switch errno {
        case ENOENT: return
        case ENOTDIR, ELOOP, EISDIR: throw RepositoryError.fileNotFound(file)
        default: throw SystemError(call)
        }
    }
}
