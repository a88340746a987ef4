/// What happens to a channel, told on its loop's thread: an actor bound to `channel.unownedExecutor` may come in with
/// `assumeIsolated`. No call of the channel's calls back before it returns.
package protocol OutboundHandler: AnyObject, Sendable {
    /// The first call. The channel takes frames from here on.
    func opened()
    /// The kernel has taken something, and no more than `TransportLimits.lowWaterByteCount` waits: the time to hand
    /// over more.
    func drained()
    /// The server is about to close this channel; what is handed over now still goes out.
    func stopping()
    /// The last call, always made. 1006 when the connection broke.
    func closed(code: UInt16, reason: String)
}

package protocol WebSocketHandler: OutboundHandler {
    func received(_ message: WebSocketMessage)
}

extension OutboundHandler {
    package func opened() {}
    package func drained() {}
    package func stopping() {}
}
