internal import WebCodec

/// Who is let in: how many connections there are and from where, and how fast new ones come. One for all shards.
struct Admission: Sendable {
    /// What an open connection occupies.
    enum Place: Sendable, Equatable {
        /// - Parameter client: nil for one that is not counted by its address.
        case served(client: IPAddress?)
        /// Open as long as it takes to be told why.
        case refused
    }

    enum Limit: String, Sendable, CaseIterable {
        case connectionCountMax, connectionsPerAddressMax, handshakesPerSecond
    }

    struct Refusal: Error, Equatable {
        let limit: Limit
        let error: HTTPError
        /// Whether there is room to tell. Who is not told is closed at once: refusing must cost less than serving.
        let isTold: Bool
        /// Set when the log should have it: how often it happened since the log had it last.
        let countToLog: Int?
    }

    private let limits: TransportLimits
    private var connectionCount = 0
    private var countsByClient: [IPAddress: Int] = [:]
    private var refusedCount = 0
    private var handshakes: TokenBucket
    private var logs: [Limit: LogPace] = [:]

    init(limits: TransportLimits) {
        self.limits = limits
        handshakes = TokenBucket(countPerSecond: limits.handshakesPerSecond)
    }

    /// A connection that was accepted.
    ///
    /// - Parameters:
    ///   - client: nil for one that is not counted by its address.
    ///   - isLocal: comes by a Unix socket: no network brings a storm of them.
    mutating func enter(
        client: IPAddress?, isLocal: Bool = false, nowMilliseconds now: UInt64
    ) throws(Refusal) -> Place {
        guard isLocal || handshakes.take(nowMilliseconds: now) else { throw refuse(.handshakesPerSecond, now) }
        guard connectionCount < limits.connectionCountMax else { throw refuse(.connectionCountMax, now) }
        if let client, !count(client) { throw refuse(.connectionsPerAddressMax, now) }
        connectionCount += 1
        return .served(client: client)
    }

    /// A client behind a trusted proxy: for as long as a request or a stream of it lasts.
    mutating func enter(behindProxy client: IPAddress, nowMilliseconds now: UInt64) throws(Refusal) {
        guard count(client) else { throw refusal(.connectionsPerAddressMax, now, isTold: true) }
    }

    mutating func leave(behindProxy client: IPAddress) { uncount(client) }

    /// - Returns: whether there was a place.
    private mutating func count(_ client: IPAddress) -> Bool {
        let count = countsByClient[client, default: 0]
        guard count < limits.connectionsPerAddressMax else { return false }
        countsByClient[client] = count + 1
        return true
    }

    mutating func leave(_ place: Place) {
        switch place {
        case .refused: refusedCount -= 1
        case .served(let client):
            connectionCount -= 1
            if let client { uncount(client) }
        }
    }

    private mutating func uncount(_ client: IPAddress) {
        guard let count = countsByClient[client] else { preconditionFailure("\(client) was not counted") }
        countsByClient[client] = count > 1 ? count - 1 : nil
    }

    private mutating func refuse(_ limit: Limit, _ now: UInt64) -> Refusal {
        let isTold = refusedCount < TransportLimits.refusalCountMax
        if isTold { refusedCount += 1 }
        return refusal(limit, now, isTold: isTold)
    }

    private mutating func refusal(_ limit: Limit, _ now: UInt64, isTold: Bool) -> Refusal {
        Refusal(
            limit: limit, error: error(limit), isTold: isTold,
            countToLog: logs[limit, default: LogPace()].countToLog(nowMilliseconds: now))
    }

    private func error(_ limit: Limit) -> HTTPError {
        switch limit {
        case .connectionCountMax:
            HTTPError(.serverFull, "more than connectionCountMax (\(limits.connectionCountMax)) connections")
        case .connectionsPerAddressMax:
            HTTPError(
                .addressFull,
                "more than connectionsPerAddressMax (\(limits.connectionsPerAddressMax)) connections of one address")
        case .handshakesPerSecond:
            HTTPError(
                .handshakesTooFast,
                "more than handshakesPerSecond (\(limits.handshakesPerSecond)) new connections")
        }
    }
}
