import Foundation
import Model
import Testing

@testable import Repository

/// What `Git` can change, one way each in which it does.
enum FaultVerb: String, CaseIterable {
    case initialise, firstCommit, clone, addWorktree, removeWorktree, bringBack, bringBackDetached, forget
    case commitAll, commitWork, commitFiles, amend, deleteFile, saveWork, rewind
    case renameBranch, deleteBranch, snapshot, restore, prune, forgetSnapshots
    case merge, squash, fastForward, rebase, conflict, continueRebase, continueMerge, abortRebase, abortMerge
    case revertHunks, revertPatch, revertFiles, revertAll
    case push, forcePush, fetch, pull, pullRebase, follow

    /// The verb of `Git` that it does.
    var function: String {
        switch self {
        case .firstCommit: "ensureInitialCommit"
        case .bringBack, .bringBackDetached: "bringBackWorktree"
        case .forget: "forgetRemovedWorktree"
        case .commitWork, .commitFiles, .amend: "commit"
        case .prune: "pruneSnapshots"
        case .merge, .squash, .fastForward: "merge"
        case .rebase, .conflict: "rebase"
        case .continueRebase, .continueMerge: "continueOperation"
        case .abortRebase, .abortMerge: "abortOperation"
        case .revertHunks, .revertPatch: "revert"
        case .revertFiles, .revertAll: "revertFiles"
        case .push, .forcePush: "push"
        case .pull, .pullRebase: "pull"
        case .follow: "followRemote"
        case .initialise, .clone, .addWorktree, .removeWorktree, .commitAll, .deleteFile, .saveWork, .rewind,
            .renameBranch, .deleteBranch, .snapshot, .restore, .forgetSnapshots, .fetch:
            rawValue
        }
    }

    /// It writes into a folder that is the user's.
    var isLanding: Bool {
        switch self {
        case .merge, .squash, .fastForward, .follow: true
        default: false
        }
    }

    /// Refs that it is asked to do away with.
    var refsGoing: [String] {
        switch self {
        case .bringBack, .bringBackDetached, .forget: ["refs/roost/removed/*"]
        case .prune, .forgetSnapshots: ["refs/roost/snapshots/s/old*"]
        case .forcePush, .fetch, .pull, .pullRebase, .follow: ["refs/remotes/*"]
        default: []
        }
    }

    // MARK: What is there before

    func prepare(_ faults: Faults) async throws {
        let (sandbox, git, worktree) = (faults.sandbox, faults.git, faults.worktree)
        switch self {
        case .addWorktree, .removeWorktree, .commitAll, .commitWork, .commitFiles, .amend, .deleteFile, .renameBranch,
            .saveWork, .rewind, .snapshot, .restore, .revertHunks, .revertPatch, .revertFiles, .revertAll, .clone:
            break
        case .initialise: try sandbox.write("new/file", "mine\n", in: sandbox.root)
        case .firstCommit:
            try sandbox.write("new/file", "mine\n", in: sandbox.root)
            _ = try await faults.plain.run(["init", "--quiet", sandbox.path("new")])
            _ = try await faults.newRepository.run(["add", "file"])
        case .bringBack, .forget:
            try await git.removeWorktree(
                sandbox.repository, path: worktree, scope: "run", name: "removed", takesChanges: true)
        case .bringBackDetached:
            _ = try await faults.inWorktree.run(["checkout", "--quiet", "--detach"])
            try await git.removeWorktree(
                sandbox.repository, path: worktree, scope: "run", name: "removed", takesChanges: true)
        case .prune, .forgetSnapshots:
            for name in ["old1", "old2", "old3"] {
                try sandbox.write("c", name + "\n", in: worktree)
                _ = try await git.snapshot(worktree, scope: "s", name: name, kind: .auto, note: name)
            }
            try sandbox.write("c", "after them\n", in: worktree)
        case .deleteBranch:
            _ = try await faults.plain.run(["branch", "done", "main"])
            try await moveMain("elsewhere", faults)
        case .fastForward: try await saveWork(faults)
        case .merge, .squash, .rebase:
            try await saveWork(faults)
            try await moveMain("elsewhere", faults)
        case .conflict, .continueRebase, .abortRebase, .continueMerge, .abortMerge:
            try await saveWork(faults)
            try await moveMain("a", faults)
            switch self {
            case .continueRebase, .abortRebase: _ = try await git.rebase(worktree, onto: "main")
            case .continueMerge, .abortMerge:
                _ = try await faults.inWorktree.run(["merge", "--quiet", "main"], accepting: [1])
            default: return
            }
            if self == .continueRebase || self == .continueMerge { try sandbox.write("a", "both\n", in: worktree) }
        case .push, .forcePush, .fetch, .pull, .pullRebase, .follow: try await prepareRemote(faults)
        }
    }

