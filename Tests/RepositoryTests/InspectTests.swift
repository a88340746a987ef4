import Foundation
import Testing

@testable import Repository

@Suite("Finding and making repositories")
struct InspectTests {
    @Test("a repository is described by its real path")
    func inspect() async throws {
        let sandbox = try await Sandbox()
        let link = sandbox.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: sandbox.repository)
        let expected = RepositoryInfo(
            path: sandbox.repository, currentBranch: "main", defaultBranch: "main", hasCommit: true)
        #expect(try await sandbox.git.inspect(link) == expected)
    }

    @Test("a detached HEAD is on no branch, and the default one is still known")
    func detached() async throws {
        let sandbox = try await Sandbox()
        try await sandbox.plain("branch", "other")
        try await sandbox.plain("checkout", "--quiet", "--detach")
        let info = try await sandbox.git.inspect(sandbox.repository)
        #expect(info.currentBranch == nil)
        #expect(info.defaultBranch == "main")
    }

    @Test("the default branch is the origin's")
    func originDefault() async throws {
        let sandbox = try await Sandbox()
        try await sandbox.plain("branch", "trunk")
        try await sandbox.plain("update-ref", "refs/remotes/origin/trunk", "HEAD")
        try await sandbox.plain("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
        #expect(try await sandbox.git.inspect(sandbox.repository).defaultBranch == "trunk")
    }

    @Test("what is no repository's top is refused by its kind")
    func refusals() async throws {
        let sandbox = try await Sandbox()
        let (git, repository) = (sandbox.git, sandbox.repository)
        try sandbox.write("inner/file", "x")
        try sandbox.write("plain/file", "x", in: sandbox.root)
        try await sandbox.plain("init", "--quiet", "--bare", sandbox.path("bare"), in: sandbox.root)

        let missing = sandbox.path("missing")
        await #expect(throws: RepositoryError.notADirectory(missing)) { try await git.inspect(missing) }
        let file = repository + "/readme"
        await #expect(throws: RepositoryError.notADirectory(file)) { try await git.inspect(file) }
        let plain = sandbox.path("plain")
        await #expect(throws: RepositoryError.notARepository(plain)) { try await git.inspect(plain) }
        let bare = sandbox.path("bare")
        await #expect(throws: RepositoryError.bare(bare)) { try await git.inspect(bare) }
        for inside in [repository + "/inner", repository + "/.git"] {
            await #expect(throws: RepositoryError.insideAnotherRepository(inside, top: repository)) {
                try await git.inspect(inside)
            }
        }
    }

    @Test("a folder becomes a repository with an empty first commit, and its files stay untracked")
    func initialise() async throws {
        let sandbox = try await Sandbox(repository: false)
        let folder = sandbox.path("new")
        try sandbox.write("notes", "mine", in: folder)
        for _ in 0..<2 {
            let info = try await sandbox.git.initialise(folder, branch: "trunk")
            let expected = RepositoryInfo(path: folder, currentBranch: "trunk", defaultBranch: "trunk", hasCommit: true)
            #expect(info == expected)
        }
        #expect(
            try await sandbox.plain("log", "--format=%an <%ae> %s", in: folder)
                == "Roost <roost@localhost> Initial commit")
        #expect(try await sandbox.status(in: folder) == "?? notes")
        #expect(!sandbox.exists(".gitconfig", in: sandbox.path("home")), "the name is for this commit alone")
    }

    @Test("a missing folder is made, a missing parent is not")
    func initialiseMissing() async throws {
        let sandbox = try await Sandbox(repository: false)
        #expect(try await sandbox.git.initialise(sandbox.path("fresh")).hasCommit)
        let orphan = sandbox.path("a/b")
        await #expect(throws: RepositoryError.parentMissing(orphan)) { try await sandbox.git.initialise(orphan) }
        let inner = sandbox.path("fresh/inner")
        await #expect(throws: RepositoryError.insideAnotherRepository(inner, top: sandbox.path("fresh"))) {
            try await sandbox.git.initialise(inner)
        }
    }

    @Test("an unborn branch gets a commit, and what is staged stays staged")
    func unborn() async throws {
        let sandbox = try await Sandbox(repository: false)
        let folder = sandbox.path("unborn")
        try await sandbox.plain("init", "--quiet", "--initial-branch", "main", folder, in: sandbox.root)
        try sandbox.write("staged", "x", in: folder)
        try await sandbox.plain("add", "staged", in: folder)
        #expect(try await sandbox.git.inspect(folder).hasCommit == false)
        #expect(try await sandbox.git.headCommit(folder) == nil)

        let commit = try await sandbox.git.ensureInitialCommit(folder)
        #expect(try await sandbox.git.ensureInitialCommit(folder) == commit)
        #expect(try await sandbox.git.headCommit(folder) == commit)
        #expect(try await sandbox.status(in: folder) == "A  staged")
    }
}
