// Transport: sockets, HTTP exchanges, event streams and WebSockets. It knows no card and no channel of the hub.
//
// libwebsockets carries the bytes, in its raw role; its HTTP and WebSocket roles are not used, for reasons that
// WebCodec's HTTPRequestParser.swift gives. Reading order:
//
//   Server            what a program starts and stops: shards behind one port
//   Loop              the thread that libwebsockets turns on, as a Swift executor
//   Shard             the actor on that thread: connections by id, events of the library, one TimingWheel of deadlines
//   Connection        one socket and what waits to be written to it (OutboundQueue of shared Frames)
//   ConnectionSession what the bytes mean at the moment: HTTPSession, then perhaps EventStreamSession or
//                     WebSocketSession; ClientHandshakeSession for connections that we make
//   OutboundChannel   what the world outside holds of a stream: an id, and calls that are made on the loop
//
// The way of a frame: whoever has news hands frames to channels on their loop; the connection is marked; when the
// loop's turn ends, each marked connection writes all it has in one sendmsg, straight from the shared frames. Only a
// socket that took less than it was offered waits for the library's WRITABLE: with libuv, that costs seven system
// calls a frame.
//
// TLS is OpenSSL's between the socket and the session (TLSStream), not libwebsockets' own: frames bypass the library's
// buffers anyway, certificates change under open connections, and names, client certificates and alerts need no vhosts.
//
// No call into the library may call back into a connection before it returns, save those for connecting; so nothing
// here is re-entered while it changes. A socket's C pointer never crosses an await: a connection is an id outside its
// shard.

internal import Glibc
internal import Logging
package import WebCodec

package final class Server: Sendable {
    /// Where it listens, in the order of the configuration, with the ports that the kernel chose.
    package var places: [Listener.Place] { service.listeners.map(\.place) }
    package let shards: [Shard]
    private let service: Service
    private let limits: TransportLimits
    private let log: Logger

    private init(service: Service, shards: [Shard], limits: TransportLimits, log: Logger) {
        self.service = service
        self.shards = shards
        self.limits = limits
        self.log = log
    }

    /// Of the first TCP listener; 0 where there is none.
    package var port: UInt16 {
        for case .tcp(_, let port) in places { return port }
        return 0
    }

    /// Listens and serves. The loops' threads live as long as the process, also after `stop`.
    ///
    /// - Parameters:
    ///   - bodyRule: which requests' bodies their handler takes as they come.
    ///   - isOnlyWaiting: which requests wait for something to happen, and do nothing before: they are given up when their
    ///     clients leave or the server stops. Asked then, on a loop's thread.
    package static func start(
        _ configuration: ServerConfiguration, bodyRule: @escaping BodyHandling.Rule = { _ in .whole },
        isOnlyWaiting: @escaping @Sendable (RequestHead) -> Bool = { _ in false },
        handler: @escaping RequestHandler
    ) throws(TransportError) -> Server {
        let shardCount = max(1, configuration.shardCount)
        var listeners: [OpenListener] = []
        do {
            for listener in configuration.listeners {
                listeners.append(
                    try OpenListener(listener, shardCount: shardCount, joinsOthers: configuration.joinsOthers))
            }
            let service = Service(
                configuration, listeners: listeners, bodyRule: bodyRule, isOnlyWaiting: isOnlyWaiting,
                handler: handler)
            let shards = try makeShards(shardCount, configuration, service)
            return Server(service: service, shards: shards, limits: configuration.limits, log: configuration.log)
        } catch {
            for listener in listeners { listener.close() }
            throw error
        }
    }

    private static func makeShards(
        _ count: Int, _ configuration: ServerConfiguration, _ service: Service
    ) throws(TransportError) -> [Shard] {
        var shards: [Shard] = []
        for index in 0..<count {
            let shard = try Shard(limits: configuration.limits, log: configuration.log, service: service)
            for (tag, listener) in service.listeners.enumerated() {
                let error = shard.loop.accept(from: listener.descriptors[index], tag: tag)
                guard error == 0 else { throw .cannotListen(listener.place, errno: error) }
            }
            shards.append(shard)
        }
        for shard in shards { try shard.start() }
        return shards
    }

    /// For a server that joined another one (`ServerConfiguration.joinsOthers`), which is about to go: new connections
    /// come here alone.
    ///
    /// Otherwise those whose handshake is under way when the other one closes its sockets would be reset.
    ///
    /// - Parameter otherCount: how many shards the other one has.
    /// - Returns: whether the kernel does it everywhere.
    package func attract(fromShards otherCount: Int) -> Bool {
        service.listeners.allSatisfy { $0.prefer(overOthers: otherCount) }
    }

    /// When the other one has gone: connections are dealt out to all shards alike.
    package func attractNoMore() -> Bool { service.listeners.allSatisfy { $0.preferNone() } }

    /// Reads certificates, keys and authorities anew. Connections that are open keep what they began with. When one
    /// file cannot be used, everything stays as it was; why is logged.
    @discardableResult
    package func reloadCertificates() -> Bool {
        let holders = service.listeners.compactMap(\.tls)
        do {
            let contexts = try holders.map { try $0.read() }
            for (holder, context) in zip(holders, contexts) { holder.use(context) }
            log.notice("certificates were read anew", metadata: ["listeners": "\(holders.count)"])
            return true
        } catch {
            log.error("certificates could not be read anew; the old ones stay", metadata: ["reason": "\(error)"])
            return false
        }
    }

    /// Stops accepting, closes what is idle, lets answers that are being made go out, and closes WebSockets and event
    /// streams at `TransportLimits.drainPacePerSecond`, each after its handler was told. What is left at the deadline is
    /// cut and logged.
    package func stop(deadlineSeconds: Int) async {
        // From the last to the first: the kernel puts the last socket of a port where a closed one was, so that those of a
        // server that joined stay together (see `attract`).
        for shard in shards.reversed() { await shard.stopListening() }
        let pacePerSecond = (limits.drainPacePerSecond + shards.count - 1) / shards.count
        await withTaskGroup(of: Void.self) { group in
            for shard in shards {
                group.addTask { await shard.stop(deadlineSeconds: deadlineSeconds, pacePerSecond: pacePerSecond) }
            }
        }
        for listener in service.listeners { listener.removeFile() }
    }
}
