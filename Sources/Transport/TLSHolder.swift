internal import Synchronization

/// A listener's TLS, which may be read anew while it is in use: connections that begin later get what is new.
final class TLSHolder: Sendable {
    private let configuration: TLSConfiguration
    private let held: Mutex<TLSContext>

    init(_ configuration: TLSConfiguration) throws(TLSError) {
        self.configuration = configuration
        held = Mutex(try TLSContext(configuration))
    }

    var context: TLSContext { held.withLock { $0 } }

    /// - Returns: what the files say now, not in use yet.
    func read() throws(TLSError) -> TLSContext { try TLSContext(configuration) }

    func use(_ context: TLSContext) { held.withLock { $0 = context } }
}
