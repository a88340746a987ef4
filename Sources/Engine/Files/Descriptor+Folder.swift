import Glibc
import Keeper
import Model

// What is done in an open folder, whatever becomes of its path meanwhile.
extension Descriptor {
    /// But for `.` and `..`.
    func names() throws -> [String] {
        let copy = unsafe openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = unsafe fdopendir(copy) else { throw SystemError("open folder") }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Puts a file in this folder, whole or not at all, in the place of what has its name.
    /// - Returns: that file, whatever has its name by now.
    func replace(
        _ name: String, with bytes: [UInt8], mode: mode_t, temporary: String, path: String
    ) throws -> FileStatus {
        try put(bytes, mode: mode, temporary: temporary, path: path) { file in
            guard unsafe renameat(number, temporary, number, name) == 0 else { throw FileTree.failure(path) }
            return try FileStatus(file)
        }
    }

    /// Puts a file in this folder, whole or not at all, where there is none of that name yet.
    /// - Returns: that file; nil where there is something.
    func create(
        _ name: String, with bytes: [UInt8], mode: mode_t, temporary: String, path: String
    ) throws -> FileStatus? {
        try put(bytes, mode: mode, temporary: temporary, path: path) { file in
            // A second name is refused where there is one; renaming would replace it.
            let isLinked = unsafe linkat(number, temporary, number, name, 0) == 0
            guard isLinked || errno == EEXIST else { throw FileTree.failure(path) }
            unlinkTemporary(temporary)
            return isLinked ? try FileStatus(file) : nil
        }
    }

    private func put<Result>(
        _ bytes: [UInt8], mode: mode_t, temporary: String, path: String, _ name: (Descriptor) throws -> Result
    ) throws -> Result {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let made = unsafe openat(number, temporary, flags, mode)
        guard made >= 0 else { throw FileTree.failure(path) }
        let file = Descriptor(owning: made)
        do {
            try file.writeAll(bytes)
            guard fchmod(made, mode) == 0 else { throw FileTree.failure(path) }
            return try name(file)
        } catch {
            unlinkTemporary(temporary)
            throw error
        }
    }

    /// Gives what is here another name, where there is none of that name yet.
    func move(_ name: String, to other: String, in folder: Descriptor, path: String, target: String) throws {
        guard let status = FileStatus(name, in: self) else { throw HubError(.fileNotFound, "there is no \(path)") }
        guard status.isFolder else {
            // A second name is refused where there is one; renaming would replace it.
            guard unsafe linkat(number, name, folder.number, other, 0) == 0 else { throw FileTree.failure(target) }
            guard unsafe unlinkat(number, name, 0) == 0 else { throw FileTree.failure(path) }
            return
        }
        guard FileStatus(other, in: folder) == nil else {
            throw HubError(.alreadyExists, "\(target) exists already")
        }
        guard unsafe renameat(number, name, folder.number, other) == 0 else { throw FileTree.failure(target) }
    }

    private func unlinkTemporary(_ name: String) { _ = unsafe unlinkat(number, name, 0) }
}
