import Model
import Testing

@testable import Repository

@Suite("Commits and history")
struct CommitTests {
    @Test("everything but the ignored is committed, once, at the hub's time")
    func commitAll() async throws {
        let sandbox = try await Sandbox()
        let path = try await sandbox.worktree("run")
        #expect(try await sandbox.git.commitAll(path, message: "nothing") == nil)
        try sandbox.write(".gitignore", "*.log\n", in: path)
        try sandbox.write("a.log", "x", in: path)
        try sandbox.write("new", "x", in: path)
        try sandbox.remove("readme", in: path)
        let author = Identity(name: "Agent", email: "agent@localhost")
        let commit = try #require(try await sandbox.git.commitAll(path, message: "# work\n\nand why", author: author))
        #expect(try await sandbox.git.commitAll(path, message: "again") == nil)
        #expect(try await sandbox.git.headCommit(path) == commit)

        let base = try await sandbox.plain("rev-parse", "main")
        let info = try #require(
            try await sandbox.git.commits(sandbox.repository, of: "run", since: "main").first)
        #expect(info.id == commit)
        #expect(info.parents == [base])
        #expect(info.author == author)
        #expect((info.authoredAt, info.committedAt) == (FrozenTime.moment, FrozenTime.moment))
        #expect((info.subject, info.body) == ("# work", "and why"))
        #expect(try await sandbox.plain("log", "-1", "--format=%cn", "run") == "Roost")
    }

    @Test("the user's own name is used where git knows it")
    func identity() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write(".gitconfig", "[user]\nname = Ada\nemail = ada@localhost\n", in: sandbox.path("home"))
        try sandbox.write("new", "x")
        _ = try await sandbox.git.commitAll(sandbox.repository, message: "hers")
        #expect(try await sandbox.plain("log", "-1", "--format=%an %ae %cn") == "Ada ada@localhost Ada")
    }

    @Test(
        "a date that no calendar has is read as the last one, wherever it stands",
        arguments: ["99999999999999999", "9223372036854775807"])
    func dates(seconds: String) async throws {
        let sandbox = try await Sandbox()
        let (git, repository) = (sandbox.git, sandbox.repository)
        let dates = ["AUTHOR", "COMMITTER"].map { ("GIT_\($0)_DATE", "@\(seconds) +0000") }
        func plain(_ message: String, _ body: String) async throws {
            try await sandbox.plain(
                "commit", "--quiet", "--allow-empty", "--message", message, "--message", body,
                environment: Dictionary(uniqueKeysWithValues: dates))
        }
        try sandbox.write("readme", "later\n")
        try await sandbox.plain("add", "--all")
        try await plain("far", "body")
        let commit = try #require(try await git.commits(repository, of: "main", since: "main~1").first)
        let latest = "9999-12-31T23:59:59.999Z"
        #expect((commit.authoredAt.description, commit.committedAt.description) == (latest, latest))
        #expect(try await git.branches(repository, matching: "", countMax: 1).first?.committedAt.description == latest)
        #expect(try await git.blame(repository, file: "readme", lines: 1...1).first?.authoredAt.description == latest)

        try await plain("snapshot", "Roost-Snapshot: auto")
        try await sandbox.plain("update-ref", "refs/roost/snapshots/r/1", "HEAD")
        #expect(try await git.snapshots(repository, scope: "r").first?.createdAt.description == latest)
        try await plain("removed", "Roost-Worktree: L3g=")
        try await sandbox.plain("update-ref", "refs/roost/removed/r/1", "HEAD")
        let removed = try #require(try await git.removedWorktrees(repository).first)
        #expect(removed.path == "/x" && removed.removedAt.description == latest)
    }

    @Test("a log is newest first and ends at its limit")
    func log() async throws {
        let sandbox = try await Sandbox()
        for number in 1...5 { try await sandbox.commit("commit \(number)") }
        let subjects = try await sandbox.git
            .commits(sandbox.repository, of: "main", since: "main~4", countMax: 3).map(\.subject)
        #expect(subjects == ["commit 5", "commit 4", "commit 3"])
    }

    @Test("a branch is deleted only when the target holds what it holds")
    func deleteBranch() async throws {
        let sandbox = try await Sandbox()
        let (git, repository) = (sandbox.git, sandbox.repository)
        try await sandbox.branch("run", writing: ["new": "x"])
        await #expect(throws: RepositoryError.branchInUse("run", worktree: sandbox.path("run"))) {
            try await git.deleteBranch(repository, branch: "run", mergedInto: "main")
        }
        try await git.removeWorktree(
            repository, path: sandbox.path("run"), scope: "run", name: "one", takesChanges: false)
        await #expect(throws: RepositoryError.branchNotMerged("run", into: "main")) {
            try await git.deleteBranch(repository, branch: "run", mergedInto: "main")
        }
        _ = try await git.merge(repository, branch: "run", into: "main", strategy: .squash, message: "squashed")
        try await git.deleteBranch(repository, branch: "run", mergedInto: "main")
        #expect(try await !git.branchExists(repository, branch: "run"))
        await #expect(throws: RepositoryError.branchNotFound("run")) {
            try await git.deleteBranch(repository, branch: "run", mergedInto: "main")
        }
    }

    @Test("a worktree is not set back over ignored files")
    func rewindOverIgnored() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write(".env", "tracked\n")
        let base = try await sandbox.commit("tracks it")
        let worktree = try await sandbox.worktree("run")
        try await sandbox.plain("rm", "--quiet", "--cached", ".env", in: worktree)
        try sandbox.write(".gitignore", ".env\n", in: worktree)
        let head = try await sandbox.commit("ignores it", in: worktree)
        try sandbox.write(".env", "precious\n", in: worktree)
        await #expect(throws: RepositoryError.filesInTheWay([".env"])) {
            try await sandbox.git.rewind(worktree, to: base, message: "work")
        }
        #expect(try sandbox.read(".env", in: worktree) == "precious\n")
        try sandbox.remove(".env", in: worktree)
        #expect(try await sandbox.git.rewind(worktree, to: base, message: "work") == head)
    }
}
