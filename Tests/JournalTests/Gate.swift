import Dispatch
import Journal
import Model

/// Holds the writer's thread, so that what is asked for meanwhile lands in one batch.
struct Gate: Sendable {
    private let opened = DispatchSemaphore(value: 0)
    private let holding: Task<Void, any Error>

    /// Returns once the writer is held.
    init(_ journal: Journal) async {
        let (held, tellHeld) = AsyncStream.makeStream(of: Void.self)
        let opened = opened
        holding = Task {
            _ = try await journal.change(.hub, by: .system) { _ in
                tellHeld.finish()
                opened.wait()
            }
        }
        for await _ in held {}
    }

    func open() async throws {
        opened.signal()
        try await holding.value
    }
}
