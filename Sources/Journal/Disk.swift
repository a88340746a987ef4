internal import Foundation

/// What Foundation does not have: files that are durable, and names that are never taken from another.
enum Disk {
    private static let ownerOnly: mode_t = 0o600

    /// An empty file of its owner's only.
    static func create(_ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, ownerOnly)
        try check(descriptor, path)
        close(descriptor)
    }

    /// A second name for a file. `.exists` when the name is taken.
    static func link(_ path: String, as name: String) throws {
        if Foundation.link(path, name) != 0, errno == EEXIST { throw JournalError.exists(path: name) }
        guard FileManager.default.fileExists(atPath: name) else { return try check(-1, name) }
    }

    /// Takes the place of what is there.
    static func rename(_ path: String, to name: String) throws { try check(Foundation.rename(path, name), name) }

    /// What is not there is removed already.
    static func remove(_ path: String) throws {
        if unlink(path) != 0, errno != ENOENT { try check(-1, path) }
    }

    /// 0 for what is not there.
    static func size(_ path: String) throws -> Int {
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    static func sync(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        try check(descriptor, path)
        defer { close(descriptor) }
        try check(fsync(descriptor), path)
    }

    static func syncFolder(of path: String) throws {
        try sync((path as NSString).deletingLastPathComponent)
    }

    private static func check(_ result: CInt, _ path: String) throws {
        guard result < 0 else { return }
        if errno == ENOSPC { throw JournalError.full }
        throw JournalError.file(path: path, reason: String(cString: strerror(errno)))
    }
}
