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
// No call into the library may call back into a connection before it returns, save those for connecting; so nothing
// here is re-entered while it changes. A socket's C pointer never crosses an await: a connection is an id outside its
// shard.

package final class Server: Sendable {
    /// The one that was asked for, or the one that the kernel chose.
    package let port: UInt16
    package let shards: [Shard]

    private init(port: UInt16, shards: [Shard]) {
        self.port = port
        self.shards = shards
    }

    /// Listens and serves. The loops' threads live as long as the process, also after `stop`.
    package static func start(
        _ configuration: ServerConfiguration, handler: @escaping RequestHandler
    ) throws(TransportError) -> Server {
        let service = Service(handler: handler, unixSeconds: configuration.unixSeconds)
        var port = configuration.port
        var shards: [Shard] = []
        for _ in 0..<max(1, configuration.shardCount) {
            let shard = try Shard(limits: configuration.limits, log: configuration.log, service: service)
            port = try shard.loop.listen(
                host: configuration.host, port: port, isShared: configuration.shardCount > 1)
            shards.append(shard)
        }
        for shard in shards { try shard.start() }
        return Server(port: port, shards: shards)
    }

    /// Stops accepting, tells the handlers, lets answers that are being made and frames that wait go out, and closes.
    /// What is left at the deadline is cut.
    package func stop(deadlineSeconds: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for shard in shards { group.addTask { await shard.stop(deadlineSeconds: deadlineSeconds) } }
        }
    }
}
