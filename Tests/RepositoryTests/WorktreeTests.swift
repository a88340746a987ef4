import Foundation
import Testing

@testable import Repository

@Suite("Worktrees")
struct WorktreeTests {
    @Test("a worktree is made once, however often it is asked for")
    func add() async throws {
        let sandbox = try await Sandbox()
        let base = try await sandbox.plain("rev-parse", "main")
        let path = sandbox.path("trees/one")
        for _ in 0..<2 {
            let start = try await sandbox.git.addWorktree(sandbox.repository, path: path, branch: "run/1", from: "main")
            #expect(start == base)
        }
        #expect(try sandbox.read("readme", in: path) == "one\ntwo\nthree\n")
        #expect(try await sandbox.plain("branch", "--show-current", in: path) == "run/1")
        #expect(try await sandbox.git.branchExists(sandbox.repository, branch: "run/1"))

        try sandbox.write("later", "x")
        try await sandbox.commit("main moves on")
        let again = try await sandbox.git.addWorktree(sandbox.repository, path: path, branch: "run/1", from: "main")
        #expect(again == base, "where it started is not where main is by now")
    }

    @Test("what a crash left half-made is made anew", arguments: ["folder gone", "no checkout", "empty folder"])
    func repair(damage: String) async throws {
        let sandbox = try await Sandbox()
        let path = try await sandbox.worktree("run")
        switch damage {
        case "folder gone": try sandbox.remove("run", in: sandbox.root)
        default:
            try sandbox.write(".git/worktrees/run/locked", "initializing")
            try sandbox.remove("readme", in: path)
            if damage == "empty folder" { try sandbox.remove(".git", in: path) }
        }
        _ = try await sandbox.git.addWorktree(sandbox.repository, path: path, branch: "run", from: "main")
        #expect(sandbox.exists("readme", in: path))
        #expect(try await sandbox.git.status(path) == .clean)
    }

    @Test("what is not ours is refused and left alone")
    func addRefusals() async throws {
        let sandbox = try await Sandbox()
        let (git, repository) = (sandbox.git, sandbox.repository)
        try sandbox.write("mine/file", "x", in: sandbox.root)
        let mine = sandbox.path("mine")
        await #expect(throws: RepositoryError.pathOccupied(mine)) {
            try await git.addWorktree(repository, path: mine, branch: "run", from: "main")
        }
        #expect(try sandbox.read("file", in: mine) == "x")
        #expect(try await !git.branchExists(repository, branch: "run"))

