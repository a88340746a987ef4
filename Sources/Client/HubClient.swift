// A client of the hub over its WebSocket: calls of operations, and subscriptions that survive a lost connection.
//
// The command line, benchmarks and tests use it. It speaks the protocol of protocol/protocol.md and knows nothing of the
// hub's inside; a client in another language has the same three parts: a connection (HubClient), a place in each channel
// (HubSubscription) and patience (Backoff).

package import Logging
package import Model
package import Transport
import WebCodec
import Wire

/// One connection to a hub.
package actor HubClient {
    /// 32 MiB: twice the largest snapshot that a hub sends.
    package static let messageByteCountMax = 32 << 20
    /// 10,000 frames that nobody has taken; a reader that far behind starts anew from its position.
    package static let unreadFramesMax = 10_000

    /// What the hub said: one element for each frame that is not an answer to a call. Ends with the connection.
    package nonisolated let frames: AsyncThrowingStream<JSONValue, any Error>

    private nonisolated let connector: WebSocketConnector
    private let incoming: AsyncThrowingStream<JSONValue, any Error>.Continuation
    private var channel: OutboundChannel?
    private var calls: [Int64: CheckedContinuation<JSONValue, any Error>] = [:]
    private var lastID: Int64 = 0
    private var end: HubClientError?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { connector.unownedExecutor }

    /// The loop that clients of this program live on: one is enough.
    package static func makeConnector(log: Logger) throws -> WebSocketConnector {
        var limits = TransportLimits()
        limits.webSocket.messageByteCountMax = messageByteCountMax
        return try WebSocketConnector(limits: limits, log: log)
    }

    private init(connector: WebSocketConnector) {
        self.connector = connector
        (frames, incoming) = AsyncThrowingStream.makeStream(bufferingPolicy: .bufferingOldest(Self.unreadFramesMax))
    }

    /// - Throws: `ConnectError`, `TLSError`.
    /// - Parameters:
    ///   - tls: whom to believe where the address is an `https` one; nil for the system's list.
    ///   - token: what a hub with users knows us by.
    ///   - name: what our next connection is called too: the others do not see us leave and come back.
    package static func connect(
        to address: HubAddress, with connector: WebSocketConnector, tls: TLSContext? = nil, token: String? = nil,
        name: String? = nil
    ) async throws -> HubClient {
        let client = HubClient(connector: connector)
        let endpoint = WebSocketConnector.Endpoint(
            try address.endpoint(tls: tls), target: "/api/ws" + (name.map { "?client=\($0)" } ?? ""),
            headers: token.map { ["Authorization": "Bearer \($0)"] } ?? [:])
        let channel = try await connector.connect(to: endpoint) { _ in Receiver(client: client) }
        await client.opened(channel)
        return client
    }

    /// Calls an operation and waits for its answer.
    /// - Throws: `HubClientError.problem` with the hub's problem document, `.closed` when the connection ends first.
    package func call(_ operation: String, _ payload: JSONValue = [:]) async throws -> JSONValue {
        let answer = try await send(operation, payload)
        return answer["data"] ?? .null
    }

    /// Sends a frame and waits for the frame that answers it.
    package func send(_ type: String, _ payload: JSONValue) async throws -> JSONValue {
        try await withCheckedThrowingContinuation { answer in
            // Here, and not before the wait: the loop may have turned between, and the connection have ended.
            guard end == nil, let channel else {
                let end = end ?? .closed(code: 1006, reason: "not connected")
                return answer.resume(throwing: end)
            }
            lastID += 1
            calls[lastID] = answer
            let frame: JSONValue = ["type": .string(type), "id": .integer(lastID), "payload": payload]
            channel.send([Frame.maskedText(WireJSON.encode(frame))])
        }
    }

    package func close() {
        channel?.close(code: 1000)
    }

    private func opened(_ channel: OutboundChannel) {
        guard end == nil else { return }
        self.channel = channel
    }

    fileprivate func received(_ message: WebSocketMessage) {
        guard case .text(let bytes) = message else { return }
        do {
            hear(try WireJSON.parse(bytes))
        } catch {
            incoming.finish(throwing: error)
            channel?.close(code: 1002)
        }
    }

    private func hear(_ frame: JSONValue) {
        if let id = frame["id"]?.integer, let call = calls.removeValue(forKey: id) {
            if let problem = frame["error"] {
                call.resume(throwing: HubClientError.problem(problem))
            } else {
                call.resume(returning: frame)
            }
            return
        }
        if case .dropped = incoming.yield(frame) {
            incoming.finish(throwing: HubClientError.fellBehind)
            channel?.close(code: 1000)
        }
    }

    fileprivate func closed(code: UInt16, reason: String) {
        let end = HubClientError.closed(code: code, reason: reason)
        self.end = end
        channel = nil
        for call in calls.values { call.resume(throwing: end) }
        calls = [:]
        incoming.finish(throwing: end)
    }
}

/// Hears the connection on its loop, where the client lives too.
private final class Receiver: WebSocketHandler {
    let client: HubClient
    init(client: HubClient) { self.client = client }

    func received(_ message: WebSocketMessage) { client.assumeIsolated { $0.received(message) } }
    func closed(code: UInt16, reason: String) { client.assumeIsolated { $0.closed(code: code, reason: reason) } }
}
