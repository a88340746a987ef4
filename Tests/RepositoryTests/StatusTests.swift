import Model
import Testing

@testable import Repository

@Suite("The status of a worktree, and one file in two states")
struct StatusTests {
    @Test("ahead, behind, changed and untracked are told")
    func counts() async throws {
        let sandbox = try await Sandbox()
        try await sandbox.branch("run", writing: ["a": "1"])
        try sandbox.write("b", "2")
        try await sandbox.commit("main goes on")
        let worktree = sandbox.path("run")
        try sandbox.write("a", "2", in: worktree)
        try sandbox.write("new/b", "2", in: worktree)
        try sandbox.write("new/c", "2", in: worktree)
        try await sandbox.plain("branch", "--set-upstream-to=main", "run")
        let status = try await sandbox.git.branchStatus(worktree, target: "main")
        #expect((status.branch, status.upstream) == ("run", "main"))
        #expect(try await status.head == sandbox.plain("rev-parse", "run"))
        #expect(status.target == .init(ahead: 1, behind: 1) && status.remote == status.target)
        #expect((status.changed, status.untracked, status.conflicts.count) == (1, 2, 0))
        #expect(status.operation == nil)
        #expect(try await sandbox.git.branchStatus(worktree, target: "none").target == nil)
    }

    @Test("a rebase that stopped is told, with the kinds of its conflicts")
    func rebase() async throws {
        let sandbox = try await Sandbox()
        try await sandbox.branch("run", writing: ["readme": "mine\n"])
        try sandbox.remove("readme")
        try await sandbox.commit("removed")
        try await sandbox.plain("rebase", "main", in: sandbox.path("run"), accepting: [1])
        let status = try await sandbox.git.branchStatus(sandbox.path("run"), target: "main")
        #expect((status.branch, status.operation) == (nil, .rebase))
        #expect(status.conflicts == [.init(path: "readme", kind: .deletedByUs)])
    }

    @Test("a file is shown as it was and as it is; what is no text is described")
    func files() async throws {
        let sandbox = try await Sandbox()
        let worktree = try await sandbox.worktree("run")
        let git = sandbox.git
        func compare(_ file: String, old: String? = nil) async throws -> FileComparison {
            try await git.compareFile(worktree, file: file, oldFile: old, from: .commit("main"), to: .worktree)
        }
        try await sandbox.plain("mv", "readme", "*", in: worktree)
        try sandbox.write("binary", "a\0b", in: worktree)
        try sandbox.write("large", String(repeating: "x", count: FileContent.byteCountMax + 1), in: worktree)
        try sandbox.write("folder/c", "c", in: worktree)
        let renamed = try await compare("*", old: "readme")
        #expect(renamed.old?.text == "one\ntwo\nthree\n" && renamed.new == renamed.old)
        #expect(try await compare("readme").new == nil)
        #expect(try await compare("binary").new == .init(kind: .file, byteCount: 3, text: nil, isBinary: true))
        let large = try await compare("large").new
        #expect(large == .init(kind: .file, byteCount: FileContent.byteCountMax + 1, text: nil, isBinary: false))
        for none in ["folder", "../readme", "/etc/passwd", "folder/", "", ".", "nothing", "folder//c", "a\0b"] {
            await #expect(throws: RepositoryError.fileNotFound(none)) { try await compare(none) }
        }
    }

    @Test("a comparison goes both ways, and may leave out the patches")
    func states() async throws {
        let sandbox = try await Sandbox()
        let worktree = try await sandbox.worktree("run")
        try sandbox.write("new", "1\n2\n", in: worktree)
        let back = try await sandbox.git.diff(worktree, from: .worktree, to: .commit("main"), patches: false)
        #expect(back.files.map(\.kind) == [.deleted] && back.files[0].patch == nil && !back.isTruncated)
        #expect((back.stats.additions, back.stats.deletions) == (0, 2))
        #expect(try await sandbox.git.diff(worktree, from: .worktree, to: .worktree).files.isEmpty)
    }
}
