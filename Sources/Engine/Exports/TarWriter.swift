import Glibc
import Journal

/// Writes a tar archive (POSIX.1-1988, `ustar`) of plain files, each as long as it turns out to be: its head is written
/// when its end is known.
///
/// The file grows under a name of its own and gets its own when it is whole and on the disk.
final class TarWriter {
    private static let blockByteCount = 512
    /// 64 KiB go to the disk at once.
    private static let bufferByteCountMax = 64 << 10
    /// 11 octal digits: 8 GiB.
    private static let memberByteCountMax = (1 << 33) - 1
    private static let ownerOnly: mode_t = 0o600

    private let descriptor: Int32
    private let path: String
    private let partial: String
    private let modifiedUnixSeconds: Int64
    private var buffer: [UInt8] = []
    private var written = 0
    private var member: (name: String, begin: Int)?
    private var isKept = false

    var byteCount: Int { written + buffer.count }

    /// - Parameter path: absolute; what is there is replaced at the end.
    init(_ path: String, partial: String, modifiedUnixSeconds: Int64) throws {
        (self.path, self.partial, self.modifiedUnixSeconds) = (path, partial, modifiedUnixSeconds)
        descriptor = unsafe open(partial, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, Self.ownerOnly)
        guard descriptor >= 0 else { throw Self.failure(partial) }
    }

    deinit {
        close(descriptor)
        if !isKept { unsafe unlink(partial) }
    }

    /// - Parameter name: at most 100 bytes.
    func begin(_ name: String) throws {
        precondition(member == nil && name.utf8.count <= 100, "a member of a tar archive has a short name, and ends")
        member = (name, byteCount)
        try write([UInt8](repeating: 0, count: Self.blockByteCount))
    }

    func write(_ bytes: [UInt8]) throws {
        buffer += bytes
        if buffer.count >= Self.bufferByteCountMax { try flush() }
    }

    func end() throws {
        guard let (name, begin) = member else { preconditionFailure("no member has begun") }
        member = nil
        let count = byteCount - begin - Self.blockByteCount
        guard count <= Self.memberByteCountMax else {
            throw JournalError.file(path: name, reason: "it has more than 8 GiB, which a tar archive cannot say")
        }
        let padding = (Self.blockByteCount - count % Self.blockByteCount) % Self.blockByteCount
        try write([UInt8](repeating: 0, count: padding))
        try flush()
        try put(Self.head(name, count, modifiedUnixSeconds), at: begin)
    }

    /// Ends the archive; returns when it is on the disk under its name.
    func finish() throws {
        try write([UInt8](repeating: 0, count: 2 * Self.blockByteCount))
        try flush()
        guard fsync(descriptor) == 0 else { throw Self.failure(partial) }
        try Files.rename(partial, to: path)
        isKept = true
        try Files.sync(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    }

    private func flush() throws {
        try put(buffer, at: written)
        written += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    private func put(_ bytes: [UInt8], at offset: Int) throws {
        var (rest, offset) = (bytes[...], offset)
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, offset) }
            guard count >= 0 || errno == EINTR else { throw Self.failure(partial) }
            rest = rest.dropFirst(max(0, count))
            offset += max(0, count)
        }
    }

    static func head(_ name: String, _ byteCount: Int, _ modifiedUnixSeconds: Int64) -> [UInt8] {
        var head = [UInt8](repeating: 0, count: blockByteCount)
        func put(_ text: String, at place: Int) {
            for (index, byte) in text.utf8.enumerated() { head[place + index] = byte }
        }
        func octal(_ value: Int64, _ digits: Int) -> String {
            let text = String(max(0, value), radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(name, at: 0)
        put("0000600", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        put(octal(Int64(byteCount), 11), at: 124)
        put(octal(modifiedUnixSeconds, 11), at: 136)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        // Counted as if it were spaces.
        put("        ", at: 148)
        put(octal(head.reduce(0) { $0 + Int64($1) }, 6), at: 148)
        head[154] = 0
        return head
    }

    private static func failure(_ path: String) -> JournalError {
        if [ENOSPC, EDQUOT].contains(errno) { return .full }
        return .file(path: path, reason: unsafe String(cString: strerror(errno)))
    }
}
