package import WebCodec

/// Everything that comes from outside, or waits for it, has its number here. A deadline in seconds is kept to
/// about `TimingWheel.tickMilliseconds`.
package struct TransportLimits: Sendable, Equatable {
    /// One request; above it 413, 414 or 431.
    package var http = HTTPLimits()
    /// One inbound message; above it close code 1009.
    package var webSocket = WebSocketLimits()
    /// Whether permessage-deflate is agreed to when a client asks for it.
    package var deflatesWebSockets = true

    /// Open connections of a server over all its shards. Above it: 503 with `Retry-After`, and closed. Debian's
    /// usual hard limit of open files is far above it.
    package var connectionCountMax = 10_000
    /// Open connections of one address (of IPv6: of one /64), over all shards. Above it: 503 with `Retry-After`, and
    /// closed. Half of all, so that no single address shuts out the others; the clients of this machine, and those of
    /// a proxy that is not trusted, have one address together. Those of a trusted one are counted while a request or a
    /// stream of theirs lasts. Unix sockets have no address.
    package var connectionsPerAddressMax = 5_000
    /// New connections in a second over all shards, and as many at once; Unix sockets come on top. Above it: 503 with
    /// `Retry-After`; over TLS, a fatal alert instead of a handshake, of which a core makes some 3,000 a second. Eight
    /// times as many as come back in a second after the hub was away (`returnsPerSecond`).
    package var handshakesPerSecond = 4_000
    /// What may wait in memory behind a request that is being answered; above it reading pauses.
    package var behindBusyByteCountMax = 64 << 10
    /// What may wait in memory of a body that its handler takes as it comes; above it reading pauses. Enough to
    /// write one piece to a disk while the next arrives.
    package var behindHandlerByteCountMax = 256 << 10
    /// `drained()` is called below it, and a peer's next request is looked at: enough to fill a socket while the next piece
    /// is being fetched. Of a streamed response, twice this may wait; of whole ones, one more.
    package var lowWaterByteCount = 64 << 10
    /// All that may wait for one WebSocket or event stream; above it close code 4008. Handlers that pull stay far below:
    /// it is for those that do not look. A frame that is larger goes out when nothing else waits. 64 MiB: four of the
    /// hub's largest answers, which are snapshots.
    package var outputByteCountMax = 64 << 20
    /// Control frames that wait for a peer that does not read; above it close code 4008.
    package var controlByteCountMax = 1 << 20

    /// From the first moment of a connection to the end of its TLS handshake; then it is cut.
    package var handshakeSeconds = 10
    /// From the first moment (or the first byte of a later request) to the end of the head; then 408. Apache's
    /// RequestReadTimeout begins at 20.
    package var headSeconds = 10
    /// From the end of the head to the end of a body that is kept whole; then 408. One that is taken as it comes has
    /// only the least rate.
    package var bodySeconds = 60
    /// Bytes a second that a body must bring while we wait for it; else 408. Apache's RequestReadTimeout has 500.
    package var bodyByteRateMin = 500
    /// What a body may take to get going before its rate is judged; Apache's 20.
    package var bodyRateGraceSeconds = 20
    /// Over how long the rate is taken: a radio link may be silent for some seconds.
    package var bodyRateWindowSeconds = 10
    /// Between two requests; nginx's keepalive_timeout.
    package var idleSeconds = 75
    /// Without the kernel taking one byte of what waits; then the connection is cut.
    package var stallSeconds = 60
    /// Between two pings of ours on a WebSocket; home routers forget a connection after 30 to 60.
    package var pingIntervalSeconds = 25
    /// Without a byte from a WebSocket's peer; two pings and some patience.
    package var deadPeerSeconds = 60
    /// Between two comments on an event stream with nothing to say.
    package var eventStreamPingSeconds = 15
    /// For the peer's close frame after ours.
    package var closeSeconds = 5
    /// For the peer's end of the connection after ours: closing at once with input unread would make the kernel
    /// send a reset, which can destroy a response on its way.
    package var lingerSeconds = 2
    /// WebSockets and event streams that are closed in a second when the server stops, over all shards: as many as a
    /// hub that begins can take in again (`returnsPerSecond`).
    package var drainPacePerSecond = 500
    /// For an outgoing connection and its handshake.
    package var connectSeconds = 10

    /// Connections that are refused, and open until they have been told why; others get nothing but a reset.
    package static let refusalCountMax = 64
    /// What a refused client is asked to wait.
    package static let retryAfterSeconds = 5

    package init() {}
}
