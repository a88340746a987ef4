import Foundation
import Testing

@testable import Repository

@Suite("Merges")
struct MergeTests {
    private func merge(
        _ sandbox: Sandbox, _ branch: String = "run", into target: String = "main", by strategy: MergeStrategy = .merge
    ) async throws -> MergeOutcome {
        try await sandbox.git.merge(
            sandbox.repository, branch: branch, into: target, strategy: strategy, message: "Land \(branch)")
    }

    @Test("each strategy makes its history, and the user's files follow", arguments: MergeStrategy.allCases)
    func strategies(strategy: MergeStrategy) async throws {
        let sandbox = try await Sandbox()
        let old = try await sandbox.plain("rev-parse", "main")
        let tip = try await sandbox.branch("run", writing: ["new": "x\n", "readme": "one\n2\nthree\n"])
        try sandbox.write("mine", "not committed\n")
        guard case .merged(let commit) = try await merge(sandbox, by: strategy) else {
            Issue.record("not merged")
            return
        }
        #expect(try await sandbox.plain("rev-parse", "HEAD", "main") == "\(commit)\n\(commit)")
        let parents = try await sandbox.plain("log", "-1", "--format=%P", "main")
        switch strategy {
        case .merge: #expect(parents == "\(old) \(tip)")
        case .squash: #expect(parents == old)
        case .fastForward: #expect(commit == tip)
        }
        #expect(try sandbox.read("new") == "x\n")
        #expect(try sandbox.read("readme") == "one\n2\nthree\n")
        #expect(try await sandbox.status() == "?? mine")
        #expect(try await merge(sandbox, by: strategy) == .nothingToMerge)
    }

    @Test("a branch that only the target lacks nothing of has diverged when it has")
    func diverged() async throws {
        let sandbox = try await Sandbox()
        try await sandbox.branch("run", writing: ["new": "x\n"])
        let main = try await sandbox.commit("main moves on")
        #expect(try await merge(sandbox, by: .fastForward) == .diverged)
        #expect(try await sandbox.plain("rev-parse", "main") == main)
    }

