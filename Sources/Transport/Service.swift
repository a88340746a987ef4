internal import Synchronization
internal import WebCodec

/// What all shards of one server share.
final class Service: Sendable {
    let handler: RequestHandler
    let bodyRule: BodyHandling.Rule
    let listeners: [OpenListener]
    let unixSeconds: @Sendable () -> Int64
    let trustedProxies: TrustedProxies
    let admission: Mutex<Admission>
    /// Of the descriptors that the system gives.
    let shortage = Mutex(LogPace())

    init(
        handler: @escaping RequestHandler, bodyRule: @escaping BodyHandling.Rule, listeners: [OpenListener],
        trustedProxies: TrustedProxies, admission: Admission, unixSeconds: @escaping @Sendable () -> Int64
    ) {
        self.listeners = listeners
        self.handler = handler
        self.bodyRule = bodyRule
        self.trustedProxies = trustedProxies
        self.admission = Mutex(admission)
        self.unixSeconds = unixSeconds
    }
}
