import Glibc

/// An open file descriptor, closed with its last owner.
final class Descriptor: Sendable {
    let number: Int32

    /// Takes over an open descriptor.
    init(owning number: Int32) {
        self.number = number
    }

    deinit {
        _ = close(number)
    }

    /// Two connected ends, closed on exec from birth, so that no child started meanwhile by another thread inherits
    /// them: a pipe would need `pipe2`, which the Glibc module does not show.
    static func pair() throws -> (near: Descriptor, far: Descriptor) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SystemError("socketpair") }
        return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
    }

    /// - Returns: the bytes that came, empty at the end; nil when a signal broke the call off.
    func read(atMost count: Int) throws -> [UInt8]? {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let got = Glibc.read(number, buffer.baseAddress, count)
            if got < 0 { failure = SystemError("read") }
            filled = max(0, got)
        }
        guard let failure else { return bytes }
        // A reset is what a socket calls the end when the far side died with unread input.
        if failure.number == ECONNRESET { return [] }
        guard failure.number == EINTR else { throw failure }
        return nil
    }
}
