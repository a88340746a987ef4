import Testing
import Transport
import WebCodec

@Suite("Strict HTTP", .timeLimit(.minutes(3)))
struct StrictnessTests {
    /// One server for the whole table.
    private static let server = Result { try make() }
    private static let secureServer = Result { try make(tls: .init(identities: [TestCertificates.shared.get().local])) }

    private static func make(tls: TLSConfiguration? = nil) throws -> TestServer {
        try TestServer(tls: tls) { request in
            if request.head.path == ["ws"] { return Response(body: .webSocket { EchoHandler($0) }) }
            let path = request.head.path.joined(separator: "|")
            let body = String(decoding: request.body, as: UTF8.self)
            return Response(body: .bytes(Array("\(request.head.method.name) \(path) \(body)".utf8)))
        }
    }

    @Test("one reading, or none, in plain text and over TLS", arguments: StrictnessCorpus.all, [false, true])
    func reading(_ entry: StrictnessCorpus.Case, isSecure: Bool) async throws {
        let port = try (isSecure ? Self.secureServer : Self.server).get().port
        try await offPool {
            let client =
                isSecure
                ? try RawClient(port: port, tls: TestCertificates.shared.get().client()) : try RawClient(port: port)
            let probe = "GET /probe HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            try client.send(entry.bytes + Array(probe.utf8))
            let reply = try client.reply()
            #expect(reply.status == entry.status)
            if let reading = entry.reading {
                #expect(
                    reply.text
                        == (reading.split(separator: " ", omittingEmptySubsequences: false).count > 2
                            ? reading : reading + " "))
                #expect(try client.reply().text == "GET probe ")
            } else {
                #expect(reply.header("Content-Type") == "application/problem+json")
                #expect(reply.header("Connection")?.hasSuffix("close") == true)
            }
            #expect(try client.takeRest().isEmpty, "an answer to no request")
        }
    }

    @Test("an outdated client is told the version")
    func versionHeader() async throws {
        let port = try Self.server.get().port
        try await offPool { () throws in
            let reply = try RawClient(port: port).get("/ws")
            #expect(reply.status == 426)
            #expect(reply.header("Sec-WebSocket-Version") == "13")
            #expect(reply.header("Upgrade") == "websocket")
        }
    }

    @Test("whatever comes, the server lives and lets go of it", arguments: 0..<8 as Range<UInt64>)
    func fuzz(seed: UInt64) async throws {
        var limits = TransportLimits()
        limits.http.bodyByteCountMax = 1000
        let server = try TestServer(limits: limits) { request in
            switch request.head.path.first {
            case "ws": Response(body: .webSocket { EchoHandler($0) })
            case "events": Response(body: .eventStream { EventStreamTests.Ticker($0) })
            default: Response(body: .bytes(request.body))
            }
        }
        let port = server.port
        try await offPool { () throws in
            var state = seed &+ 0x9E37_79B9_7F4A_7C15
            /// Xorshift: enough to choose by.
            func random(_ bound: Int) -> Int {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                return Int(state % UInt64(bound))
            }
            for _ in 0..<60 {
                let client = try RawClient(port: port)
                for _ in 0...random(3) {
                    var bytes = StrictnessCorpus.all[random(StrictnessCorpus.all.count)].bytes
                    if random(4) == 0 { bytes = Array("GET /events HTTP/1.1\r\nHost: h\r\n\r\n".utf8) }
                    for _ in 0..<random(3) { bytes[random(bytes.count)] = UInt8(random(256)) }
                    // The server may have closed already.
                    do { try client.send(bytes) } catch is RawClient.Failure { break }
                }
                if random(2) == 0 { client.halfClose() }
                if random(4) == 0 { _ = try client.takeRest(patienceSeconds: 1) }
            }
            #expect(try RawClient(port: port).get("/").status == 200)
        }
        await server.server.stop(deadlineSeconds: 30)
    }
}