    @Test("conflicts are told by file and kind, and change nothing")
    func conflicts() async throws {
        let sandbox = try await Sandbox()
        for name in ["gone here", "gone there"] { try sandbox.write(name, "text\n") }
        try await sandbox.commit("base")
        try await sandbox.branch(
            "run", writing: ["readme": "run\n", "added": "run\n", "gone here": "run\n", "fine": "run\n"],
            removing: ["gone there"])
        try sandbox.write("readme", "main\n")
        try sandbox.write("added", "main\n")
        try sandbox.write("gone there", "main\n")
        try sandbox.remove("gone here")
        let main = try await sandbox.commit("main")
        for strategy in [MergeStrategy.merge, .squash] {
            guard case .conflict(let files) = try await merge(sandbox, by: strategy) else {
                Issue.record("no conflict")
                return
            }
            #expect(
                files.sorted { $0.path < $1.path } == [
                    ConflictedFile(path: "added", kind: .bothAdded),
                    ConflictedFile(path: "gone here", kind: .deletedByTarget),
                    ConflictedFile(path: "gone there", kind: .deletedByBranch),
                    ConflictedFile(path: "readme", kind: .bothModified),
                ])
        }
        #expect(try await sandbox.plain("rev-parse", "main") == main)
        #expect(try await sandbox.status().isEmpty)
    }

    @Test("a rename on one side and a change on the other go together")
    func rename() async throws {
        let sandbox = try await Sandbox()
        let lines = (1...20).map { "line \($0)\n" }.joined()
        try sandbox.write("old name", lines)
        try await sandbox.commit("base")
        try await sandbox.branch("run", writing: ["new name": lines], removing: ["old name"])
        try sandbox.write("old name", lines + "more\n")
        try await sandbox.commit("main")
        guard case .merged = try await merge(sandbox) else {
            Issue.record("not merged")
            return
        }
        #expect(try sandbox.read("new name") == lines + "more\n")
        #expect(!sandbox.exists("old name"))
        #expect(try await sandbox.status().isEmpty)
    }

    enum Obstacle: CaseIterable {
        case changed, staged, untracked, ignored, fileForFolder, folderForFile
    }

    @Test("the user's uncommitted work is in the way by name, and stays", arguments: Obstacle.allCases)
    func busy(obstacle: Obstacle) async throws {
        let sandbox = try await Sandbox()
        try sandbox.write(".gitignore", "secret\n")
        try await sandbox.commit("ignore")
        let file: String
        switch obstacle {
        case .changed, .staged: file = "readme"
        case .untracked: file = "new"
        case .ignored: file = "secret"
        case .fileForFolder: file = "folder"
        case .folderForFile: file = "place/secret"
        }
        try await sandbox.branch(
            "run", writing: ["readme": "run\n", "new": "run\n", "folder/x": "run\n", "place": "run\n"])
        try sandbox.write("secret", "run\n", in: sandbox.path("run"))
        try await sandbox.plain("add", "--force", "secret", in: sandbox.path("run"))
        try await sandbox.commit("secret", in: sandbox.path("run"))
        try sandbox.write(file, "mine\n")
        if obstacle == .staged { try await sandbox.plain("add", file) }
        let (main, status) = (try await sandbox.plain("rev-parse", "main"), try await sandbox.status())

        for strategy in MergeStrategy.allCases {
            #expect(try await merge(sandbox, by: strategy) == .targetBusy(.localChanges(files: [file])))
        }
        #expect(try sandbox.read(file) == "mine\n")
        #expect(try await sandbox.plain("rev-parse", "main") == main)
        #expect(try await sandbox.status() == status)
        #expect(try sandbox.read("readme") == (file == "readme" ? "mine\n" : "one\ntwo\nthree\n"))
    }

    @Test("a change beside the merge stays as it is, staged or not")
    func beside() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write("other", "x\n")
        try await sandbox.commit("other")
        try await sandbox.branch("run", writing: ["readme": "run\n"])
        try sandbox.write("other", "mine\n")
        try sandbox.write("staged", "mine\n")
        try await sandbox.plain("add", "staged")
        let before = try await sandbox.status()
        guard case .merged = try await merge(sandbox) else {
            Issue.record("not merged")
            return
        }
        #expect(try await sandbox.status() == before)
        #expect(try sandbox.read("other") == "mine\n")
    }

    @Test("a target with an operation under way, or a locked index, is busy")
    func operations() async throws {
        let sandbox = try await Sandbox()
        try await sandbox.branch("run", writing: ["readme": "run\n"])
        try sandbox.write(".git/index.lock", "")
        #expect(try await merge(sandbox) == .targetBusy(.indexLocked))
        try sandbox.remove(".git/index.lock")

        try await sandbox.branch("side", writing: ["readme": "side\n"])
        try sandbox.write("readme", "main\n")
        try await sandbox.commit("main")
        try await sandbox.plain("merge", "side", accepting: [1])
        let busy = MergeOutcome.targetBusy(.operationInProgress(worktree: sandbox.repository))
        try await sandbox.branch("clean", writing: ["unrelated": "x\n"])
        #expect(try await merge(sandbox, "clean") == busy)
        try await sandbox.plain("merge", "--abort")
        try await sandbox.plain("rebase", "--quiet", "side", accepting: [1])
        #expect(try await merge(sandbox, "clean") == busy, "HEAD is detached, but the branch comes back")
    }

    @Test("a target that is checked out nowhere moves alone")
    func elsewhere() async throws {
        let sandbox = try await Sandbox()
        try await sandbox.plain("branch", "release")
        try await sandbox.branch("run", writing: ["new": "x\n"])
        try sandbox.write("readme", "mine\n")
        guard case .merged(let commit) = try await merge(sandbox, into: "release") else {
            Issue.record("not merged")
            return
        }
        #expect(try await sandbox.plain("rev-parse", "release") == commit)
        #expect(try await sandbox.plain("branch", "--show-current") == "main")
        #expect(try await sandbox.status() == " M readme")
        #expect(!sandbox.exists("new"))
    }

    @Test("a merge that was stopped between the files and the branch is completed by the next")
    func resumed() async throws {
        let sandbox = try await Sandbox()
        let tip = try await sandbox.branch("run", writing: ["new": "x\n", "readme": "run\n"], removing: [])
        try await sandbox.plain("read-tree", "-m", "-u", "main", tip)
        #expect(try await sandbox.status() != "")
        #expect(try await merge(sandbox, by: .fastForward) == .merged(commit: tip))
        #expect(try await sandbox.status().isEmpty)
    }

    @Test("merges at the same time take turns, and all land")
    func parallel() async throws {
        let sandbox = try await Sandbox()
        for number in 0..<8 { try await sandbox.branch("run-\(number)", writing: ["file-\(number)": "x\n"]) }
        try await withThrowingTaskGroup { group in
            for number in 0..<8 {
                group.addTask {
                    let outcome = try await merge(sandbox, "run-\(number)")
                    guard case .merged = outcome else { throw Sandbox.Unexpected(what: "\(outcome)") }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await sandbox.status().isEmpty)
        for number in 0..<8 { #expect(sandbox.exists("file-\(number)")) }
        #expect(try await sandbox.plain("rev-list", "--count", "--merges", "main") == "8")
    }

    @Test("a branch that is not there is named")
    func missing() async throws {
        let sandbox = try await Sandbox()
        await #expect(throws: RepositoryError.branchNotFound("run")) { try await merge(sandbox) }
    }

    @Test("a merge that was killed while it wrote files is completed by the next")
    func halfLanded() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write("gone", "1\n")
        try await sandbox.commit("base")
        let tip = try await sandbox.branch(
            "run", writing: ["new": "new\n", "readme": "changed\n"], removing: ["gone"])
        func merge() async throws -> MergeOutcome {
            try await sandbox.git.merge(
                sandbox.repository, branch: "run", into: "main", strategy: .fastForward, message: "")
        }
        try sandbox.write("new", "new\n")
        try sandbox.remove("gone")
        // What is another's is not taken for that, be it only staged.
        for (staged, written) in [("two\n", "mine\n"), ("mine\n", "changed\n")] {
            try sandbox.write("readme", staged)
            try await sandbox.plain("add", "readme")
            try sandbox.write("readme", written)
            guard case .targetBusy(.localChanges(let files)) = try await merge() else {
                Issue.record("another's work is merged away")
                return
            }
            #expect(files.contains("readme"))
            #expect(try await sandbox.plain("show", ":readme") + "\n" == staged)
            #expect(try sandbox.read("readme") == written)
        }
        try await sandbox.plain("reset", "--quiet", "readme")
        #expect(try await merge() == .merged(commit: tip))
        #expect(try await sandbox.status() == "")
    }
}
