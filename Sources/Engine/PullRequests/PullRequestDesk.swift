import Logging
import Model

/// Looks after open pull requests, one at a time and at a bounded pace. Which there are is read from the rows when the hub
/// starts; those that are made later are told.
actor PullRequestDesk {
    /// 32 times the pause after five failures in a row: half an hour at the usual one.
    private static let doublingsMax = 5

    private struct Watched {
        /// Another one each time that somebody says that it is to be watched.
        let number: Int
        var failures = 0
        /// How many rounds it sits out.
        var pause = 0
    }

    private let clock: any TimeSource
    private let pollSeconds: Int
    private let log: Logger
    private var watched: [Run.ID: Watched] = [:]
    private var watchedCount = 0
    private var work: Task<Void, Never>?

    init(clock: any TimeSource, pollSeconds: Int, log: Logger) {
        self.clock = clock
        self.pollSeconds = pollSeconds
        self.log = log
    }

    /// - Parameter look: says whether it is still open.
    func start(watching runs: [Run.ID], _ look: @escaping @Sendable (Run.ID) async throws -> Bool) {
        for run in runs { watch(run) }
        work = Task {
            while true {
                do { try await clock.sleep(for: .seconds(pollSeconds)) } catch { return }
                await round(look)
            }
        }
    }

    func stop() async {
        work?.cancel()
        await work?.value
    }

    /// Also of one that is watched already: it may have been given up as not to be reached.
    func watch(_ run: Run.ID) {
        watchedCount += 1
        watched[run] = Watched(number: watchedCount)
    }

    private func round(_ look: (Run.ID) async throws -> Bool) async {
        for run in watched.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            guard !Task.isCancelled, var state = watched[run] else { continue }
            guard state.pause == 0 else {
                state.pause -= 1
                watched[run] = state
                continue
            }
            do {
                let isOpen = try await look(run)
                guard watched[run]?.number == state.number else { continue }
                watched[run] = isOpen ? Watched(number: state.number) : nil
            } catch is CancellationError {
                return
            } catch {
                guard watched[run]?.number == state.number else { continue }
                state.failures += 1
                state.pause = (1 << min(state.failures, Self.doublingsMax)) - 1
                watched[run] = state
                log.warning(
                    "a pull request was not looked at",
                    metadata: ["run": "\(run)", "failures": "\(state.failures)", "error": "\(error)"])
            }
        }
    }
}
