import Glibc

/// A file that is being read: whoever removes its name meanwhile does not disturb that.
package final class KeptFile: Sendable {
    private let descriptor: Int32
    package let byteCount: Int

    package init(_ path: String) throws(FileError) {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .of(errno) }
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else {
            let code = errno
            close(descriptor)
            throw .of(code)
        }
        byteCount = Int(end)
    }

    deinit { close(descriptor) }

    /// - Returns: as many of the range's bytes as come at once, and at least one; fewer than one only at the file's end.
    package func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
        while true {
            var code: Int32 = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { room, count in
                let got = unsafe pread(descriptor, room.baseAddress, range.count, off_t(range.lowerBound))
                if got < 0 { code = errno }
                count = max(0, got)
            }
            if code == 0 { return bytes }
            guard code == EINTR else { throw .of(code) }
        }
    }
}
