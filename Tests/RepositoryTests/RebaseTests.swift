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

    @Test("an ignored file where the base, or a commit in between, puts one stays, and the rebase does not begin")
    func ignored() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write(".gitignore", ".env\n*.tmp\n")
        try await sandbox.commit("ignore")
        let worktree = try await sandbox.worktree("run")
        try sandbox.write("passing.tmp", "committed\n", in: worktree)
        try await sandbox.plain("add", "--force", "passing.tmp", in: worktree)
        try await sandbox.commit("adds", in: worktree)
        try sandbox.remove("passing.tmp", in: worktree)
        let head = try await sandbox.commit("takes away", in: worktree)
        for (name, moves) in [("passing.tmp", false), (".env", true)] {
            try sandbox.write(moves ? ".env" : "readme", "main\n")
            try await sandbox.plain("add", "--force", "--all")
            if moves { try await sandbox.plain("add", "--force", ".env") }
            try await sandbox.plain("commit", "--quiet", "--message", "main")
            try sandbox.write(name, "precious\n", in: worktree)
            await #expect(throws: RepositoryError.filesInTheWay([name])) {
                try await sandbox.git.rebase(worktree, onto: "main")
            }
            #expect(try sandbox.read(name, in: worktree) == "precious\n")
            #expect(try await sandbox.plain("rev-parse", "run") == head)
            try sandbox.remove(name, in: worktree)
        }
        guard case .done = try await sandbox.git.rebase(worktree, onto: "main") else {
            Issue.record("not done over")
            return
        }
    }

    /// A rebase that waits, in which `late.tmp` is yet to come: ignored, but committed by the branch.
    private func waiting() async throws -> (sandbox: Sandbox, worktree: String) {
        let sandbox = try await Sandbox()
        try sandbox.write(".gitignore", "*.tmp\n")
        try await sandbox.commit("ignore")
        try await sandbox.branch("run", writing: ["readme": "run\n"])
        let path = sandbox.path("run")
        try sandbox.write("late.tmp", "committed\n", in: path)
        try await sandbox.plain("add", "--force", "late.tmp", in: path)
        try await sandbox.commit("late", in: path)
        try sandbox.write("readme", "main\n")
        try await sandbox.commit("main")
        guard case .conflict = try await sandbox.git.rebase(path, onto: "main") else {
            throw Sandbox.Unexpected(what: "no conflict")
        }
        try sandbox.write("late.tmp", "precious\n", in: path)
        return (sandbox, path)
    }

    @Test("an ignored file that came meanwhile stays: going on, and calling off, are refused until it is moved away")
    func ignoredMeanwhile() async throws {
        let (sandbox, worktree) = try await waiting()
        let refusal = RepositoryError.filesInTheWay(["late.tmp"])
        try sandbox.write("readme", "both\n", in: worktree)
        await #expect(throws: refusal) { try await sandbox.git.continueOperation(worktree) }
        await #expect(throws: refusal) { try await sandbox.git.abortOperation(worktree) }
        #expect(try sandbox.read("late.tmp", in: worktree) == "precious\n")
        try sandbox.remove("late.tmp", in: worktree)
        guard case .done = try await sandbox.git.continueOperation(worktree) else {
            Issue.record("it did not go on")
            return
        }
        #expect(try sandbox.read("late.tmp", in: worktree) == "committed\n")
    }

    @Test("a row of picks goes on the same way", arguments: ["cherry-pick", "revert"])
    func picks(verb: String) async throws {
        let sandbox = try await Sandbox()
        try sandbox.write(".gitignore", "*.tmp\n")
        try sandbox.write("late.tmp", "committed\n")
        try await sandbox.plain("add", "--force", "late.tmp")
        try await sandbox.commit("base")
        let worktree = try await sandbox.worktree("run")
        // Picked, the first conflicts and the second brings `late.tmp`; reverted, the newer conflicts and the older brings it back.
        let isPick = verb == "cherry-pick"
        let commits: [String]
        if isPick {
            try await sandbox.plain("rm", "--quiet", "late.tmp", in: worktree)
            try await sandbox.commit("gone", in: worktree)
            try sandbox.write("readme", "theirs\n", in: worktree)
            try await sandbox.commit("mine", in: worktree)
            let first = try await sandbox.branch("other", writing: ["readme": "other\n"])
            try sandbox.remove("late.tmp", in: sandbox.path("other"))
            try await sandbox.commit("away", in: sandbox.path("other"))
            try sandbox.write("late.tmp", "committed\n", in: sandbox.path("other"))
            try await sandbox.plain("add", "--force", "late.tmp", in: sandbox.path("other"))
            let second = try await sandbox.commit("back", in: sandbox.path("other"))
            commits = [first, second]
        } else {
            try await sandbox.plain("rm", "--quiet", "late.tmp", in: worktree)
            let older = try await sandbox.commit("gone", in: worktree)
            try sandbox.write("readme", "newer\n", in: worktree)
            let newer = try await sandbox.commit("newer", in: worktree)
            try sandbox.write("readme", "newest\n", in: worktree)
            try await sandbox.commit("newest", in: worktree)
            commits = [newer, older]
        }
        try await sandbox.plain(verb, commits[0], commits[1], in: worktree, accepting: [1])
        try sandbox.write("late.tmp", "precious\n", in: worktree)
        try sandbox.write("readme", "both\n", in: worktree)
        await #expect(throws: RepositoryError.filesInTheWay(["late.tmp"])) {
            try await sandbox.git.continueOperation(worktree)
        }
        #expect(try sandbox.read("late.tmp", in: worktree) == "precious\n")
        #expect(try await sandbox.git.abortOperation(worktree) == (isPick ? .cherryPick : .revert))
        #expect(try sandbox.read("late.tmp", in: worktree) == "precious\n")
    }

    @Test("marks as long as no line is are looked for as git usually writes them")
    func longMarks() async throws {
        let (sandbox, worktree) = try await conflicting()
        _ = try await sandbox.git.rebase(worktree, onto: "main")
        let attributes = sandbox.repository + "/.git/info/attributes"
        for size in ["99999999999999", "\(Int.max)"] {
            try sandbox.write("attributes", "* conflict-marker-size=\(size)\n", in: sandbox.repository + "/.git/info")
            #expect(FileManager.default.fileExists(atPath: attributes))
            try sandbox.write("readme", "<<<<<<< a\nb\n=======\nc\n>>>>>>> d\n", in: worktree)
            #expect(try await sandbox.git.continueOperation(worktree) == .conflict(both, operation: .rebase))
        }
        try sandbox.write("readme", "both\n", in: worktree)
        #expect(try await sandbox.git.continueOperation(worktree) == .conflict([both[0]], operation: .rebase))
    }

    @Test("a conflict without a mark is none that is brought together, until somebody changes the file or adds it")
    func unmarked() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write(".gitattributes", "settings -merge\n*.txt conflict-marker-size=32\n")
        for name in ["settings", "note.txt"] { try sandbox.write(name, "base\n") }
        try sandbox.write("image", Data([0, 1]))
        try await sandbox.commit("base")
        let worktree = try await sandbox.worktree("run")
        func change(_ folder: String, _ byte: UInt8, _ text: String) async throws {
            for name in ["settings", "note.txt"] { try sandbox.write(name, text, in: folder) }
            try sandbox.write("image", Data([0, byte]), in: folder)
            try await sandbox.commit(text, in: folder)
        }
        try await change(worktree, 2, "run\n")
        try await change(sandbox.repository, 3, "main\n")
        func open(_ outcome: RebaseOutcome) -> [String]? {
            guard case .conflict(let files, .rebase) = outcome else { return nil }
            return files.map(\.path)
        }
        let git = sandbox.git
        #expect(open(try await git.rebase(worktree, onto: "main")) == ["image", "note.txt", "settings"])
        #expect(open(try await git.continueOperation(worktree)) == ["image", "note.txt", "settings"])
        // Of the branch's own content, of both, and what git left there.
        try sandbox.write("image", Data([0, 2]), in: worktree)
        try sandbox.write("note.txt", "<<<<<<< no mark here\n>>>>>>> nor here\n", in: worktree)
        #expect(open(try await git.continueOperation(worktree)) == ["settings"])
        try await sandbox.plain("add", "settings", in: worktree)
        guard case .done = try await git.continueOperation(worktree) else {
            Issue.record("it did not go on")
            return
        }
        #expect(FileManager.default.contents(atPath: worktree + "/image") == Data([0, 2]))
        #expect(try sandbox.read("settings", in: worktree) == "main\n")
    }

    @Test("a rebase that was killed while it noted where it came from is called off")
    func halfNoted() async throws {
        let sandbox = try await Sandbox()
        let worktree = try await sandbox.worktree("run")
        let tip = try await sandbox.plain("rev-parse", "HEAD", in: worktree)
        let notes = try await sandbox.plain("rev-parse", "--absolute-git-dir", in: worktree) + "/rebase-merge"
        try sandbox.write("head-name", "refs/heads/run\n", in: notes)
        try sandbox.write("onto", tip + "\n", in: notes)
        try sandbox.write("orig-head", "", in: notes)
        #expect(try await sandbox.git.abortOperation(worktree) == .rebase)
        #expect(try await sandbox.git.operation(in: worktree) == nil)
        #expect(try await sandbox.plain("rev-parse", "run") == tip)
    }
}
