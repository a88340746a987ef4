/// Which of a client's connections wait for a request, in the order in which they began to.
struct IdleConnections {
    /// Whose requests may share a connection: the same server, which has proved to the same authorities to be who it is.
    struct Key: Equatable {
        private let place: Listener.Place
        private let name: String
        private let tls: ObjectIdentifier?

        /// - Parameter server: whoever keeps the connection keeps its `tls`, too, so that it is the only one of its identity.
        init(_ server: ServerEndpoint) {
            (place, name, tls) = (server.place, server.name, server.tls.map { ObjectIdentifier($0) })
        }
    }

    private let limits: HTTPClientLimits
    private var entries: [(key: Key, id: UInt64)] = []

    init(limits: HTTPClientLimits) {
        self.limits = limits
    }

    /// The one that has waited the shortest: the others may come to their end.
    mutating func take(for key: Key) -> UInt64? {
        entries.lastIndex { $0.key == key }.map { entries.remove(at: $0).id }
    }

    /// - Returns: the connection that has to make room.
    mutating func keep(_ id: UInt64, for key: Key) -> UInt64? {
        entries.append((key, id))
        guard entries.count(where: { $0.key == key }) <= limits.idleConnectionsPerServerMax else {
            return entries.firstIndex { $0.key == key }.map { entries.remove(at: $0).id }
        }
        return entries.count > limits.idleConnectionsMax ? entries.removeFirst().id : nil
    }

    mutating func forget(_ id: UInt64) {
        entries.removeAll { $0.id == id }
    }
}
