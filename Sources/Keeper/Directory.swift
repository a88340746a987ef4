import Glibc

/// An open directory. Files are reached through it and not through their paths, so that neither a long path nor a
/// renamed parent is in the way.
package final class Directory: Sendable {
    package let descriptor: Descriptor

    package init(path: String) throws {
        let number = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw SystemError("open folder") }
        descriptor = Descriptor(owning: number)
    }

    /// Makes the directory, for its owner alone; its parents are there.
    package static func create(path: String) throws -> Directory {
        guard unsafe mkdir(path, 0o700) == 0 else { throw SystemError("make folder") }
        return try Directory(path: path)
    }

    package func open(_ name: String, _ flags: Int32) throws -> Descriptor {
        let number = unsafe openat(descriptor.number, name, flags | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw SystemError("open \(name)") }
        return Descriptor(owning: number)
    }

    package func contains(_ name: String) -> Bool {
        unsafe faccessat(descriptor.number, name, F_OK, 0) == 0
    }

    /// - Returns: nil when there is no such file.
    /// - Throws: EFBIG when the file is longer than `byteCountMax`.
    package func contents(of name: String, byteCountMax: Int) throws -> [UInt8]? {
        guard contains(name) else { return nil }
        let bytes = try open(name, O_RDONLY).bytes(from: 0, count: byteCountMax + 1)
        guard bytes.count <= byteCountMax else { throw SystemError("read \(name)", number: EFBIG) }
        return bytes
    }

    /// Replaces the file in one step: a reader sees the old bytes or the new ones, also after a power cut.
    ///
    /// The bytes go to a file beside it first, which `reserve` may have made while there was room.
    package func replace(_ name: String, with bytes: [UInt8]) throws {
        let file = try open(Self.replacement(of: name), O_WRONLY | O_CREAT)
        try file.writeAll(bytes)
        guard ftruncate(file.number, off_t(bytes.count)) == 0, fsync(file.number) == 0 else {
            throw SystemError("sync \(name)")
        }
        guard unsafe renameat(descriptor.number, Self.replacement(of: name), descriptor.number, name) == 0 else {
            throw SystemError("rename \(name)")
        }
        guard fsync(descriptor.number) == 0 else { throw SystemError("sync folder") }
    }

    /// Makes a file whole or not at all, and only where there is none: of two who make it at once one makes it.
    /// - Parameter temporary: a name that nobody else uses.
    package func make(_ name: String, with bytes: [UInt8], by temporary: String) throws {
        let file = try open(temporary, O_WRONLY | O_CREAT | O_EXCL)
        defer { unsafe _ = unlinkat(descriptor.number, temporary, 0) }
        try file.writeAll(bytes)
        guard fsync(file.number) == 0 else { throw SystemError("sync \(name)") }
        guard unsafe linkat(descriptor.number, temporary, descriptor.number, name, 0) == 0 || errno == EEXIST else {
            throw SystemError("link \(name)")
        }
        guard fsync(descriptor.number) == 0 else { throw SystemError("sync folder") }
    }

    /// Takes room on the disk for a later `replace`, so that a full disk does not stop it.
    package func reserve(_ name: String, byteCount: Int) throws {
        let file = try open(Self.replacement(of: name), O_WRONLY | O_CREAT)
        let error = posix_fallocate(file.number, 0, off_t(byteCount))
        guard error == 0 else { throw SystemError("reserve \(name)", number: error) }
    }

    /// Removes the file if it is there.
    package func remove(_ name: String) throws {
        guard unsafe unlinkat(descriptor.number, name, 0) == 0 || errno == ENOENT else {
            throw SystemError("remove \(name)")
        }
    }

    private static func replacement(of name: String) -> String { name + ".new" }
}
