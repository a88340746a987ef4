import Foundation
import Glibc

/// A blocking HTTP client for event streams. Use it in `offPool`.
///
/// `@unchecked Sendable`: used by one thread at a time.
final class StreamClient: @unchecked Sendable {
    struct Failure: Error {
        let what: String
    }
    struct Block: Equatable {
        var id: String?
        var event: String?
        var data: String?
    }

    private static let patienceSeconds = 60
    private let descriptor: Int32
    private var unread: [UInt8] = []

    init(port: UInt16, _ path: String, method: String = "GET", headers: [String] = []) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(what: "connect \(errno)") }
        let head = ["\(method) \(path) HTTP/1.1", "Host: localhost"] + headers
        let bytes = Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failure(what: "send \(errno)")
        }
    }

    deinit { close(descriptor) }

    /// Everything up to the empty line after the status line and the fields.
    func readHead() throws -> String { try take(through: "\r\n\r\n") }

    /// The next event; comments, and who watches, are left out. Each chunk of the body holds whole events.
    func next() throws -> Block {
        while true {
            _ = try take(through: "\r\n")
            let text = try take(through: "\n\n")
            _ = try take(through: "\r\n")
            var block = Block()
            for line in text.split(separator: "\n") where !line.hasPrefix(":") {
                let value = String(line[line.index(line.firstIndex(of: ":") ?? line.startIndex, offsetBy: 2)...])
                if line.hasPrefix("id:") { block.id = value }
                if line.hasPrefix("event:") { block.event = value }
                if line.hasPrefix("data:") { block.data = value }
            }
            if block != Block(), block.event?.hasPrefix("presence.") != true { return block }
        }
    }

    /// Whether the server has ended the body.
    func isAtEnd() throws -> Bool { try take(through: "\r\n") == "0\r\n" }

    private func take(through mark: String) throws -> String {
        let mark = Array(mark.utf8)
        while true {
            if let range = unread.firstRange(of: mark) {
                defer { unread.removeFirst(range.upperBound) }
                return String(decoding: unread[..<range.upperBound], as: UTF8.self)
            }
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw Failure(what: "the stream ended") }
            unread += buffer[..<count]
        }
    }
}

/// Runs what blocks on a thread of its own.
func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { waiter in
        Thread { waiter.resume(with: Result { try body() }) }.start()
    }
}
