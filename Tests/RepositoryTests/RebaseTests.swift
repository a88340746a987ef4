import Foundation
import Testing

@testable import Repository

@Suite("Rebases")
struct RebaseTests {
    @Test("a branch's own commits are done over, also from another base, and nothing else is")
    func bases() async throws {
        let sandbox = try await Sandbox()
        try await sandbox.branch("release", writing: ["release": "x\n"])
        try await sandbox.branch("run", from: "release", writing: ["mine": "x\n"])
        try sandbox.write("readme", "main\n")
        let main = try await sandbox.commit("main moves on")
        let outcome = try await sandbox.git.rebase(sandbox.path("run"), onto: "main", from: "release")
        let head = try await sandbox.plain("rev-parse", "run")
        #expect(outcome == .done(head: head))
        #expect(try await sandbox.plain("log", "--format=%s %an", "main..run") == "run Test")
        #expect(try await sandbox.plain("rev-parse", "run~1") == main)
        #expect(!sandbox.exists("release", in: sandbox.path("run")))
        #expect(try await sandbox.git.rebase(sandbox.path("run"), onto: "main") == .done(head: head))
        try sandbox.write("mine", "not committed\n", in: sandbox.path("run"))
        await #expect(throws: RepositoryError.worktreeDirty(sandbox.path("run"), files: 1)) {
            try await sandbox.git.rebase(sandbox.path("run"), onto: "main")
        }
    }

    /// A branch that conflicts with main in `readme` (both changed) and `gone` (it deleted what main changed).
    private func conflicting() async throws -> (sandbox: Sandbox, worktree: String) {
        let sandbox = try await Sandbox()
        try sandbox.write("gone", "text\n")
        try await sandbox.commit("base")
        try await sandbox.branch("run", writing: ["readme": "run\n"], removing: ["gone"])
        try sandbox.write("readme", "main\n")
        try sandbox.write("gone", "main\n")
        try await sandbox.commit("main")
        return (sandbox, sandbox.path("run"))
    }

    private let both = [
        BranchStatus.Conflict(path: "gone", kind: .deletedByThem),
        BranchStatus.Conflict(path: "readme", kind: .bothModified),
    ]

    @Test("conflicts are told by file and kind, and it goes on once they are brought together")
    func goesOn() async throws {
        let (sandbox, worktree) = try await conflicting()
        let git = sandbox.git
        #expect(try await git.rebase(worktree, onto: "main") == .conflict(both, operation: .rebase))
        #expect(try await git.continueOperation(worktree) == .conflict(both, operation: .rebase))
        await #expect(throws: RepositoryError.operationInProgress(.rebase, worktree: worktree)) {
            try await git.rebase(worktree, onto: "main")
        }
        await #expect(throws: RepositoryError.operationInProgress(.rebase, worktree: worktree)) {
            try await git.commit(worktree, message: "in the middle")
        }
        try sandbox.write("readme", "both\n", in: worktree)
        #expect(try await git.continueOperation(worktree) == .conflict([both[0]], operation: .rebase))
        try await sandbox.plain("rm", "--quiet", "gone", in: worktree)
        let head = try await git.continueOperation(worktree)
        #expect(head == .done(head: try await sandbox.plain("rev-parse", "run")))
        #expect(try await sandbox.plain("branch", "--show-current", in: worktree) == "run")
        #expect(try sandbox.read("readme", in: worktree) == "both\n" && !sandbox.exists("gone", in: worktree))
        await #expect(throws: RepositoryError.nothingInProgress(worktree: worktree)) {
            try await git.continueOperation(worktree)
        }
    }

    @Test("called off, all is as it was; and what there was in between is not lost")
    func calledOff() async throws {
        let (sandbox, worktree) = try await conflicting()
        let git = sandbox.git
        let before = try await sandbox.plain("rev-parse", "run")
        _ = try await git.rebase(worktree, onto: "main")
        try sandbox.write("note", "half-way\n", in: worktree)
        // What the end of an agent's turn does: nothing is committed to the branch in the middle of it.
        #expect(try await git.saveWork(worktree, message: "saved") == nil)
        #expect(try await sandbox.git.branchStatus(worktree, target: "main").operation == .rebase)
        let saved = try await sandbox.plain("for-each-ref", "--format=%(refname)", "refs/roost/saved")
        #expect(
            try await sandbox.plain("show", saved.split(separator: "\n").last.map(String.init) ?? "" + ":note") != "")
        // A hub that makes the worktree again for the next turn finds it.
        _ = try await git.addWorktree(sandbox.repository, path: worktree, branch: "run", from: "main")
        #expect(try await git.abortOperation(worktree) == .rebase)
        #expect(try await sandbox.plain("rev-parse", "run", "HEAD", in: worktree) == "\(before)\n\(before)")
        #expect(try sandbox.read("note", in: worktree) == "half-way\n")
        await #expect(throws: RepositoryError.nothingInProgress(worktree: worktree)) {
            try await git.abortOperation(worktree)
        }
    }

    @Test("a merge that an agent has begun goes on and is called off the same way")
    func merges() async throws {
        let (sandbox, worktree) = try await conflicting()
        try await sandbox.plain("merge", "main", in: worktree, accepting: [1])
        try sandbox.write("readme", "both\n", in: worktree)
        guard case .conflict(let left, .merge) = try await sandbox.git.continueOperation(worktree) else {
            Issue.record("it went on")
            return
        }
        #expect(left.map(\.path) == ["gone"])
        try await sandbox.plain("add", "gone", in: worktree)
        guard case .done = try await sandbox.git.continueOperation(worktree) else {
            Issue.record("it did not go on")
            return
        }
        #expect(try await sandbox.plain("log", "-1", "--format=%p", "run").split(separator: " ").count == 2)
        try await sandbox.plain("reset", "--quiet", "--hard", "HEAD~1", in: worktree)
        try await sandbox.plain("merge", "main", in: worktree, accepting: [1])
        #expect(try await sandbox.git.abortOperation(worktree) == .merge)
        #expect(try await sandbox.status(in: worktree) == "")
    }
}