    private func prepareRemote(_ faults: Faults) async throws {
        let sandbox = faults.sandbox
        let remote = sandbox.path("remote.git")
        _ = try await faults.plain.run(["clone", "--quiet", "--bare", sandbox.repository, remote])
        _ = try await faults.plain.run(["remote", "add", "origin", remote])
        if self == .pull || self == .pullRebase || self == .push || self == .forcePush { try await saveWork(faults) }
        if self == .push || self == .fetch || self == .follow {
            _ = try await faults.plain.run(["fetch", "--quiet", "origin"])
        }
        guard self != .push else { return }
        // What others have put there.
        let other = PlainGit(
            folder: sandbox.path("other"), environment: sandbox.environment, scratch: faults.plain.scratch)
        _ = try await faults.plain.run(["clone", "--quiet", remote, other.folder])
        for branch in ["main", "run"] {
            _ = try await other.run(["checkout", "--quiet", branch])
            try sandbox.write("theirs", branch + "\n", in: other.folder)
            try await other.commitAll()
        }
        _ = try await other.run(["push", "--quiet", "origin", "main", "run"])
        guard self != .fetch, self != .follow else { return }
        _ = try await faults.plain.run(["fetch", "--quiet", "origin"])
        if self == .pull { _ = try await faults.inWorktree.run(["reset", "--quiet", "--hard", "HEAD~1"]) }
    }

    private func saveWork(_ faults: Faults) async throws {
        _ = try await faults.git.saveWork(faults.worktree, message: "work")
    }

    private func moveMain(_ file: String, _ faults: Faults) async throws {
        try faults.sandbox.write(file, "main\n")
        try await faults.plain.commitAll()
    }

    // MARK: What is asked for

