import Glibc

/// Tells the thread that watches a program to end it. Raising it twice is the same as once.
final class StopSignal: Sendable {
    private let raising: Descriptor
    /// Becomes readable once the signal is raised.
    let watched: Descriptor

    init() throws {
        (raising, watched) = try Descriptor.pair()
    }

    func raise() {
        // The far end then reads as ended for ever, which no lost or doubled byte can change.
        _ = shutdown(raising.number, Int32(SHUT_WR))
    }
}
