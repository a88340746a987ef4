import Foundation
import Model
import RoostTesting
import Testing

@testable import Repository

/// git, and whoever runs it, is killed in the middle of every verb that changes something: the repository is usable afterwards,
/// and nothing that was in it is lost.
///
/// Which command dies, and when, is by chance: `ROOST_FAULT_SEED=<seed>` repeats, `ROOST_FAULT_ROUNDS=<count>` makes more of it than usual.
@Suite("Killed in the middle", .timeLimit(.minutes(30))) struct FaultTests {
    /// A few verbs take more.
    private static let commandsMax = 24
    /// Each some 300 ms.
    private static let usualRounds = 1

    @Test("the repository is usable and nothing is lost", arguments: FaultVerb.allCases)
    func survives(verb: FaultVerb) async throws {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["ROOST_FAULT_ROUNDS"].flatMap(Int.init) ?? Self.usualRounds
        let first = environment["ROOST_FAULT_SEED"].flatMap(UInt64.init) ?? 1
        let isMore = environment["ROOST_FAULT_ROUNDS"] != nil
        var commandsMax = Self.commandsMax
        for round in 0..<UInt64(rounds) {
            for moment in Faults.Moment.allCases where moment != .before || isMore {
                var random = SeededRandom(seed: (first + round) * 1_000 + UInt64(moment.rawValue.utf8.count))
                do {
                    // One that ended before its turn came is played again, with fewer to choose from.
                    while let begun = try await Self.play(verb, moment, among: commandsMax, &random) {
                        commandsMax = begun
                    }
                } catch {
                    Issue.record("ROOST_FAULT_SEED=\(first + round): \(verb), \(moment): \(error)")
                }
            }
        }
    }

    /// - Parameter commandsMax: one of as many is to be killed.
    /// - Returns: how many there were, where that is fewer; nil when one was killed.
    private static func play(
        _ verb: FaultVerb, _ moment: Faults.Moment, among commandsMax: Int, _ random: inout SeededRandom
    ) async throws -> Int? {
        let faults = try await Faults()
        // What it is to bring back is there before it is taken away.
        let whole = try await faults.possessions(without: verb.refsGoing)
        try await verb.prepare(faults)
        let count = Int.random(in: 1...commandsMax, using: &random)
        let dying = try faults.dying(
            moment, at: count, delayMilliseconds: Int.random(in: 0...12, using: &random))
        let isToComeBack = verb == .bringBack || verb == .bringBackDetached
        let before = isToComeBack ? whole : try await faults.possessions(without: verb.refsGoing)
        do { try await verb.perform(dying, faults) } catch is GitFailure {} catch let error as RepositoryError {
            // One that was killed amid a question has no answer.
            guard try faults.commandCount >= count else { throw error }
        }
        let begun = try faults.commandCount
        guard begun > 0 else { throw NothingBegun() }
        guard begun >= count else { return begun }
        try await faults.waitForTheKilled()
        try await faults.requireAll(of: before)
        // Once more, by a hub that was started again: it may have been done, or be begun.
        do { try await verb.perform(faults.git, faults) } catch is RepositoryError {} catch let error as GitFailure {
            // What git itself had not finished is called off below.
            guard try await faults.git.operation(in: faults.worktree) != nil else { throw error }
        }
        try await faults.requireAll(of: before)
        // A file of which half is written is for somebody to look at.
        if moment != .amid || !verb.isLanding { try await verb.requireDone(faults) }
        try await faults.requireUsable()
        try await faults.requireAll(of: before)
        return nil
    }

    private struct NothingBegun: Error {}

    /// Verbs that change nothing that anybody could miss.
    private static let looks: Set<String> = [
        "blame", "blob", "branchExists", "branchHead", "branchStatus", "branches", "commitInfo", "commits",
        "compareCommits", "compareFile", "diff", "headCommit", "holds", "holdsFolder", "inspect", "isCommit", "landing",
        "look",
        "mergeBase",
        "operation", "presentFiles", "remote", "remoteAddress", "removalLook", "removedWorktrees", "search", "showing",
        "snapshots", "status", "touchCounts", "trackedFiles", "tree", "validateBranchName", "watchedFolders",
        "withFolder", "workState", "worktreeList",
    ]

    @Test("there is no verb that is neither killed here nor only a look")
    func completeness() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/Repository").standardizedFileURL
        var verbs: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            guard file.pathExtension == "swift" else { continue }
            var isGit = false
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                if line.first?.isLetter == true {
                    isGit = line.contains("extension Git {") || line.contains("struct Git:")
                }
                guard isGit, let name = line.firstMatch(of: /^    package func (\w+)/)?.output.1 else { continue }
                verbs.insert(String(name))
            }
        }
        let killed = Set(FaultVerb.allCases.map(\.function))
        #expect(verbs == killed.union(Self.looks))
        #expect(killed.isDisjoint(with: Self.looks))
    }
}