    func perform(_ git: Git, _ faults: Faults) async throws {
        let (sandbox, repository, worktree) = (faults.sandbox, faults.sandbox.repository, faults.worktree)
        let watch = TransferWatch(secondsMax: 600) { _ in }
        func saveBefore() async throws {
            // The snapshot that comes before, as the verb's own callers make it.
            _ = try await git.snapshot(worktree, scope: "s", name: "before", kind: .auto, note: "before")
        }
        switch self {
        case .initialise: _ = try await git.initialise(sandbox.path("new"))
        case .firstCommit: _ = try await git.ensureInitialCommit(sandbox.path("new"))
        case .clone:
            let address = try CloneAddress("file://" + repository)
            _ = try await git.clone(
                address, to: sandbox.path("new"), mark: UUID().uuidString, branch: nil, watch: watch)
        case .addWorktree:
            _ = try await git.addWorktree(repository, path: sandbox.path("new"), branch: "new", from: "main")
        case .removeWorktree:
            try await git.removeWorktree(
                repository, path: worktree, scope: "run", name: "removed", takesChanges: true)
        case .bringBack, .bringBackDetached:
            _ = try await git.bringBackWorktree(repository, scope: "run", name: "removed")
        case .forget: try await git.forgetRemovedWorktree(repository, scope: "run", name: "removed")
        case .commitAll: _ = try await git.commitAll(worktree, message: "all")
        case .commitWork: _ = try await git.commit(worktree, message: "all")
        case .commitFiles: _ = try await git.commit(worktree, files: ["b", "untracked"], message: "some")
        case .amend: _ = try await git.commit(worktree, amending: "main", message: "again")
        case .deleteFile: _ = try await git.deleteFile(worktree, file: "made/x", message: "gone")
        case .saveWork: _ = try await git.saveWork(worktree, message: "work")
        case .rewind: _ = try await git.rewind(worktree, to: "main", message: "work")
        case .renameBranch: try await git.renameBranch(repository, from: "run", to: "other")
        case .deleteBranch: try await git.deleteBranch(repository, branch: "done", mergedInto: "main")
        case .snapshot: _ = try await git.snapshot(worktree, scope: "s", name: "n2", kind: .manual, note: "two")
        case .restore:
            _ = try await git.restore(worktree, scope: "s", name: "n1", checkpoint: UUID().uuidString, note: "back")
        case .prune: try await git.pruneSnapshots(repository, scope: "s", keeping: 2, sparing: "old3")
        case .forgetSnapshots:
            let year2100 = Timestamp(millisecondsSince1970: 4_102_444_800_000)
            _ = try await git.forgetSnapshots(repository, madeBefore: year2100)
        case .merge, .squash, .fastForward:
            let strategy: MergeStrategy = self == .merge ? .merge : self == .squash ? .squash : .fastForward
            _ = try await git.merge(repository, branch: "run", into: "main", strategy: strategy, message: "lands")
        case .rebase, .conflict: _ = try await git.rebase(worktree, onto: "main")
        case .continueRebase, .continueMerge: _ = try await git.continueOperation(worktree)
        case .abortRebase, .abortMerge:
            try await saveBefore()
            _ = try await git.abortOperation(worktree)
        case .revertHunks, .revertPatch:
            try await saveBefore()
            let diff = try await git.diff(worktree: worktree, against: "HEAD")
            guard let patch = diff.files.first?.patch else { return }
            try await git.revert(worktree, patch: patch, hunks: self == .revertHunks ? [0] : nil)
        case .revertFiles, .revertAll:
            try await saveBefore()
            try await git.revertFiles(worktree, to: "main", files: self == .revertAll ? nil : ["a", "made/x"])
        case .push, .forcePush:
            _ = try await git.push(repository, branch: "run", to: "origin", isForced: self == .forcePush)
        case .fetch: _ = try await git.fetch(repository, from: "origin")
        case .pull, .pullRebase:
            try await saveBefore()
            _ = try await git.pull(worktree, branch: "run", from: "origin", rebases: self == .pullRebase)
        case .follow: _ = try await git.followRemote(repository, branch: "main", remote: "origin", watch: watch)
        }
    }

    /// What it was for has come about, when it was done once more.
    func requireDone(_ faults: Faults) async throws {
        let (sandbox, plain) = (faults.sandbox, faults.plain)
        func require(_ what: String, _ holds: Bool) throws {
            if !holds { throw Faults.Lost(description: what) }
        }
        switch self {
        case .initialise, .firstCommit:
            try require("there is no commit", try await faults.git.inspect(sandbox.path("new")).hasCommit)
            try require("its file is another", try sandbox.read("new/file", in: sandbox.root) == "mine\n")
        case .clone: _ = try await faults.newRepository.run(["fsck", "--no-progress"])
        case .addWorktree: _ = try await faults.newRepository.run(["rev-parse", "--verify", "refs/heads/new"])
        case .removeWorktree, .forget: try require("it is there", !Paths.exists(faults.worktree))
        case .bringBack, .bringBackDetached:
            try require("it is another", try sandbox.read("untracked", in: faults.worktree) == "untracked\n")
        case .deleteBranch: try require("it is there", try await plain.line("branch", "--list", "done").isEmpty)
        case .renameBranch:
            try require(
                "it is on another", try await faults.inWorktree.line("symbolic-ref", "HEAD") == "refs/heads/other")
        case .prune, .forgetSnapshots:
            let left = try await plain.line("for-each-ref", "--format=%(refname:lstrip=4)", "refs/roost/snapshots/s")
            try require("there are \(left)", left == (self == .prune ? "n1\nold3" : "n1"))
        case .restore: try require("c is another", try sandbox.read("c", in: faults.worktree).hasPrefix("c 1\n"))
        case .merge, .fastForward:
            try require(
                "it is not merged",
                try await plain.run(["merge-base", "--is-ancestor", "run", "main"], accepting: [0, 1]).code == 0)
        case .squash:
            try require("it is not merged", try await plain.line("diff", "--name-only", "main", "run") == "elsewhere")
        case .follow:
            try require(
                "it is elsewhere",
                try await plain.line("rev-parse", "main") == plain.line("rev-parse", "refs/remotes/origin/main"))
        default: break
        }
    }
}
