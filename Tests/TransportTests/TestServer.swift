import Logging
import Synchronization
import Transport
import WebCodec

/// A server on a port of its own, with a handler of the test's.
struct TestServer {
    let server: Server
    var port: UInt16 { server.port }

    init(
        port: UInt16 = 0, limits: TransportLimits = TransportLimits(), shardCount: Int = 1,
        tls: TLSConfiguration? = nil,
        trustedProxies: [String] = [], observer: (any TransportObserver)? = nil,
        log: Logger? = nil, bodyRule: @escaping BodyHandling.Rule = { _ in .whole },
        isOnlyWaiting: @escaping @Sendable (RequestHead) -> Bool = { _ in false },
        _ handler: @escaping RequestHandler
    ) throws {
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        var configuration = ServerConfiguration(log: log ?? quiet, unixSeconds: { 784_111_777 })
        configuration.limits = limits
        configuration.shardCount = shardCount
        configuration.trustedProxies = TrustedProxies(trustedProxies.compactMap { .init($0) })
        if let observer { configuration.observer = observer }
        configuration.listeners = [Listener(.tcp(host: "127.0.0.1", port: port), tls: tls)]
        server = try Server.start(
            configuration, bodyRule: bodyRule, isOnlyWaiting: isOnlyWaiting,
            handler: handler)
    }

    /// Connects, talks and hangs up on a thread of its own, then stops the server.
    func talk<Value: Sendable>(_ body: @escaping @Sendable (RawClient) throws -> Value) async throws -> Value {
        let port = port
        let value = try await offPool { try body(try RawClient(port: port)) }
        await server.stop(deadlineSeconds: 1)
        return value
    }

    /// Stops while `talk` goes on, on a thread of its own. Hangs up on the clients at its end, however it ends: a stop
    /// that waited for them would hide what was thrown.
    func stop(
        deadlineSeconds: Int, clients: [RawClient], while talk: @escaping @Sendable () throws -> Void
    ) async throws {
        async let stopped: Void = server.stop(deadlineSeconds: deadlineSeconds)
        var failure: (any Error)?
        do { try await offPool(talk) } catch { failure = error }
        for client in clients { client.hangUp() }
        await stopped
        if let failure { throw failure }
    }
}

/// A latch: what waits goes on once it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

    func open() {
        let waiters = state.withLock { state in
            defer { state = (true, []) }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { waiter in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(waiter) }
                return state.isOpen
            }
            if isOpen { waiter.resume() }
        }
    }
}

/// Says back what it hears, as Autobahn's test suite wants it.
final class EchoHandler: WebSocketHandler {
    let channel: OutboundChannel
    private let told: Mutex<(code: UInt16, reason: String)?> = Mutex(nil)
    let ended = Gate()

    init(_ channel: OutboundChannel) {
        self.channel = channel
    }

    /// Set once `ended` is open.
    var closing: (code: UInt16, reason: String)? { told.withLock { $0 } }

    func received(_ message: WebSocketMessage) {
        switch message {
        case .text(let bytes): channel.send([.text(bytes)])
        case .binary(let bytes): channel.send([.binary(bytes)])
        }
    }

    func closed(code: UInt16, reason: String) {
        told.withLock { $0 = (code, reason) }
        ended.open()
    }
}
