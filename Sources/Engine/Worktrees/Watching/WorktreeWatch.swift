import Model
import Repository
import Synchronization

/// One worktree that is kept live.
final class WorktreeWatch: Sendable {
    /// What viewers know.
    struct Told: Sendable, Equatable {
        let branch: RunBranch
        let look: WorktreeLook
    }

    private struct State {
        var told: Told?
        /// Its folders are not those that are watched.
        var hasFolderChange = true
        var isPolled = false
        /// How often something in it has changed, counted from another number for each watch.
        var changeCount: Int
        /// No change goes unnoticed: all its folders are watched.
        var isCovered = false
        var task: Task<Void, Never>?
    }

    let run: Run.ID
    let target: String
    let worktree: String
    let base: String
    private let state: Mutex<State>
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// - Parameter number: no other watch has it.
    init(_ run: Run, in worktree: String, since base: String, told: Told?, number: Int) {
        (self.run, target, self.worktree, self.base) = (run.id, run.targetBranch, worktree, base)
        state = Mutex(State(told: told, changeCount: number << 32))
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Whether it looks where a run works, and holds what it sees against what that run's work is held against.
    func isOf(_ run: Run) -> Bool {
        worktree == run.worktreeOnDisk && base == run.baseCommit && target == run.targetBranch
    }

    var told: Told? {
        get { state.withLock(\.told) }
        set { state.withLock { $0.told = newValue } }
    }

    var isPolled: Bool {
        get { state.withLock(\.isPolled) }
        set { state.withLock { $0.isPolled = newValue } }
    }

    /// Something in it has changed.
    func touch(isFolder: Bool) {
        state.withLock { state in
            state.changeCount += 1
            if isFolder { (state.hasFolderChange, state.isCovered) = (true, false) }
        }
        signal.yield()
    }

    /// The same for as long as nothing changes in it; nil where that could go unnoticed.
    var changeCount: Int? { state.withLock { $0.isCovered ? $0.changeCount : nil } }

    /// All its folders are watched, but for those that came since they were to be listed.
    func cover() { state.withLock { $0.isCovered = !$0.hasFolderChange } }

    /// - Returns: whether its folders are to be listed anew; for one that found no room, each time: there may be some now.
    func takeFolderChange() -> Bool {
        state.withLock { state in
            defer { state.hasFolderChange = false }
            return state.hasFolderChange || state.isPolled
        }
    }

    /// Returns at the next touch, at once when there was one meanwhile, after `duration`, and when the task is cancelled.
    func wait(atMost duration: Duration, on clock: any TimeSource) async {
        let alarm = Task { [signal] in
            do {
                try await clock.sleep(for: duration)
                signal.yield()
            } catch {
                // It was touched before.
            }
        }
        for await _ in signals { break }
        alarm.cancel()
    }

    func begin(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { $0.task = Task { await work() } }
    }

    func cancel() { state.withLock(\.task)?.cancel() }

    func ended() async { await state.withLock(\.task)?.value }
}
