import Foundation
import Logging
import RoostTesting
import Testing
import WebCodec

@testable import Transport

@Suite("TLS", .timeLimit(.minutes(3)))
struct TLSTests {
    private static func configuration() throws -> TLSConfiguration {
        TLSConfiguration(identities: [try TestCertificates.shared.get().local])
    }

    /// Connects over TLS, talks and hangs up on a thread of its own, then stops the server.
    private func talk<Value: Sendable>(
        to server: TestServer, _ body: @escaping @Sendable (RawClient) throws -> Value
    ) async throws -> Value {
        let (port, context) = (server.port, try TestCertificates.shared.get().client())
        let value = try await offPool { try body(try RawClient(port: port, tls: context)) }
        await server.server.stop(deadlineSeconds: 1)
        return value
    }

    @Test("requests, large answers and pipelining are as without TLS")
    func exchange() async throws {
        let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let server = try TestServer(tls: try Self.configuration()) { request in
            Response(body: .bytes(request.head.path == ["large"] ? large : request.body))
        }
        try await talk(to: server) { client in
            #expect(try client.get("/large").body == large)
            let post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
            try client.send(String(repeating: post, count: 50))
            for _ in 0..<50 { #expect(try client.reply().text == "hello") }
            try client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(try client.reply().status == 200)
            #expect(try client.isAtEnd())
            #expect(client.tls?.end == .closed, "no close_notify: the end could be an attacker's")
        }
    }

    @Test("a WebSocket speaks both ways, a large message included")
    func webSocket() async throws {
        let server = try TestServer(tls: try Self.configuration()) { _ in
            Response(body: .webSocket() { EchoHandler($0) })
        }
        try await talk(to: server) { client in
            try client.upgrade("/")
            for size in [0, 5, 70_000, 600_000] {
                try client.sendFrame(.binary, [UInt8](repeating: 7, count: size))
                #expect(try client.frame().payload.count == size)
            }
            try client.sendFrame(.close, [0x03, 0xE8])
            #expect(try client.frame().closeCode == 1000)
            #expect(try client.isAtEnd())
        }
    }

    @Test("plain HTTP is told so, in plain, and garbage gets nothing but an alert")
    func plainText() async throws {
        let server = try TestServer(tls: try Self.configuration()) { _ in Response() }
        try await offPool { () throws in
            let client = try RawClient(port: server.port)
            let reply = try client.get("/")
            #expect(reply.status == 400 && reply.text.contains("TLS_REQUIRED"))
            #expect(try client.isAtEnd())
            let other = try RawClient(port: server.port)
            try other.send([0x05, 1, 2, 3, 4, 5, 6, 7, 8])
            #expect(try other.takeRest().first ?? 21 == 21)
        }
        try await talk(to: server) { client throws in #expect(try client.get("/").status == 200) }
    }

    @Test("the name that is asked for chooses the certificate; the first answers for strangers")
    func serverNames() async throws {
        let certificates = try TestCertificates.shared.get()
        let wildcard = try certificates.issue("wild", subject: "/CN=w", names: "DNS:*.example.test")
        let configuration = TLSConfiguration(identities: [certificates.local, wildcard])
        let server = try TestServer(tls: configuration) { _ in Response() }
        let context = try certificates.client()
        try await offPool { () throws in
            for name in ["localhost", "127.0.0.1", "a.example.test"] {
                #expect(try RawClient(port: server.port, tls: context, name: name).get("/").status == 200)
            }
            for name in ["stranger.test", "a.b.example.test", "example.test"] {
                let error = #expect(throws: RawClient.Failure.self) {
                    try RawClient(port: server.port, tls: context, name: name)
                }
                #expect(error?.description.contains("hostname mismatch") == true)
            }
        }
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("clients show a certificate where they must, and are known by it", arguments: [true, false])
    func clientCertificates(isRequired: Bool) async throws {
        let certificates = try TestCertificates.shared.get()
        var configuration = try Self.configuration()
        configuration.clientAuthoritiesPath = certificates.authority
        configuration.clientAuthentication = isRequired ? .required : .optional
        let server = try TestServer(tls: configuration) { request in
            let certificate = request.clientCertificate
            let text = certificate.map { "\($0.subject) \($0.fingerprint.utf8.count)" } ?? "nobody"
            return Response(body: .bytes(Array(text.utf8)))
        }
        let prefix = isRequired ? "r" : "o"
        let bot = try certificates.client(as: try certificates.issue(prefix + "bot", subject: "/O=Example/CN=bot-7"))
        let expired = try certificates.client(
            as: try certificates.issue(prefix + "expired", subject: "/CN=old", days: -1))
        let nobody = try certificates.client()
        try await offPool { () throws in
            #expect(try RawClient(port: server.port, tls: bot).get("/").text == "CN=bot-7,O=Example 64")
            // In TLS 1.3 the client is done before the server has judged it.
            #expect(throws: RawClient.Failure.self) { try RawClient(port: server.port, tls: expired).get("/") }
            if isRequired {
                #expect(throws: RawClient.Failure.self) { try RawClient(port: server.port, tls: nobody).get("/") }
            } else {
                #expect(try RawClient(port: server.port, tls: nobody).get("/").text == "nobody")
            }
        }
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("certificates change under open connections; a bad file changes nothing")
    func reload() async throws {
        let certificates = try TestCertificates.shared.get()
        let identity = try certificates.issue("reloaded", subject: "/CN=a", names: "DNS:before.test")
        let server = try TestServer(tls: TLSConfiguration(identities: [identity])) { _ in Response() }
        let (port, context) = (server.port, try certificates.client())
        let early = try await offPool { try RawClient(port: port, tls: context, name: "before.test") }
        _ = try certificates.issue("reloaded", subject: "/CN=a", names: "DNS:after.test")
        #expect(server.server.reloadCertificates())
        try await offPool { () throws in
            #expect(try early.get("/").status == 200)
            #expect(try RawClient(port: port, tls: context, name: "after.test").get("/").status == 200)
            _ = #expect(throws: RawClient.Failure.self) {
                try RawClient(port: port, tls: context, name: "before.test")
            }
        }
        try "no key".write(toFile: identity.keyPath, atomically: true, encoding: .utf8)
        #expect(!server.server.reloadCertificates())
        try await offPool { () throws in
            #expect(try early.get("/").status == 200)
            #expect(try RawClient(port: port, tls: context, name: "after.test").get("/").status == 200)
        }
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a file that cannot be used is an error that names it")
    func badFiles() throws {
        var configuration = try Self.configuration()
        configuration.identities[0].keyPath = "/nowhere/key.pem"
        let error = #expect(throws: TransportError.self) {
            try TestServer(tls: configuration) { _ in Response() }
        }
        #expect(error?.description.contains("/nowhere/key.pem") == true)
    }

    @Test("a handshake that does not end is cut after handshakeSeconds; its beginning does not buy time")
    func handshakeTimeOut() async throws {
        var limits = TransportLimits()
        limits.handshakeSeconds = 1
        let log = LogLines()
        let server = try TestServer(limits: limits, tls: try Self.configuration(), log: log.logger()) { _ in
            Response()
        }
        try await offPool { () throws in
            let silent = try RawClient(port: server.port)
            let slow = try RawClient(port: server.port)
            try slow.send([22, 3, 1, 2, 0, 1, 0])
            #expect(try silent.isAtEnd())
            #expect(try slow.isAtEnd())
        }
        await server.server.stop(deadlineSeconds: 1)
        #expect(log.lines.filter { $0.contains("limit=handshakeSeconds") }.count == 2)
    }

    @Test("the client's farewell is answered by ours; a stop cuts those who shake hands")
    func farewell() async throws {
        let server = try TestServer(tls: try Self.configuration()) { _ in Response() }
        let (port, context) = (server.port, try TestCertificates.shared.get().client())
        try await offPool { () throws in
            let client = try RawClient(port: port, tls: context)
            #expect(try client.get("/").status == 200)
            try client.sayGoodbye()
            #expect(try client.isAtEnd())
            #expect(client.tls?.end == .closed)
        }
        let half = try await offPool { try RawClient(port: port) }
        await server.server.stop(deadlineSeconds: 20)
        try await offPool { () throws in #expect(try half.isAtEnd()) }
    }

    @Test("whatever comes instead of a handshake or a record, the server lives", arguments: 0..<6 as Range<UInt64>)
    func fuzz(seed: UInt64) async throws {
        let server = try TestServer(tls: try Self.configuration()) { Response(body: .bytes($0.body)) }
        let (port, context) = (server.port, try TestCertificates.shared.get().client())
        try await offPool { () throws in
            var random = SeededRandom(seed: seed)
            for round in 0..<60 {
                let client = try RawClient(port: port)
                guard let stream = TLSStream(connecting: context, to: "localhost") else { continue }
                var hello: [UInt8] = []
                stream.withOutput { bytes in
                    hello = Array(bytes)
                    return bytes.count
                }
                switch round % 4 {
                case 0:
                    hello = (0..<Int.random(in: 1...3000, using: &random)).map { _ in
                        .random(in: 0 ... .max, using: &random)
                    }
                case 1: hello.removeLast(.random(in: 1..<hello.count, using: &random))
                case 2:
                    for _ in 0...Int.random(in: 0...4, using: &random) {
                        hello[.random(in: 0..<hello.count, using: &random)] = .random(in: 0 ... .max, using: &random)
                    }
                default: break
                }
                // The server may have closed already.
                do {
                    if round % 4 == 3 {
                        // A good handshake, then a record that nobody has encrypted.
                        let other = try RawClient(port: port, tls: context)
                        try other.sendRaw(
                            [23, 3, 3, 0, 40] + (0..<40).map { _ in .random(in: 0 ... .max, using: &random) })
                        _ = try other.takeRest()
                    } else {
                        try client.sendRaw(hello)
                        if Bool.random(using: &random) { client.halfClose() }
                        if Int.random(in: 0..<4, using: &random) == 0 { _ = try client.takeRest(patienceSeconds: 1) }
                    }
                } catch is RawClient.Failure {}
            }
            #expect(try RawClient(port: port, tls: context).get("/").status == 200)
        }
        await server.server.stop(deadlineSeconds: 1)
    }
}
