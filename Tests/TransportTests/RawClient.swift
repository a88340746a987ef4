import Foundation
import Glibc

@testable import Transport

/// A blocking socket that sends what it is told, right or wrong, and reads with a deadline. Use it in `offPool`.
///
/// `@unchecked Sendable`: a test hands it from one thread to the next and uses it from one at a time.
final class RawClient: @unchecked Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// A test that waits longer has failed.
    static let patienceSeconds = 60

    let descriptor: Int32
    private(set) var unread: [UInt8] = []
    private var isClosed = false
    /// Whether bytes are encrypted; nil sends them as they are.
    private(set) var tls: TLSStream?

    /// - Parameter source: another of this machine's addresses.
    init(port: UInt16, receiveBufferByteCount: Int32? = nil, source: String? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var byteCount = receiveBufferByteCount {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &byteCount, socklen_t(MemoryLayout<Int32>.size))
        }
        var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        if let source { try Self.bind(descriptor, to: source) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "connect: \(String(cString: strerror(errno)))") }
    }

    private static func bind(_ descriptor: Int32, to source: String) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard inet_pton(AF_INET, source, &address.sin_addr) == 1 else { throw Failure(description: source) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "bind: \(String(cString: strerror(errno)))") }
    }

    /// Over TLS, agreed on when this returns.
    convenience init(port: UInt16, tls context: TLSContext, name: String = "localhost") throws {
        try self.init(port: port)
        tls = TLSStream(connecting: context, to: name)
        try flush()
        while tls?.isOpen == false {
            guard try fill() else { throw Failure(description: "no handshake: \(String(describing: tls?.end))") }
        }
    }

    deinit { hangUp() }

    func hangUp() {
        if !isClosed { close(descriptor) }
        isClosed = true
    }

    /// Ends with a reset, which arrives also where the peer's window is closed and an ordinary end would wait for it.
    func vanish() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        hangUp()
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        guard let tls else { return try sendRaw(bytes) }
        for start in stride(from: 0, to: bytes.count, by: TLSStream.recordByteCountMax) {
            let record = bytes[start..<min(bytes.count, start + TLSStream.recordByteCountMax)]
            guard record.withUnsafeBytes({ tls.write($0) }) else { throw Failure(description: "TLS has ended") }
            try flush()
        }
    }

    /// What TLS has to say goes out.
    private func flush() throws {
        var output: [UInt8] = []
        tls?.withOutput { bytes in
            output = Array(bytes)
            return bytes.count
        }
        try sendRaw(output)
    }

    /// TLS's farewell.
    func sayGoodbye() throws {
        tls?.finish()
        try flush()
    }

    func sendRaw(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    /// Sends zeros until nobody has taken any for that long.
    ///
    /// - Returns: how many were taken.
    func sendWhileTaken(byteCountMax: Int, patienceMilliseconds: Int32) throws -> Int {
        let piece = [UInt8](repeating: 0, count: 64 << 10)
        var count = 0
        var readiness = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        while count < byteCountMax, poll(&readiness, 1, patienceMilliseconds) > 0 {
            let sent = Glibc.send(descriptor, piece, piece.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            guard sent > 0 || errno == EAGAIN else { throw Failure(description: "the peer has ended it") }
            count += max(sent, 0)
        }
        return count
    }

    func halfClose() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads once. False at the end of the stream; a reset counts as one.
    func fill() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == ECONNRESET { return false }
        guard count >= 0 else { throw Failure(description: "nothing came: \(String(cString: strerror(errno)))") }
        guard let tls else {
            unread.append(contentsOf: buffer[..<count])
            return count > 0
        }
        let plain = buffer[..<count].withUnsafeBufferPointer { tls.receive($0) }
        unread += plain
        // Its own alert may find nobody any more.
        if tls.end == nil { try flush() }
        return count > 0 && (!plain.isEmpty || tls.end == nil)
    }

    /// What has come and was not taken.
    func takeUnread() -> [UInt8] {
        defer { unread = [] }
        return unread
    }

    func take(_ count: Int) throws -> [UInt8] {
        while unread.count < count {
            guard try fill() else { throw Failure(description: "the stream ended too soon") }
        }
        defer { unread.removeFirst(count) }
        return Array(unread[..<count])
    }

    func take(through mark: String) throws -> String {
        let mark = Array(mark.utf8)
        while true {
            if let range = unread.firstRange(of: mark) {
                return String(decoding: try take(range.upperBound), as: UTF8.self)
            }
            guard try fill() else { throw Failure(description: "the stream ended before \(mark)") }
        }
    }

    /// What comes until the server closes, or nothing has come for that long.
    func takeRest(patienceSeconds: Int) throws -> [UInt8] {
        var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        do { while try fill() {} } catch is Failure {}
        return unread
    }

    /// Everything until the server closes.
    func takeRest() throws -> [UInt8] {
        while try fill() {}
        defer { unread = [] }
        return unread
    }

    /// Waits for the server to close.
    func isAtEnd() throws -> Bool { try unread.isEmpty && !fill() }
}

/// Runs what blocks on a thread of its own: the pool's few threads are the server's.
func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { waiter in
        Thread { waiter.resume(with: Result { try body() }) }.start()
    }
}
