internal import Synchronization
internal import WebCodec

/// What all shards of one server share.
final class Service: Sendable {
    let handler: RequestHandler
    let bodyRule: BodyHandling.Rule
    let isOnlyWaiting: @Sendable (RequestHead) -> Bool
    let listeners: [OpenListener]
    let observer: any TransportObserver
    let makeRequestID: @Sendable () -> String
    let unixSeconds: @Sendable () -> Int64
    let trustedProxies: TrustedProxies
    let admission: Mutex<Admission>
    /// Of the descriptors that the system gives.
    let shortage = Mutex(LogPace())

    init(
        _ configuration: ServerConfiguration, listeners: [OpenListener], bodyRule: @escaping BodyHandling.Rule,
        isOnlyWaiting: @escaping @Sendable (RequestHead) -> Bool, handler: @escaping RequestHandler
    ) {
        self.listeners = listeners
        self.handler = handler
        self.bodyRule = bodyRule
        self.isOnlyWaiting = isOnlyWaiting
        trustedProxies = configuration.trustedProxies
        admission = Mutex(Admission(limits: configuration.limits))
        observer = configuration.observer
        makeRequestID = configuration.makeRequestID
        unixSeconds = configuration.unixSeconds
    }
}
