import Foundation

extension RawClient {
    struct Reply: Sendable {
        let status: Int
        let headers: [(name: String, value: String)]
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    func get(_ path: String, _ headers: String = "") throws -> Reply {
        try send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
        return try reply()
    }

    func replyHead() throws -> Reply {
        let lines = try take(through: "\r\n\r\n").split(separator: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        guard let status else { throw Failure(description: "no status line") }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            return (name: parts[0], value: parts.count > 1 ? parts[1] : "")
        }
        return Reply(status: status, headers: headers, body: [])
    }

    /// A whole response; `toHead` when its request was a HEAD.
    func reply(toHead: Bool = false) throws -> Reply {
        var reply = try replyHead()
        guard !toHead, reply.status >= 200, reply.status != 204, reply.status != 304 else { return reply }
        if reply.header("Transfer-Encoding") == "chunked" {
            while let chunk = try chunk() { reply.body += chunk }
        } else {
            guard let count = reply.header("Content-Length").flatMap({ Int($0) }) else {
                throw Failure(description: "a response without a length")
            }
            reply.body = try take(count)
        }
        return reply
    }

    /// The first that is no mere word on the way.
    func finalReply(toHead: Bool = false) throws -> Reply {
        while true {
            let reply = try reply(toHead: toHead)
            if reply.status >= 200 || reply.status == 101 { return reply }
        }
    }

    /// nil is the last one.
    func chunk() throws -> [UInt8]? {
        guard let size = Int(try take(through: "\r\n").dropLast(), radix: 16) else {
            throw Failure(description: "a chunk without a size")
        }
        let bytes = try take(size)
        _ = try take(2)
        return size == 0 ? nil : bytes
    }
}
