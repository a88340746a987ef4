package import Transport
package import WebCodec

/// Says back what it hears: what conformance suites drive (tools/autobahn). Served only when the hub is asked to.
package enum WebSocketEcho {
    package static let path = "websocket-echo"
    /// The largest message and the most fragments that Autobahn's suite sends (its families 9.1 and 9.3).
    static let messageByteCountMax = 16 << 20
    static let fragmentCountMax = (4 << 20) / 64 + 1
    /// Answers that wait for the peer before the next message is taken.
    private static let pendingByteCountMax = 1 << 20

    /// - Returns: nil for another path.
    package static func respond(to head: RequestHead) -> Response? {
        guard head.path == [path] else { return nil }
        guard head.method == .get else { return .wrongMethod(head, allowed: [.get]) }
        var limits = WebSocketLimits()
        limits.messageByteCountMax = messageByteCountMax
        limits.fragmentCountMax = fragmentCountMax
        return Response(body: .webSocket(WebSocketOffer(limits: limits)) { Handler($0) })
    }

    private final class Handler: WebSocketHandler {
        private let channel: OutboundChannel

        init(_ channel: OutboundChannel) {
            self.channel = channel
        }

        func received(_ message: WebSocketMessage) {
            switch message {
            case .text(let bytes): channel.send([.text(bytes)])
            case .binary(let bytes): channel.send([.binary(bytes)])
            }
            if channel.pendingByteCount > pendingByteCountMax { channel.setReceiving(false) }
        }

        func drained() { channel.setReceiving(true) }
        func closed(code: UInt16, reason: String) {}
    }
}
