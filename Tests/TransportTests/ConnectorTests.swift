import Logging
import Synchronization
import Testing
import Transport
import WebCodec

@Suite("WebSocket connector", .timeLimit(.minutes(3)))
struct ConnectorTests {
    private static let connector = Result { try WebSocketConnector(log: Logger(label: "test")) }

    /// Keeps what it receives.
    final class Listener: WebSocketHandler {
        private let state = Mutex<(messages: [WebSocketMessage], code: UInt16?)>(([], nil))
        private let wanted: Int
        let heard = Gate()
        let ended = Gate()

        init(wanted: Int) {
            self.wanted = wanted
        }

        var messages: [WebSocketMessage] { state.withLock { $0.messages } }
        var code: UInt16? { state.withLock { $0.code } }

        func received(_ message: WebSocketMessage) {
            let count = state.withLock { state in
                state.messages.append(message)
                return state.messages.count
            }
            if count == wanted { heard.open() }
        }

        func closed(code: UInt16, reason: String) {
            state.withLock { $0.code = code }
            ended.open()
        }
    }

    @Test("talks to our server, subprotocol and headers included")
    func talk() async throws {
        let server = try TestServer { request in
            guard request.head.target == "/ws?a=b", request.head.headers["Authorization"] == "Bearer t" else {
                return Response(status: 403)
            }
            return Response(body: .webSocket(WebSocketOffer(subprotocols: ["roost"])) { EchoHandler($0) })
        }
        var endpoint = WebSocketConnector.Endpoint(
            ServerEndpoint(host: "127.0.0.1", port: server.port), target: "/ws?a=b")
        endpoint.headers = ["Authorization": "Bearer t"]
        endpoint.subprotocols = ["other", "roost"]
        let listener = Listener(wanted: 100)
        let channel = try await Self.connector.get().connect(to: endpoint) { _ in listener }
        let expected = (0..<100).map { Array(String(repeating: "\($0)", count: $0 * 20).utf8) }
        channel.shard.submit { _ in channel.send(expected.map { .maskedText($0) }) }
        await listener.heard.wait()
        #expect(listener.messages == expected.map { .text($0) })
        channel.shard.submit { _ in channel.close(code: 1000, reason: "enough") }
        await listener.ended.wait()
        #expect(listener.code == 1000)
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a refusal is told with its status")
    func refused() async throws {
        let server = try TestServer { _ in Response(status: 401, headers: ["WWW-Authenticate": "Bearer"]) }
        let endpoint = WebSocketConnector.Endpoint(
            ServerEndpoint(host: "127.0.0.1", port: server.port), target: "/")
        let error = await #expect(throws: ConnectError.self) {
            _ = try await Self.connector.get().connect(to: endpoint) { EchoHandler($0) }
        }
        guard case .refused(let status, let headers) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(status == 401 && headers["www-authenticate"] == "Bearer")
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("nobody there, and a name that nobody has", arguments: ["127.0.0.1", "no-such-host.invalid"])
    func unreachable(host: String) async throws {
        let endpoint = WebSocketConnector.Endpoint(
            ServerEndpoint(host: host, port: 1), target: "/")
        // Its own, since looking up a name holds up the loop.
        let connector = try WebSocketConnector(log: Logger(label: "test"))
        let error = await #expect(throws: ConnectError.self) {
            _ = try await connector.connect(to: endpoint) { EchoHandler($0) }
        }
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a server that does not answer the handshake in time")
    func silentServer() async throws {
        let gate = Gate()
        let server = try TestServer { _ in
            await gate.wait()
            return Response()
        }
        var limits = TransportLimits()
        limits.connectSeconds = 1
        let connector = try WebSocketConnector(limits: limits, log: Logger(label: "test"))
        let endpoint = WebSocketConnector.Endpoint(
            ServerEndpoint(host: "127.0.0.1", port: server.port), target: "/")
        await #expect(throws: ConnectError.timedOut) {
            _ = try await connector.connect(to: endpoint) { EchoHandler($0) }
        }
        gate.open()
        await server.server.stop(deadlineSeconds: 5)
    }

    @Test("a header that would split the request is not sent")
    func injection() async throws {
        let endpoint = WebSocketConnector.Endpoint(
            ServerEndpoint(host: "127.0.0.1", port: 1), target: "/", headers: ["X": "a\r\nY: b"])
        await #expect(throws: ConnectError.invalidRequest("X")) {
            _ = try await Self.connector.get().connect(to: endpoint) { EchoHandler($0) }
        }
    }

    @Test("a server that stops is told as 1001")
    func stopped() async throws {
        let server = try TestServer { _ in Response(body: .webSocket { EchoHandler($0) }) }
        let endpoint = WebSocketConnector.Endpoint(
            ServerEndpoint(host: "localhost", port: server.port), target: "/")
        let listener = Listener(wanted: 1)
        _ = try await Self.connector.get().connect(to: endpoint) { _ in listener }
        await server.server.stop(deadlineSeconds: 5)
        await listener.ended.wait()
        #expect(listener.code == 1001)
    }
}
