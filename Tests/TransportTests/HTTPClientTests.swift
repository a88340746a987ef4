import Foundation
import Glibc
import Logging
import RoostTesting
import Testing
import WebCodec

@testable import Transport

@Suite("HTTP client", .timeLimit(.minutes(3)))
struct HTTPClientTests {
    private static let client = Result { try HTTPClient(log: Logger(label: "test")) }

    private func send(_ request: ClientRequest, to server: ServerEndpoint) async throws -> ClientResponse {
        try await Self.client.get().send(request, to: server)
    }

    private func failure(_ request: ClientRequest, to server: ServerEndpoint) async -> HTTPClientError? {
        await #expect(throws: HTTPClientError.self) { _ = try await send(request, to: server) }
    }

    @Test("every method with its body, plainly and over TLS", arguments: [false, true])
    func methods(isSecure: Bool) async throws {
        let certificates = try TestCertificates.shared.get()
        let tls = isSecure ? TLSConfiguration(identities: [certificates.local]) : nil
        let server = try TestServer(tls: tls) { request in
            let text = "\(request.head.method.name) \(request.head.target) \(request.head.headers["X-A"] ?? "")"
            return Response(status: 207, headers: ["X-B": "b"], body: .bytes(Array(text.utf8) + request.body))
        }
        let context = isSecure ? try certificates.client() : nil
        let endpoint = ServerEndpoint(host: "localhost", port: server.port, tls: context)
        let body = [UInt8](repeating: 7, count: 300_000)
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let request = ClientRequest(HTTPMethod(method), "/x?y=z", headers: ["X-A": "a"], body: body)
            let response = try await send(request, to: endpoint)
            #expect(response.status == 207 && response.headers["x-b"] == "b")
            #expect(response.body == Array("\(method) /x?y=z a".utf8) + body)
        }
        #expect(try await send(ClientRequest(.head, "/"), to: endpoint).body == [])
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a server that is not who it should be is not spoken to")
    func identities() async throws {
        let certificates = try TestCertificates.shared.get()
        let expired = try certificates.issue("expired", subject: "/CN=e", names: "DNS:localhost", days: -1)
        let good = try TestServer(tls: TLSConfiguration(identities: [certificates.local])) { _ in Response() }
        let old = try TestServer(tls: TLSConfiguration(identities: [expired])) { _ in Response() }
        let stranger = try TestCertificates()
        let plain = try TestServer { _ in Response() }

        func reason(_ port: UInt16, _ name: String, _ context: TLSContext) async -> String {
            var endpoint = ServerEndpoint(host: "127.0.0.1", port: port, tls: context)
            endpoint.name = name
            guard case .insecure(let reason)? = await failure(ClientRequest(.get, "/"), to: endpoint) else { return "" }
            return reason
        }
        let context = try certificates.client()
        #expect(await reason(good.port, "other.example", context).contains("hostname mismatch"))
        #expect(await reason(good.port, "127.0.0.2", context).contains("IP address mismatch"))
        #expect(await reason(old.port, "localhost", context).contains("expired"))
        #expect(await reason(good.port, "localhost", try stranger.client()).contains("unable to get local issuer"))
        #expect(await reason(plain.port, "localhost", context).contains("wrong version number"))
        for server in [good, old, plain] { await server.server.stop(deadlineSeconds: 1) }
    }

