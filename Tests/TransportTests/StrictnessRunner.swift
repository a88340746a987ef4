import Testing
import Transport
import WebCodec

/// Plays the corpus against a server, over whatever connection the caller makes.
enum StrictnessRunner {
    /// What the server under test does with every path but `ws`, which is a WebSocket.
    static func reading(of request: Request) -> Response {
        let path = request.head.path.joined(separator: "|")
        let body = String(decoding: request.body, as: UTF8.self)
        return Response(body: .bytes(Array("\(request.head.method.name) \(path) \(body)".utf8)))
    }

    /// How the bytes of a case come in.
    enum Pieces: Sendable {
        case whole
        /// Byte by byte, as far as `dripByteCountMax`; what is longer is long in what repeats.
        case dripped
    }

    private static let dripByteCountMax = 600
    private static let probe = Array("GET /probe HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".utf8)

    /// One case on a connection of its own, a good request behind it, and another connection afterwards. Call it off
    /// the pool: it blocks.
    static func judge(
        _ entry: StrictnessCorpus.Case, pieces: Pieces = .whole, connect: () throws -> RawClient
    ) throws {
        let client = try connect()
        // A server that has refused may have closed before all is sent.
        do { try send(entry.bytes, pieces, to: client) } catch is RawClient.Failure {}
        for answer in entry.answers {
            let reply = try client.finalReply(toHead: answer.isToHead)
            #expect(answer.statuses.contains(reply.status), "\(entry.name): status \(reply.status)")
            if let text = answer.text { #expect(reply.text == text, "\(entry.name)") }
            if reply.status >= 400 {
                #expect(reply.header("Content-Type") == "application/problem+json")
                #expect(reply.header("Connection")?.hasSuffix("close") == true)
                #expect(reply.header("X-Content-Type-Options") == "nosniff")
                #expect(reply.header("Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'")
            }
        }
        if !entry.closes {
            #expect(try client.finalReply().text == "GET probe ", "\(entry.name): the connection lives on")
        }
        let rest = try client.takeRest()
        #expect(
            rest.isEmpty, "\(entry.name): an answer to no request: \(String(decoding: rest.prefix(200), as: UTF8.self))"
        )
        client.hangUp()
        let other = try connect()
        defer { other.hangUp() }
        #expect(try other.get("/alive").text == "GET alive ")
    }

    private static func send(_ bytes: [UInt8], _ pieces: Pieces, to client: RawClient) throws {
        switch pieces {
        case .whole:
            try client.send(bytes + probe)
        case .dripped:
            for byte in bytes.prefix(dripByteCountMax) { try client.send([byte]) }
            try client.send(bytes.dropFirst(dripByteCountMax) + probe)
        }
    }

    /// What the parser says to some bytes, body pieces put together. A body that came in part before an error is told
    /// in other pieces, not in other words.
    struct Transcript: Equatable {
        private(set) var heads: [RequestHead] = []
        private(set) var bodies: [[UInt8]] = []
        private(set) var error: HTTPError?

        init(_ pieces: [ArraySlice<UInt8>]) {
            var parser = HTTPRequestParser()
            var body: [UInt8] = []
            do throws(HTTPError) {
                for piece in pieces {
                    parser.append(piece)
                    while let event = try parser.next() {
                        switch event {
                        case .head(let head): heads.append(head)
                        case .body(let bytes): body += bytes
                        case .end:
                            bodies.append(body)
                            body = []
                        }
                    }
                }
            } catch {
                self.error = error
            }
        }
    }
}
