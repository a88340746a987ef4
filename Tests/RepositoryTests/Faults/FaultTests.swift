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
    enum Verb: String, CaseIterable {
        case addWorktree, removeWorktree, commitAll, commitFiles, amend, deleteFile, renameBranch, saveWork, rewind
        case snapshot, restore, prune, merge, squash, fastForward, rebase, conflict, continueRebase, abortRebase
        case revertHunks, revertFiles
    }

    /// Each some 300 ms.
    private static let usualRounds = 1

    @Test("the repository is usable and nothing is lost", arguments: Verb.allCases)
    func survives(verb: Verb) async throws {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["ROOST_FAULT_ROUNDS"].flatMap(Int.init) ?? Self.usualRounds
        let first = environment["ROOST_FAULT_SEED"].flatMap(UInt64.init) ?? 1
        for round in 0..<UInt64(rounds) {
            for moment in Faults.Moment.allCases {
                var random = SeededRandom(seed: (first + round) * 1_000 + UInt64(moment.rawValue.utf8.count))
                do {
                    try await Self.play(verb, moment, &random)
                } catch {
                    Issue.record("ROOST_FAULT_SEED=\(first + round): \(verb), \(moment): \(error)")
                }
            }
        }
    }

    private static func play(_ verb: Verb, _ moment: Faults.Moment, _ random: inout SeededRandom) async throws {
        let faults = try await Faults()
        try await prepare(verb, faults)
        let count = Int.random(in: 1...12, using: &random)
        let dying = try faults.dying(
            moment, at: count, delayMilliseconds: Int.random(in: 0...12, using: &random))
        let before = try await faults.possessions()
        do { try await perform(verb, dying, faults) } catch is GitFailure {} catch let error as RepositoryError {
            // One that was killed amid a question has no answer.
            guard try faults.commandCount >= count else { throw error }
        }
        try await faults.requireAll(of: before)
        // Once more, by a hub that was started again: it may have been done, or be begun.
        do { try await perform(verb, faults.git, faults) } catch is RepositoryError {} catch let error as GitFailure {
            // What git itself had not finished is called off below.
            guard try await faults.git.operation(in: faults.worktree) != nil else { throw error }
        }
        try await faults.requireAll(of: before)
        try await faults.requireUsable()
        try await faults.requireAll(of: before)
    }

    private static func prepare(_ verb: Verb, _ faults: Faults) async throws {
        let (sandbox, git, worktree) = (faults.sandbox, faults.git, faults.worktree)
        switch verb {
        case .addWorktree, .commitAll, .commitFiles, .amend, .deleteFile, .renameBranch, .saveWork, .rewind, .snapshot,
            .restore, .prune, .revertHunks, .revertFiles, .removeWorktree:
            break
        case .fastForward: _ = try await git.saveWork(worktree, message: "work")
        case .merge, .squash, .rebase:
            _ = try await git.saveWork(worktree, message: "work")
            try sandbox.write("elsewhere", "main\n")
            try await faults.plain.commitAll()
        case .conflict, .continueRebase, .abortRebase:
            _ = try await git.saveWork(worktree, message: "work")
            try sandbox.write("a", "main\n")
            try await faults.plain.commitAll()
            guard verb != .conflict else { return }
            _ = try await git.rebase(worktree, onto: "main")
            if verb == .continueRebase { try sandbox.write("a", "both\n", in: worktree) }
        }
    }

    private static func perform(_ verb: Verb, _ git: Git, _ faults: Faults) async throws {
        let (repository, worktree) = (faults.sandbox.repository, faults.worktree)
        switch verb {
        case .addWorktree:
            _ = try await git.addWorktree(repository, path: faults.sandbox.path("new"), branch: "new", from: "main")
        case .removeWorktree:
            try await git.removeWorktree(
                repository, path: worktree, scope: "run", name: "removed", takesChanges: true)
        case .commitAll: _ = try await git.commit(worktree, message: "all")
        case .commitFiles: _ = try await git.commit(worktree, files: ["b", "untracked"], message: "some")
        case .amend: _ = try await git.commit(worktree, amending: "main", message: "again")
        case .deleteFile: _ = try await git.deleteFile(worktree, file: "made/x", message: "gone")
        case .renameBranch: try await git.renameBranch(repository, from: "run", to: "other")
        case .saveWork: _ = try await git.saveWork(worktree, message: "work")
        case .rewind: _ = try await git.rewind(worktree, to: "main", message: "work")
        case .snapshot: _ = try await git.snapshot(worktree, scope: "s", name: "n2", kind: .manual, note: "two")
        case .restore:
            _ = try await git.restore(worktree, scope: "s", name: "n1", checkpoint: UUID().uuidString, note: "back")
        case .prune: try await git.pruneSnapshots(repository, scope: "s", keeping: 0, sparing: "")
        case .merge, .squash, .fastForward:
            let strategy: MergeStrategy = verb == .merge ? .merge : verb == .squash ? .squash : .fastForward
            _ = try await git.merge(repository, branch: "run", into: "main", strategy: strategy, message: "lands")
        case .rebase, .conflict: _ = try await git.rebase(worktree, onto: "main")
        case .continueRebase: _ = try await git.continueOperation(worktree)
        case .abortRebase:
            _ = try await git.snapshot(worktree, scope: "s", name: "before", kind: .auto, note: "before")
            _ = try await git.abortOperation(worktree)
        case .revertHunks:
            // The snapshot that comes before, as the verb's own callers make it.
            _ = try await git.snapshot(worktree, scope: "s", name: "before", kind: .auto, note: "before")
            let diff = try await git.diff(worktree: worktree, against: "HEAD")
            if let patch = diff.files.first?.patch { try await git.revert(worktree, patch: patch, hunks: [0]) }
        case .revertFiles:
            _ = try await git.snapshot(worktree, scope: "s", name: "before", kind: .auto, note: "before")
            try await git.revertFiles(worktree, to: "main", files: nil)
        }
    }
}
