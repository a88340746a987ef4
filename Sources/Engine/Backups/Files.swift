import Foundation
import Journal

/// Files and folders that are durable, with the journal's errors: a full disk is `.full`.
enum Files {
    private static let ownerOnly: mode_t = 0o700

    static func makeFolder(_ path: String) throws {
        guard unsafe mkdir(path, ownerOnly) == 0 || errno == EEXIST else { throw failure(path) }
    }

    static func removeAll(_ path: String) throws {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch CocoaError.fileNoSuchFile {
            // It is gone already.
        } catch CocoaError.fileReadNoSuchFile {
            // The same.
        }
    }

    static func rename(_ path: String, to name: String) throws {
        guard unsafe Foundation.rename(path, name) == 0 else { throw failure(name) }
    }

    /// Another name for a file that never changes; where the file system will not have that, a copy. What is not there
    /// is left out.
    static func share(_ path: String, as name: String) throws {
        guard unsafe link(path, name) != 0 else { return }
        switch errno {
        case ENOENT: return
        case EXDEV, EPERM, EMLINK, EOPNOTSUPP:
            guard let data = FileManager.default.contents(atPath: path) else { return }
            try write(data, to: name)
        default: throw failure(name)
        }
    }

    static func write(_ data: Data, to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var rest = data[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { throw failure(path) }
            rest = rest.dropFirst(max(0, count))
        }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    /// A file's content, or a folder's names.
    static func sync(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> JournalError {
        if [ENOSPC, EDQUOT].contains(errno) { return .full }
        return .file(path: path, reason: unsafe String(cString: strerror(errno)))
    }
}
