internal import Foundation
internal import Synchronization

/// Keeps a second hub from the same journal: two writers would number events twice.
///
/// The lock is on a file of its own, because closing any descriptor of the database file would drop the locks
/// that SQLite holds on it (https://www.sqlite.org/howtocorrupt.html, section 2.2). It goes with its process.
final class FileLock: Sendable {
    private static let ownerOnly: mode_t = 0o600

    /// nil once released.
    private let descriptor: Mutex<CInt?>

    /// 256: who holds a lock is told in a few words.
    private static let holderByteCountMax = 256

    /// Takes the lock beside the database `path`, and sees to it that the database file, if it is new, is its owner's only.
    ///
    /// - Parameter holder: what others are told who find it taken; at most 256 bytes.
    init(path: String, holder: String) throws {
        let lock = try Self.open(path + ".lock", for: path)
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            defer { close(lock) }
            throw JournalError.inUse(path: path, holder: Self.holder(in: lock))
        }
        descriptor = Mutex(lock)
        let text = Array(holder.utf8.prefix(Self.holderByteCountMax))
        guard ftruncate(lock, 0) == 0, pwrite(lock, text, text.count, 0) == text.count else {
            throw JournalError.file(path: path + ".lock", reason: String(cString: strerror(errno)))
        }
        // SQLite gives its `-wal` and `-shm` files the permissions of the database file.
        close(try Self.open(path, for: path))
    }

    deinit { release() }

    func release() {
        descriptor.withLock { descriptor in
            guard let held = descriptor else { return }
            // Closing would not do: a child that is being started has the descriptor too, until its exec.
            flock(held, LOCK_UN)
            close(held)
            descriptor = nil
        }
    }

    private static func holder(in lock: CInt) -> String {
        var bytes = [UInt8](repeating: 0, count: holderByteCountMax)
        let count = pread(lock, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private static func open(_ file: String, for path: String) throws -> CInt {
        let descriptor = Foundation.open(file, O_RDWR | O_CREAT | O_CLOEXEC, ownerOnly)
        guard descriptor >= 0 else {
            throw JournalError.notAJournal(path: path, reason: String(cString: strerror(errno)))
        }
        return descriptor
    }
}
