internal import Synchronization

/// What all shards of one server share.
final class Service: Sendable {
    let handler: RequestHandler
    let listeners: [OpenListener]
    let unixSeconds: @Sendable () -> Int64
    private let connectionCount = Atomic<Int>(0)

    init(
        handler: @escaping RequestHandler, listeners: [OpenListener], unixSeconds: @escaping @Sendable () -> Int64
    ) {
        self.listeners = listeners
        self.handler = handler
        self.unixSeconds = unixSeconds
    }

    /// - Returns: how many there are now.
    func countConnection() -> Int {
        connectionCount.add(1, ordering: .relaxed).newValue
    }

    func uncountConnection() {
        connectionCount.subtract(1, ordering: .relaxed)
    }
}
