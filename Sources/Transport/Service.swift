internal import Synchronization
internal import WebCodec

/// What all shards of one server share.
final class Service: Sendable {
    let handler: RequestHandler
    let bodyRule: BodyHandling.Rule
    let listeners: [OpenListener]
    let unixSeconds: @Sendable () -> Int64
    private let connectionCount = Atomic<Int>(0)

    init(
        handler: @escaping RequestHandler, bodyRule: @escaping BodyHandling.Rule, listeners: [OpenListener],
        unixSeconds: @escaping @Sendable () -> Int64
    ) {
        self.listeners = listeners
        self.handler = handler
        self.bodyRule = bodyRule
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