    /// Answers connections, one after the other, with these bytes for each request, whatever it is, and closes: at once
    /// when there is no more to say, or when the client has closed.
    ///
    /// - Parameter ended: called when the client has left a connection before it was asked all.
    private func scripted(
        _ connections: [[String]], ended: @escaping @Sendable () -> Void = {}
    ) throws -> UInt16 {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 8) == 0 ? getsockname(listener, $0, &size) : -1
            }
        }
        guard status == 0 else { throw RawClient.Failure(description: "no scripted server") }
        Thread {
            for answers in connections {
                let connection = accept(listener, nil, nil)
                var buffer = [UInt8](repeating: 0, count: 4096)
                for answer in answers {
                    guard recv(connection, &buffer, buffer.count, 0) > 0 else {
                        ended()
                        break
                    }
                    _ = Array(answer.utf8).withUnsafeBytes {
                        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                }
                shutdown(connection, Int32(SHUT_WR))
                _ = recv(connection, &buffer, buffer.count, 0)
                close(connection)
            }
            close(listener)
        }.start()
        return UInt16(bigEndian: address.sin_port)
    }

    @Test("answers that are cut short, too large or no HTTP")
    func hostile() async throws {
        let port = try scripted([["HTTP/1.1 200 OK\r\n\r\nuntil the end"]])
        let whole = try await send(ClientRequest(.get, "/"), to: ServerEndpoint(host: "127.0.0.1", port: port))
        #expect(String(decoding: whole.body, as: UTF8.self) == "until the end")
        for answer in [
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "", "SSH-2.0-OpenSSH\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        ] {
            let port = try scripted([[answer]])
            let error = await failure(ClientRequest(.get, "/"), to: ServerEndpoint(host: "127.0.0.1", port: port))
            guard case .invalidAnswer = error else {
                Issue.record("\(answer): \(String(describing: error))")
                continue
            }
        }
        var small = ClientRequest(.get, "/")
        small.bodyByteCountMax = 3
        let large = try scripted([["HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd"]])
        #expect(
            await failure(small, to: ServerEndpoint(host: "127.0.0.1", port: large))?.description
                .contains("bodyByteCountMax (3)") == true)
    }

    enum Way: CaseIterable { case plain, tls, unix }

    /// Whether a server has ever had a connection of this number: the first one has 1.
    private func has(_ number: UInt64, _ server: Server) async -> Bool {
        await withCheckedContinuation { waiter in
            server.shards[0].submit { waiter.resume(returning: $0.connection(number) != nil) }
        }
    }

    @Test("requests go over one connection, save what may not be repeated", arguments: Way.allCases)
    func reuse(way: Way) async throws {
        let folder = try TemporaryFolder()
        let certificates = try TestCertificates.shared.get()
        var configuration = ServerConfiguration(log: Logger(label: "test"), unixSeconds: { 0 })
        switch way {
        case .plain: break
        case .tls: configuration.listeners[0].tls = TLSConfiguration(identities: [certificates.local])
        case .unix: configuration.listeners = [Listener(.unix(path: folder.file("s")))]
        }
        let server = try Server.start(configuration) { Response(body: .bytes($0.body)) }
        let endpoint =
            switch way {
            case .plain: ServerEndpoint(host: "localhost", port: server.port)
            case .tls: ServerEndpoint(host: "localhost", port: server.port, tls: try certificates.client())
            case .unix: ServerEndpoint(unixPath: folder.file("s"))
            }
        for count in 0..<20 {
            let body = [UInt8](repeating: UInt8(count), count: count * 10_000)
            #expect(try await send(ClientRequest(.put, "/", body: body), to: endpoint).body == body)
        }
        #expect(try await send(ClientRequest(.head, "/"), to: endpoint).body == [])
        #expect(await has(1, server))
        #expect(await !has(2, server))
        _ = try await send(ClientRequest(.post, "/"), to: endpoint)
        #expect(await has(2, server))
        var repeatable = ClientRequest(.post, "/")
        repeatable.isRepeatable = true
        _ = try await send(repeatable, to: endpoint)
        #expect(await !has(3, server))
        await server.stop(deadlineSeconds: 1)
    }

    private func answer(_ text: String, _ fields: String = "") -> String {
        "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\(fields)\r\n\(text)"
    }

    @Test(
        "a connection that the server closes while it waits, also amid the next request, is no error of that one",
        arguments: [[["a"], ["b"]], [["a", ""], ["b"]]])
    func stale(script: [[String]]) async throws {
        let port = try scripted(script.map { $0.map { $0.isEmpty ? "" : answer($0) } })
        let endpoint = ServerEndpoint(host: "127.0.0.1", port: port)
        for expected in ["a", "b"] {
            let response = try await send(ClientRequest(.get, "/"), to: endpoint)
            #expect(String(decoding: response.body, as: UTF8.self) == expected)
        }
    }

    @Test("an answer that breaks off is one, also over a connection that has waited", arguments: [true, false])
    func broken(hasWaited: Bool) async throws {
        let port = try scripted([(hasWaited ? [answer("a")] : []) + ["HTTP/1.1 2"], [answer("never")]])
        let endpoint = ServerEndpoint(host: "127.0.0.1", port: port)
        if hasWaited { _ = try await send(ClientRequest(.get, "/"), to: endpoint) }
        #expect(
            await failure(ClientRequest(.get, "/"), to: endpoint)
                == .invalidAnswer("the answer ended before it was whole"))
    }

    @Test(
        "a server that wants to close, or says more than was asked, gets a new connection",
        arguments: ["Connection: close\r\n", ""])
    func closing(fields: String) async throws {
        let first = answer("a", fields) + (fields.isEmpty ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil" : "")
        let left = Gate()
        let port = try scripted([[first, answer("c")], [answer("b")]]) { left.open() }
        let endpoint = ServerEndpoint(host: "127.0.0.1", port: port)
        _ = try await send(ClientRequest(.get, "/"), to: endpoint)
        await left.wait()
        let second = try await send(ClientRequest(.get, "/"), to: endpoint)
        #expect(String(decoding: second.body, as: UTF8.self) == "b")
    }

    @Test("a connection that nobody needs is closed after idleSeconds")
    func idle() async throws {
        var limits = HTTPClientLimits()
        limits.idleSeconds = 1
        let client = try HTTPClient(limits: limits, log: Logger(label: "test"))
        let left = Gate()
        let port = try scripted([[answer("a"), answer("b")]]) { left.open() }
        _ = try await client.send(ClientRequest(.get, "/"), to: ServerEndpoint(host: "127.0.0.1", port: port))
        await left.wait()
    }

    @Test("nobody there, nobody answers, and what cannot be sent")
    func failures() async throws {
        for host in ["127.0.0.1", "no-such-host.invalid"] {
            guard case .unreachable = await failure(ClientRequest(.get, "/"), to: ServerEndpoint(host: host, port: 1))
            else {
                Issue.record("\(host) was reached")
                continue
            }
        }
        let gate = Gate()
        let server = try TestServer { _ in
            await gate.wait()
            return Response()
        }
        let endpoint = ServerEndpoint(host: "127.0.0.1", port: server.port)
        var hurried = ClientRequest(.get, "/")
        hurried.timeout = .whole(seconds: 1)
        #expect(await failure(hurried, to: endpoint) == .timedOut(seconds: 1))
        gate.open()
        #expect(
            await failure(ClientRequest(.get, "/", headers: ["X": "a\r\nY: b"]), to: endpoint) == .invalidRequest("X"))
        #expect(
            await failure(ClientRequest(.get, "/", headers: ["content-length": "4"]), to: endpoint)
                == .invalidRequest("Content-Length"))
        #expect(await failure(ClientRequest(.get, "/a b"), to: endpoint) == .invalidRequest("request target"))
        await server.server.stop(deadlineSeconds: 5)
    }

    @Test("a Unix domain socket: one's own alone, replaced when dead, refused when alive, gone after the stop")
    func unixSocket() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("hub.sock")
        var configuration = ServerConfiguration(log: Logger(label: "test"), unixSeconds: { 0 })
        configuration.listeners = [Listener(.unix(path: path)), Listener(.tcp(host: "::1", port: 0))]
        configuration.shardCount = 2
        // What a killed server leaves: a socket that nobody answers at.
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(status == 0)
        close(dead)
        let server = try Server.start(configuration) { Response(body: .bytes(Array($0.remote.host.utf8))) }
        var information = stat()
        #expect(stat(path, &information) == 0 && information.st_mode & 0o777 == 0o600)
        #expect(throws: TransportError.cannotListen(.unix(path: path), errno: EADDRINUSE)) {
            try Server.start(configuration) { _ in Response() }
        }
        for _ in 0..<20 {
            let response = try await send(ClientRequest(.get, "/"), to: ServerEndpoint(unixPath: path))
            #expect(String(decoding: response.body, as: UTF8.self) == "unix")
        }
        let six = try await send(ClientRequest(.get, "/"), to: ServerEndpoint(host: "::1", port: server.port))
        #expect(String(decoding: six.body, as: UTF8.self) == "::1")
        await server.stop(deadlineSeconds: 1)
        #expect(stat(path, &information) != 0)
    }
}
