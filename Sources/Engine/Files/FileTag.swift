import Glibc
import Keeper
import Model

/// Stands for a file's content at one moment: another content has another tag, and a write can be based on it.
///
/// The file system's own marks (inode, times, length) are enough for a file that has been left alone for a while. Two writes of one
/// length within one tick of the kernel's clock leave the same marks, so the tag of a file that has just changed has a
/// hash of its content behind them.
enum FileTag {
    /// A tick has some 4 ms; file systems that count whole seconds, or two of them, are known.
    private static let recentSeconds = 3
    /// 8 MiB, as much as is written at once: of what is longer, the beginning.
    private static let hashedBytesMax = Limits.fileWriteBytesMax
    private static let separator: Character = "."

    static func make(of file: Descriptor, _ status: FileStatus) throws -> String {
        try isRecent(status) ? status.mark + String(separator) + hash(of: file) : status.mark
    }

    /// - Parameter bytes: what was written to it.
    static func make(of bytes: [UInt8], _ status: FileStatus) -> String {
        isRecent(status) ? status.mark + String(separator) + hash(bytes[...]) : status.mark
    }

    /// - Returns: nil when there is nothing of that name.
    static func make(of name: String, in folder: Descriptor) throws -> String? {
        guard let (file, status) = try open(name, in: folder) else { return nil }
        return if let file { try make(of: file, status) } else { status.mark }
    }

    /// Whether what has this name is what the tag was made of. An empty tag stands for nothing.
    static func holds(_ tag: String, for name: String, in folder: Descriptor) throws -> Bool {
        guard let (file, status) = try open(name, in: folder) else { return tag.isEmpty }
        let parts = tag.split(separator: separator, omittingEmptySubsequences: false)
        guard let mark = parts.first, mark == status.mark else { return false }
        guard parts.count == 2 else { return parts.count == 1 }
        guard let file else { return false }
        return try hash(of: file) == parts[1]
    }

    /// The file is nil where it is none, or may not be read.
    private static func open(_ name: String, in folder: Descriptor) throws -> (Descriptor?, FileStatus)? {
        guard let status = FileStatus(name, in: folder) else { return nil }
        guard status.isFile else { return (nil, status) }
        let number = unsafe openat(folder.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard number >= 0 else { return (nil, status) }
        let file = Descriptor(owning: number)
        return (file, try FileStatus(file))
    }

    /// By the clock that the file system marks files by, which is no other than the kernel's.
    private static func isRecent(_ status: FileStatus) -> Bool {
        var now = timespec()
        guard unsafe clock_gettime(CLOCK_REALTIME, &now) == 0 else { return true }
        return status.changedAt > now.tv_sec - recentSeconds
    }

    private static func hash(of file: Descriptor) throws -> String {
        hash(try file.bytes(from: 0, count: hashedBytesMax)[...])
    }

    /// FNV-1a: nobody gains by a collision who could not as well have written what he wanted.
    private static func hash(_ bytes: ArraySlice<UInt8>) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes.prefix(hashedBytesMax) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 36)
    }
}
