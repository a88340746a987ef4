import Foundation
import Testing

@testable import Repository

@Suite("Worktrees that go and come back")
struct RemovalTests {
    private func remove(
        _ sandbox: Sandbox, _ path: String, _ name: String = "one", takesChanges: Bool = true
    ) async throws -> RemovedWorktree? {
        try await sandbox.git.removeWorktree(
            sandbox.repository, path: path, scope: "run", name: name, takesChanges: takesChanges)
    }

    @Test("what was changed, staged, added and deleted is back where it was, on its branch")
    func undone() async throws {
        let sandbox = try await Sandbox()
        let (git, repository) = (sandbox.git, sandbox.repository)
        let path = try await sandbox.worktree("run")
        try sandbox.write("kept", "1\n", in: path)
        let head = try await sandbox.commit("work", in: path)
        try sandbox.write("readme", "changed\n", in: path)
        try sandbox.write("staged", "2\n", in: path)
        try await sandbox.plain("add", "staged", in: path)
        try sandbox.write("new/ü\nname", "3\n", in: path)
        try sandbox.remove("kept", in: path)
        let before = try await sandbox.status(in: path)
        await #expect(throws: RepositoryError.self) { try await remove(sandbox, path, takesChanges: false) }
        #expect(try await sandbox.status(in: path) == before)
        let removed = try #require(try await remove(sandbox, path))
        #expect(!Paths.exists(path) && removed.head == head && removed.branch == "run" && removed.path == path)
        #expect(try await git.removedWorktrees(repository) == [removed])
        #expect(try await sandbox.plain("show", removed.commit + ":new/ü\nname") == "3")

        #expect(try await git.bringBackWorktree(repository, scope: "run", name: "one") == removed)
        #expect(try sandbox.read("readme", in: path) == "changed\n" && sandbox.read("new/ü\nname", in: path) == "3\n")
        #expect(try sandbox.read("staged", in: path) == "2\n" && !sandbox.exists("kept", in: path))
        #expect(try await sandbox.plain("rev-parse", "HEAD", in: path) == head)
        #expect(try await sandbox.plain("symbolic-ref", "--short", "HEAD", in: path) == "run")
        #expect(try await git.removedWorktrees(repository) == [])
        await #expect(throws: RepositoryError.removalNotFound("one")) {
            try await git.bringBackWorktree(repository, scope: "run", name: "one")
        }
    }

    @Test("a branch that went too is made again; one that has moved on, and a place that is taken, are left alone")
    func branches() async throws {
        let sandbox = try await Sandbox()
        let (git, repository) = (sandbox.git, sandbox.repository)
        let path = try await sandbox.worktree("run")
        try sandbox.write("readme", "changed\n", in: path)
        _ = try await remove(sandbox, path)
        try await sandbox.plain("branch", "-D", "run")
        try sandbox.write("mine", "x\n", in: path)
        await #expect(throws: RepositoryError.pathOccupied(path)) {
            try await git.bringBackWorktree(repository, scope: "run", name: "one")
        }
        #expect(try sandbox.read("mine", in: path) == "x\n")
        try FileManager.default.removeItem(atPath: path)
        _ = try await git.bringBackWorktree(repository, scope: "run", name: "one")
        #expect(try sandbox.read("readme", in: path) == "changed\n")

        _ = try await remove(sandbox, path, "two")
        try await sandbox.plain("branch", "--force", "run", try await sandbox.commit("elsewhere"))
        await #expect(throws: RepositoryError.self) {
            try await git.bringBackWorktree(repository, scope: "run", name: "two")
        }
        #expect(try await git.removedWorktrees(repository).map(\.name) == ["two"])
        try await git.forgetRemovedWorktree(repository, scope: "run", name: "two")
        #expect(try await git.removedWorktrees(repository) == [])
    }

    @Test("done again after it was cut short, it does what is left")
    func again() async throws {
        let sandbox = try await Sandbox()
        let path = try await sandbox.worktree("run")
        try sandbox.write("readme", "changed\n", in: path)
        let removed = try #require(try await remove(sandbox, path))
        _ = try await sandbox.git.addWorktree(sandbox.repository, path: path, branch: "run", from: removed.head)
        _ = try await sandbox.git.bringBackWorktree(sandbox.repository, scope: "run", name: "one")
        #expect(try sandbox.read("readme", in: path) == "changed\n")
    }

    @Test("a look says what is ignored, what waits for its end, and which commits nothing holds")
    func looks() async throws {
        let sandbox = try await Sandbox()
        let path = try await sandbox.worktree("run")
        try sandbox.write(".gitignore", "*.log\nbuild/\n", in: path)
        try await sandbox.commit("ignore", in: path)
        try sandbox.write("a.log", "x", in: path)
        try sandbox.write("build/one/two", "x", in: path)
        let look = try await sandbox.git.removalLook(path)
        #expect(look.ignored.sorted() == ["a.log", "build/"] && look.changed == 0 && look.isReachable)
        #expect(look.obstacle(takesChanges: false, path: path) == nil)
        try await sandbox.plain("checkout", "--quiet", "--detach", in: path)
        let lost = try await sandbox.commit("on no branch", in: path)
        await #expect(throws: RepositoryError.worktreeUnreachable(path, head: lost)) {
            try await remove(sandbox, path)
        }
        #expect(try await sandbox.git.worktreeList(sandbox.repository).map(\.isOwn) == [true, false])
    }

    @Test("the repository's own folder and a folder that git does not know are never removed")
    func unknown() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write("file", "x", in: sandbox.path("folder"))
        for path in [sandbox.repository, sandbox.path("folder")] {
            await #expect(throws: RepositoryError.unknownWorktree(path)) { try await remove(sandbox, path) }
        }
        #expect(sandbox.exists("file", in: sandbox.path("folder")) && sandbox.exists("readme"))
    }

    @Test("a worktree with a repository in it stays", arguments: [true, false])
    func nested(takesChanges: Bool) async throws {
        let sandbox = try await Sandbox()
        let path = try await sandbox.worktree("run")
        try await sandbox.plain("clone", "--quiet", sandbox.repository, "deep/nested", in: path)
        try await sandbox.commit("only there", in: path + "/deep/nested")
        await #expect(throws: RepositoryError.worktreeHasSubmodules(path)) {
            try await remove(sandbox, path, takesChanges: takesChanges)
        }
        #expect(try await sandbox.git.removalLook(path).holdsRepositories)
        #expect(sandbox.exists("deep/nested/.git", in: path))
    }

    @Test("a worktree stays that has a file which git cannot take")
    func unreadable() async throws {
        let sandbox = try await Sandbox()
        let path = try await sandbox.worktree("run")
        // One of the names that git refuses everywhere, because they stand for its own folder somewhere.
        try sandbox.write("git~1", "precious\n", in: path)
        let error = await #expect(throws: RepositoryError.self) { try await remove(sandbox, path) }
        guard case .worktreeNotSaved(path, let words) = error, words.contains("git~1") else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try sandbox.read("git~1", in: path) == "precious\n")
    }

    @Test("a worktree stays in which another is, also where git ignores that")
    func ignoredWorktree() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write(".gitignore", "inner/\n")
        try await sandbox.commit("ignore")
        let worktree = try await sandbox.worktree("run")
        try await sandbox.plain("worktree", "add", "--quiet", "-b", "inner", worktree + "/inner")
        try sandbox.write("inner/work", "not committed\n", in: worktree)
        await #expect(throws: RepositoryError.worktreeHasSubmodules(worktree)) {
            try await sandbox.git.removeWorktree(
                sandbox.repository, path: worktree, scope: "run", name: "n", takesChanges: true)
        }
        #expect(try sandbox.read("inner/work", in: worktree) == "not committed\n")
    }
}
