import Testing
import Transport
import WebCodec

@Suite("Strict HTTP", .timeLimit(.minutes(3)))
struct StrictnessTests {
    /// One server for the whole table, and one that speaks TLS.
    private static let server = Result { try make() }
    private static let secureServer = Result { try make(tls: .init(identities: [TestCertificates.shared.get().local])) }

    private static func make(tls: TLSConfiguration? = nil) throws -> TestServer {
        try TestServer(tls: tls) { request in
            if request.head.path == ["ws"] { return Response(body: .webSocket { EchoHandler($0) }) }
            return StrictnessRunner.reading(of: request)
        }
    }

    @Test("one reading, or none", arguments: StrictnessCorpus.all)
    func reading(_ entry: StrictnessCorpus.Case) async throws {
        let port = try Self.server.get().port
        try await offPool { try StrictnessRunner.judge(entry) { try RawClient(port: port) } }
    }

    /// A few threads with many cases each: a handshake for every one of them is work.
    @Test("the same over TLS", arguments: 0..<4)
    func secure(_ stripe: Int) async throws {
        let port = try Self.secureServer.get().port
        let context = try TestCertificates.shared.get().client()
        try await offPool {
            for index in stride(from: stripe, to: StrictnessCorpus.all.count, by: 4) {
                try StrictnessRunner.judge(StrictnessCorpus.all[index]) { try RawClient(port: port, tls: context) }
            }
        }
    }

    /// A few threads with many cases each: the machine is others' too.
    @Test("the same when the bytes come one by one", arguments: 0..<4)
    func dripped(_ stripe: Int) async throws {
        let port = try Self.server.get().port
        try await offPool {
            for index in stride(from: stripe, to: StrictnessCorpus.all.count, by: 4) {
                try StrictnessRunner.judge(StrictnessCorpus.all[index], pieces: .dripped) { try RawClient(port: port) }
            }
        }
    }

    @Test("split anywhere, it is the same to the parser")
    func split() async throws {
        try await offPool {
            for entry in StrictnessCorpus.all {
                let bytes = entry.bytes
                let whole = StrictnessRunner.Transcript([bytes[...]])
                // What is longer than this is long in what repeats.
                let near = bytes.count > 1000 ? 60 : 1000
                for place in 1..<bytes.count where place < near || place > bytes.count - near {
                    let isSame = StrictnessRunner.Transcript([bytes[..<place], bytes[place...]]) == whole
                    #expect(isSame, "\(entry.name), at \(place)")
                }
                let isSame = StrictnessRunner.Transcript(bytes.indices.map { bytes[$0..<($0 + 1)] }) == whole
                #expect(isSame, "\(entry.name), byte by byte")
            }
        }
    }

    @Test("the corpus is as large as it says, and no case is there twice")
    func corpus() {
        #expect(StrictnessCorpus.all.count >= 200)
        #expect(Set(StrictnessCorpus.all.map(\.name)).count == StrictnessCorpus.all.count)
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
