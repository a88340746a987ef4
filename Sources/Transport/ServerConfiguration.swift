package import Logging

package struct ServerConfiguration: Sendable {
    /// A numeric address or a name of this machine.
    package var host = "127.0.0.1"
    /// 0 lets the kernel choose.
    package var port: UInt16 = 0
    /// Threads that turn loops. With more than one, each has its own listener on the port (SO_REUSEPORT), and the
    /// kernel deals connections out; a second server could then listen there too, so one is the default.
    package var shardCount = 1
    package var limits = TransportLimits()
    package var log: Logger
    /// For the `Date` header.
    package var unixSeconds: @Sendable () -> Int64

    package init(log: Logger, unixSeconds: @escaping @Sendable () -> Int64) {
        self.log = log
        self.unixSeconds = unixSeconds
    }
}
