import Foundation
import Testing

/// Random verbs on random repositories, by seed, with plain git as the one who knows.
///
/// Somebody renames, links, removes and writes at random in a worktree: text, binary, modes, names of all kinds, repositories in the
/// repository, what git ignores, what is only staged, stashes. Between this a verb of ours is done, and what it says and leaves is
/// held against what git's own commands say in an index of their own, or do in a copy; and whatever was there is still somewhere.
/// See `OraclePlay.swift` for the verbs, `Meddler.swift` for what is changed, and `Belongings.swift` for what must not get lost.
///
/// A seed that fails is named; `ROOST_GIT_SEED=<seed>` plays it alone, and `ROOST_GIT_SEEDS=<count>` more of them than usual.
@Suite("Random verbs, against plain git", .timeLimit(.minutes(30))) struct OracleTests {
    /// Some 25 s on two cores.
    private static let usualSeedCount: UInt64 = 12
    /// Two at a time: each waits for git most of its time.
    private static let laneCount: UInt64 = 2

    @Test("what we say is what git says, and what we do is what git does", arguments: 0..<laneCount)
    func agrees(lane: UInt64) async throws {
        for seed in Self.seeds(of: lane) {
            var steps: [String] = []
            do {
                let play = try await OraclePlay(seed: seed)
                defer { steps = play.steps }
                try await play.run()
            } catch {
                Issue.record("ROOST_GIT_SEED=\(seed): \(error)\n\(steps.joined(separator: "\n"))")
            }
        }
    }

    private static func seeds(of lane: UInt64) -> [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["ROOST_GIT_SEED"].flatMap(UInt64.init) { return lane == 0 ? [seed] : [] }
        let count = environment["ROOST_GIT_SEEDS"].flatMap(UInt64.init) ?? usualSeedCount
        return Array(stride(from: lane, to: count, by: Int(laneCount)))
    }
}
