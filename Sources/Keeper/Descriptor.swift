import Glibc

/// An open file descriptor, closed with its last owner.
package final class Descriptor: Sendable {
    package let number: Int32

    /// Takes over an open descriptor.
    package init(owning number: Int32) {
        self.number = number
    }

    deinit {
        _ = close(number)
    }

    /// - Returns: how many bytes came (0 at the end), or nil when none are there now.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int? {
        try Self.repeated("read") { unsafe Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    /// - Returns: how many bytes were taken, or nil when none can be taken now.
    package func write(_ bytes: UnsafeRawBufferPointer) throws -> Int? {
        try Self.repeated("write") { unsafe Glibc.write(number, bytes.baseAddress, bytes.count) }
    }

    /// - Returns: what has arrived, nothing at the end, or nil when nothing is there now.
    package func bytes(upTo count: Int) throws -> [UInt8]? {
        var isThere = true
        let bytes = try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let arrived = try unsafe read(into: UnsafeMutableRawBufferPointer(buffer))
            filled = arrived ?? 0
            isThere = arrived != nil
        }
        return isThere ? bytes : nil
    }

    /// Whether something can be read, or the end has come, within that time.
    package func isReadable(within duration: Duration) throws -> Bool {
        let clock = ContinuousClock()
        let due = clock.now + duration
        while true {
            var polled = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            let left = max(.zero, clock.now.duration(to: due))
            let milliseconds = Int32(
                clamping: left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000)
            let count = unsafe poll(&polled, 1, milliseconds)
            if count >= 0 { return count > 0 }
            guard errno == EINTR else { throw SystemError("poll") }
        }
    }

    /// The same for a socket: that the other side has gone is an error and no signal.
    package func send(_ bytes: UnsafeRawBufferPointer) throws -> Int? {
        try Self.repeated("send") { unsafe Glibc.send(number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Writes everything to a blocking descriptor.
    package func writeAll(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let count = try unsafe rest.withUnsafeBytes({ try unsafe write($0) }) else {
                throw SystemError("write", number: EAGAIN)
            }
            rest = rest.dropFirst(count)
        }
    }

    /// - Returns: the bytes of a file from `offset` on, fewer than `count` where it ends.
    package func bytes(from offset: UInt64, count: Int) throws -> [UInt8] {
        try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let part = try Self.repeated("read") {
                    unsafe pread(number, rest.baseAddress, rest.count, off_t(offset) + off_t(filled))
                }
                guard let part, part > 0 else { return }
                filled += part
            }
        }
    }

    package func size() throws -> UInt64 {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw SystemError("stat") }
        return UInt64(status.st_size)
    }

    /// Makes reads and writes return at once.
    package func makeNonBlocking() throws {
        let flags = fcntl(number, F_GETFL)
        guard flags >= 0, fcntl(number, F_SETFL, flags | O_NONBLOCK) == 0 else { throw SystemError("fcntl") }
    }

    /// Keeps the descriptor from programs that are started from here.
    package func closeOnExec() throws {
        guard fcntl(number, F_SETFD, FD_CLOEXEC) == 0 else { throw SystemError("fcntl") }
    }

    /// A pipe whose ends no other program inherits.
    package static func pipe() throws -> (reading: Descriptor, writing: Descriptor) {
        var ends: [Int32] = [-1, -1]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw SystemError("pipe") }
        let pipe = (reading: Descriptor(owning: ends[0]), writing: Descriptor(owning: ends[1]))
        try pipe.reading.closeOnExec()
        try pipe.writing.closeOnExec()
        return pipe
    }

    /// Calls again what a signal broke off.
    private static func repeated(_ name: String, _ call: () -> Int) throws -> Int? {
        while true {
            let count = call()
            if count >= 0 { return count }
            if errno == EAGAIN { return nil }
            if errno != EINTR { throw SystemError(name) }
        }
    }
}
