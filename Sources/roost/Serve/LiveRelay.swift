import Engine
import Hub
import Model
import Synchronization

/// The way from the engine to the viewers, laid before there are any: the engine is made first, and the live half of
/// the hub needs the operations that it does.
final class LiveRelay: Sendable {
    private let hub = Mutex<LiveHub?>(nil)

    func connect(to hub: LiveHub) { self.hub.withLock { $0 = hub } }
    func publish(_ update: JobLogUpdate) { hub.withLock { $0 }?.publish(update) }
    func publish(_ chunk: OutputChunk) { hub.withLock { $0 }?.publish(chunk) }
    func wantsOutput(of run: Run.ID, in project: Project.ID) -> Bool {
        hub.withLock { $0 }?.wantsOutput(of: run, in: project) ?? false
    }
    func publish(_ updates: [LiveUpdate]) { hub.withLock { $0 }?.publish(updates) }
}
