package import Model
internal import Synchronization

/// Identifiers that are the same in every run of a test: by seed, each a millisecond after the one before, so that
/// they sort by their making.
package final class SeededIDs: IdentifierSource {
    private struct State {
        var milliseconds: UInt64 = 0
        var random: SeededRandom
    }

    private let state: Mutex<State>

    package init(seed: UInt64 = 1) { state = Mutex(State(random: SeededRandom(seed: seed))) }

    package func next() -> ULID {
        state.withLock { state in
            state.milliseconds += 1
            return ULID(
                milliseconds: state.milliseconds, randomHigh: UInt16(truncatingIfNeeded: state.random.next()),
                randomLow: state.random.next())
        }
    }
}
