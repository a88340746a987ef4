@preconcurrency import Dispatch
import Glibc

/// The signals that ask the hub to go (SIGINT, SIGTERM, and SIGUSR2 where another one takes over) or to read its
/// certificates anew (SIGHUP), as a stream.
enum Signals {
    static func all() -> AsyncStream<Int32> {
        AsyncStream { continuation in
            let sources = [SIGINT, SIGTERM, SIGHUP, HubProcess.handOver].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(number) }
                source.activate()
                return source
            }
            continuation.onTermination = { [sources] _ in for source in sources { source.cancel() } }
        }
    }
}