        let other = sandbox.path("other")
        await #expect(throws: RepositoryError.branchInUse("main", worktree: repository)) {
            try await git.addWorktree(repository, path: other, branch: "main", from: "main")
        }
        await #expect(throws: RepositoryError.commitNotFound("nowhere")) {
            try await git.addWorktree(repository, path: other, branch: "run", from: "nowhere")
        }
        _ = try await git.addWorktree(repository, path: other, branch: "run", from: "main")
        await #expect(throws: RepositoryError.pathOccupied(other)) {
            try await git.addWorktree(repository, path: other, branch: "another", from: "main")
        }
    }

    @Test(
        "a name that git would not take, or take for something else, is refused",
        arguments: ["", "-x", "a b", "a..b", "x.lock", "@{-1}", "-", "a\u{0}b", "--help", "a\nb"])
    func names(name: String) async throws {
        let sandbox = try await Sandbox()
        await #expect(throws: RepositoryError.invalidBranchName(name)) {
            try await sandbox.git.addWorktree(
                sandbox.repository, path: sandbox.path("w"), branch: name, from: "main")
        }
    }

    @Test("sixteen at once on one repository")
    func parallel() async throws {
        let sandbox = try await Sandbox()
        let paths = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<16 { group.addTask { try await sandbox.worktree("run-\(number)") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        try await withThrowingTaskGroup { group in
            for path in paths {
                group.addTask {
                    #expect(try await sandbox.git.status(path) == .clean)
                    try sandbox.write("mine", path, in: path)
                    #expect(try await sandbox.git.commitAll(path, message: "mine") != nil)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await sandbox.plain("worktree", "list").split(separator: "\n").count == 17)
    }

    @Test("a state tells of changed, staged and untracked files, not of ignored ones")
    func state() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write(".gitignore", "*.log\n")
        try await sandbox.commit("ignore")
        let path = try await sandbox.worktree("run")
        try sandbox.write("build.log", "x", in: path)
        #expect(try await sandbox.git.status(path) == .clean)
        try sandbox.write("readme", "changed\n", in: path)
        try sandbox.write("new/a", "x", in: path)
        try sandbox.write("new/b", "x", in: path)
        #expect(try await sandbox.git.status(path) == .dirty(files: 3))
        #expect(try await sandbox.git.status(sandbox.path("nothing")) == .missing)
    }

    @Test("only what is saved goes")
    func remove() async throws {
        let sandbox = try await Sandbox()
        let (git, repository) = (sandbox.git, sandbox.repository)
        let path = try await sandbox.worktree("run")
        try sandbox.write("work", "x", in: path)
        await #expect(throws: RepositoryError.worktreeDirty(path, files: 1)) {
            try await git.removeWorktree(repository, path: path, scope: "run", name: "one", takesChanges: false)
        }
        let saved = try #require(try await git.saveWork(path, message: "saved"))
        try await git.removeWorktree(repository, path: path, scope: "run", name: "one", takesChanges: false)
        #expect(!sandbox.exists("run", in: sandbox.root))
        #expect(try await sandbox.plain("rev-parse", "run") == saved)

        _ = try await git.addWorktree(repository, path: path, branch: "run", from: "main")
        #expect(try sandbox.read("work", in: path) == "x", "the branch is taken up again")
        try sandbox.remove("run", in: sandbox.root)
        try await git.removeWorktree(repository, path: path, scope: "run", name: "one", takesChanges: false)
        #expect(try await sandbox.plain("worktree", "list").split(separator: "\n").count == 1)
    }

    @Test("commits that only a detached HEAD reaches are not lost with it")
    func detached() async throws {
        let sandbox = try await Sandbox()
        let path = try await sandbox.worktree("run")
        try await sandbox.plain("checkout", "--quiet", "--detach", in: path)
        try sandbox.write("work", "x", in: path)
        let head = try await sandbox.commit("adrift", in: path)
        await #expect(throws: RepositoryError.worktreeUnreachable(path, head: head)) {
            try await sandbox.git.removeWorktree(
                sandbox.repository, path: path, scope: "run", name: "one", takesChanges: false)
        }
        #expect(try await sandbox.git.saveWork(path, message: "saved") == nil, "there is nothing to commit")
        try await sandbox.git.removeWorktree(
            sandbox.repository, path: path, scope: "run", name: "one", takesChanges: false)
        #expect(try await sandbox.plain("rev-parse", Git.savedRefPrefix + head) == head)
    }

    @Test("the user's own folder and unknown ones are never removed")
    func unknown() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write("mine/file", "x", in: sandbox.root)
        for path in [sandbox.repository, sandbox.path("mine"), sandbox.path("nothing")] {
            await #expect(throws: RepositoryError.unknownWorktree(path)) {
                try await sandbox.git.removeWorktree(
                    sandbox.repository, path: path, scope: "run", name: "one", takesChanges: false)
            }
        }
        #expect(sandbox.exists("file", in: sandbox.path("mine")))
    }

    @Test("a repository with submodules has worktrees too, which go unless something is in them")
    func submodules() async throws {
        let sandbox = try await Sandbox()
        try await sandbox.plain("clone", "--quiet", sandbox.repository, sandbox.path("library"), in: sandbox.root)
        try await sandbox.plain("submodule", "--quiet", "add", sandbox.path("library"), "library")
        try await sandbox.commit("submodule")
        let path = try await sandbox.worktree("run")
        #expect(try await sandbox.git.status(path) == .clean)
        #expect(try await sandbox.git.diff(worktree: path, against: "main").files.isEmpty)

        try sandbox.write("library/hidden", "no status shows it", in: path)
        await #expect(throws: RepositoryError.worktreeHasSubmodules(path)) {
            try await sandbox.git.removeWorktree(
                sandbox.repository, path: path, scope: "run", name: "one", takesChanges: false)
        }
        try sandbox.remove("library/hidden", in: path)
        try await sandbox.git.removeWorktree(
            sandbox.repository, path: path, scope: "run", name: "one", takesChanges: false)
        #expect(!sandbox.exists("run", in: sandbox.root))
    }
}
