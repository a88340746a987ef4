import Client
import Logging
import Model
import Synchronization
import Testing
import Transport
import WebCodec
import Wire

/// A server with real sockets that says what a test tells it to.
final class ScriptedHub: Sendable {
    /// What the hub does about a frame.
    ///
    /// - Parameter connection: 0 for the first one.
    typealias Script = @Sendable (_ connection: Int, _ frame: JSONValue, _ down: Down) -> Void

    /// The way to one client. Good on the connection's loop, where scripts run.
    struct Down: Sendable {
        fileprivate let channel: OutboundChannel

        func say(_ frame: JSONValue) { channel.send([.text(WireJSON.encode(frame))]) }
        func say(text: String) { channel.send([.text(text.utf8)]) }
        func close(_ code: UInt16, _ reason: String = "") { channel.close(code: code, reason: reason) }

        func reply(to frame: JSONValue, _ data: JSONValue = [:]) {
            say(["type": "reply", "id": frame["id"] ?? .null, "data": data])
        }

        func refuse(_ frame: JSONValue, _ problem: JSONValue) {
            say(["type": "error", "id": frame["id"] ?? .null, "error": problem])
        }

        func subscribed(_ frame: JSONValue, _ data: JSONValue) {
            say(["type": "subscribed", "id": frame["id"] ?? .null, "channel": "project:p", "data": data])
        }

        func event(_ seq: Int64, _ title: String = "") {
            say([
                "type": "card.updated", "channel": "project:p", "seq": .integer(seq), "data": ["title": .string(title)],
            ])
        }
    }

    private struct State {
        var opened = 0
        var ended = 0
        var heard: [JSONValue] = []
        /// Who waits for so many connections to have ended.
        var waiters: [(count: Int, waiter: CheckedContinuation<Void, Never>)] = []

        mutating func takeDueWaiters() -> [CheckedContinuation<Void, Never>] {
            let ended = ended
            defer { waiters.removeAll { $0.count <= ended } }
            return waiters.filter { $0.count <= ended }.map(\.waiter)
        }
    }

    private final class Session: WebSocketHandler {
        let hub: ScriptedHub
        let number: Int
        let down: Down

        init(_ hub: ScriptedHub, _ number: Int, _ down: Down) {
            self.hub = hub
            self.number = number
            self.down = down
        }

        func opened() {
            if hub.isGreeting { down.say(["type": "hello", "data": [:]]) }
        }

        func received(_ message: WebSocketMessage) {
            guard case .text(let bytes) = message else { return }
            do {
                let frame = try WireJSON.parse(bytes)
                hub.state.withLock { $0.heard.append(frame) }
                hub.script(number, frame, down)
            } catch {
                Issue.record("the client sent what is not JSON: \(error)")
            }
        }

        func closed(code: UInt16, reason: String) {
            let due = hub.state.withLock { state in
                state.ended += 1
                return state.takeDueWaiters()
            }
            for waiter in due { waiter.resume() }
        }
    }

    static let log = Logger(label: "client", factory: { _ in SwiftLogNoOpLogHandler() })
    /// One loop for all tests: connectors live as long as the process.
    private static let sharedConnector = Result { try HubClient.makeConnector(log: log) }

    private let state = Mutex(State())
    private let isGreeting: Bool
    private let script: Script
    private let server = Mutex<Server?>(nil)

    private init(isGreeting: Bool, _ script: @escaping Script) {
        self.isGreeting = isGreeting
        self.script = script
    }

    /// - Parameter isGreeting: whether it says hello first.
    static func run(
        isGreeting: Bool = true, _ script: @escaping Script, _ body: (ScriptedHub) async throws -> Void
    ) async throws {
        let hub = ScriptedHub(isGreeting: isGreeting, script)
        let server = try Server.start(ServerConfiguration(log: log, unixSeconds: { 0 })) { request in
            guard request.head.path == ["api", "ws"] else { return Response(status: 404) }
            return Response(body: .webSocket { channel in hub.session(channel) })
        }
        hub.server.withLock { $0 = server }
        try await body(hub)
        await server.stop(deadlineSeconds: 1)
    }

    private func session(_ channel: OutboundChannel) -> any WebSocketHandler {
        let number = state.withLock { state in
            defer { state.opened += 1 }
            return state.opened
        }
        return Session(self, number, Down(channel: channel))
    }

    var address: HubAddress { HubAddress(host: "127.0.0.1", port: server.withLock { $0?.port } ?? 0) }
    var connector: WebSocketConnector { get throws { try Self.sharedConnector.get() } }
    func connect() async throws -> HubClient { try await HubClient.connect(to: address, with: connector) }

    /// How many connections there were.
    var connectionCount: Int { state.withLock(\.opened) }
    /// All frames that came up, in order.
    var heard: [JSONValue] { state.withLock(\.heard) }

    /// Returns once `count` connections have ended; the suite's time limit is its deadline.
    func waitForEnds(_ count: Int = 1) async {
        await withCheckedContinuation { waiter in
            let due = state.withLock { state in
                state.waiters.append((count, waiter))
                return state.takeDueWaiters()
            }
            for waiter in due { waiter.resume() }
        }
    }
}
