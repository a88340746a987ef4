package import WebCodec

/// What one WebSocket endpoint offers to those who ask for it.
package struct WebSocketOffer: Sendable {
    /// Of a client's list, the first that is here is agreed to; none is right too.
    package var subprotocols: Set<String>
    /// nil for the server's own (`TransportLimits.webSocket`).
    package var limits: WebSocketLimits?

    package init(subprotocols: Set<String> = [], limits: WebSocketLimits? = nil) {
        self.subprotocols = subprotocols
        self.limits = limits
    }
}
