import Model
import Testing

@testable import Repository

@Suite("Snapshots")
struct SnapshotTests {
    private func saved() async throws -> (sandbox: Sandbox, worktree: String) {
        let sandbox = try await Sandbox()
        let worktree = try await sandbox.worktree("run")
        try sandbox.write("readme", "changed\n", in: worktree)
        try sandbox.write("naïve\nname", "new\n", in: worktree)
        return (sandbox, worktree)
    }

    @Test("hold what is not committed, in a commit that plain git can read, and leave index and files alone")
    func make() async throws {
        let (sandbox, worktree) = try await saved()
        let before = try await sandbox.status(in: worktree)
        let made = try await sandbox.git.snapshot(
            worktree, scope: "run_1", name: "snp_1", kind: .manual, note: "before\nthe storm")
        #expect(try await sandbox.status(in: worktree) == before)
        #expect((made.kind, made.note) == (.manual, "before"))
        #expect(try await made.head == sandbox.plain("rev-parse", "main"))
        let ref = "refs/roost/snapshots/run_1/snp_1"
        #expect(try await sandbox.plain("show", ref + ":readme") == "changed")
        #expect(try await sandbox.plain("show", ref + ":naïve\nname") == "new")
        #expect(try await sandbox.plain("rev-parse", ref) == made.commit)
        try await sandbox.plain("gc", "--quiet", "--prune=now")
        #expect(try await sandbox.git.snapshots(sandbox.repository, scope: "run_1") == [made])
        #expect(try await sandbox.git.snapshots(sandbox.repository, scope: "run_2").isEmpty)
    }

    @Test("a name is made once, and what has not changed since the newest is not made again by the hub")
    func same() async throws {
        let (sandbox, worktree) = try await saved()
        func make(_ name: String, _ kind: Snapshot.Kind = .auto) async throws -> Snapshot {
            try await sandbox.git.snapshot(worktree, scope: "r", name: name, kind: kind, note: "turn")
        }
        let first = try await make("1")
        #expect(try await make("1") == first)
        #expect(try await make("2") == first)
        #expect(try await make("3", .manual).name == "3")
        try sandbox.write("readme", "again\n", in: worktree)
        #expect(try await make("4").name == "4")
        #expect(try await sandbox.git.snapshots(worktree, scope: "r").map(\.name) == ["4", "3", "1"])
    }

    @Test("a restore brings files back, also those that were removed or made since, and can itself be undone")
    func restore() async throws {
        let (sandbox, worktree) = try await saved()
        try sandbox.write(".gitignore", "*.o\n", in: worktree)
        let git = sandbox.git
        let first = try await git.snapshot(worktree, scope: "r", name: "1", kind: .auto, note: "turn")
        try await sandbox.commit("work", in: worktree)
        let head = try await sandbox.plain("rev-parse", "HEAD", in: worktree)
        try sandbox.remove("readme", in: worktree)
        try sandbox.write("later", "later\n", in: worktree)
        try sandbox.write("a.o", "object\n", in: worktree)

        let saved = try await git.restore(worktree, scope: "r", name: "1", checkpoint: "2", note: "undo")
        #expect((saved.name, saved.kind) == ("2", .restore))
        #expect(try sandbox.read("readme", in: worktree) == "changed\n")
        #expect(!sandbox.exists("later", in: worktree) && sandbox.exists("a.o", in: worktree))
        #expect(try await sandbox.plain("rev-parse", "HEAD", in: worktree) == head, "the branch stays")
        #expect(try await git.diff(worktree, from: .commit(first.commit), to: .worktree).files.isEmpty)

        _ = try await git.restore(worktree, scope: "r", name: "2", checkpoint: "3", note: "redo")
        #expect(!sandbox.exists("readme", in: worktree))
        #expect(try sandbox.read("later", in: worktree) == "later\n")
    }

    @Test("a restore does not touch what git ignores, and what is in the middle of a merge")
    func refused() async throws {
        let (sandbox, worktree) = try await saved()
        let git = sandbox.git
        _ = try await git.snapshot(worktree, scope: "r", name: "1", kind: .manual, note: "n")
        try sandbox.remove("naïve\nname", in: worktree)
        try sandbox.write(".gitignore", "na*\n", in: worktree)
        try sandbox.write("naïve\nname", "precious\n", in: worktree)
        await #expect(throws: RepositoryError.filesInTheWay(["naïve\nname"])) {
            try await git.restore(worktree, scope: "r", name: "1", checkpoint: "2", note: "n")
        }
        #expect(try sandbox.read("naïve\nname", in: worktree) == "precious\n")
        await #expect(throws: RepositoryError.snapshotNotFound("9")) {
            try await git.restore(worktree, scope: "r", name: "9", checkpoint: "3", note: "n")
        }

        try await sandbox.commit("mine", in: worktree)
        try sandbox.write("readme", "theirs\n")
        try await sandbox.commit("theirs")
        try await sandbox.plain("merge", "main", in: worktree, accepting: [1])
        await #expect(throws: RepositoryError.operationInProgress(.merge, worktree: worktree)) {
            try await git.restore(worktree, scope: "r", name: "1", checkpoint: "4", note: "n")
        }
        let status = try await git.branchStatus(worktree, target: "main")
        #expect(status.operation == .merge)
        #expect(status.conflicts == [.init(path: "readme", kind: .bothModified)])
        #expect(status.target == .init(ahead: 1, behind: 1))
    }

    @Test("what plain git has put among them, also what is no commit, hides none")
    func strangers() async throws {
        let (sandbox, worktree) = try await saved()
        let made = try await sandbox.git.snapshot(worktree, scope: "r", name: "5", kind: .manual, note: "n")
        let refs = [("1", "main"), ("2", "main:readme"), ("3", "main^{tree}")]
        for (name, object) in refs { try await sandbox.plain("update-ref", "refs/roost/snapshots/r/" + name, object) }
        try await sandbox.plain("tag", "--annotate", "--message", "Roost-Snapshot: auto", "t", "main")
        try await sandbox.plain("update-ref", "refs/roost/snapshots/r/4", "refs/tags/t")
        #expect(try await sandbox.git.snapshots(sandbox.repository, scope: "r") == [made])
    }

    @Test("the oldest go when there are too many, and those that were made by hand stay")
    func prune() async throws {
        let (sandbox, worktree) = try await saved()
        for (index, kind) in [Snapshot.Kind.manual, .auto, .restore, .auto].enumerated() {
            try sandbox.write("readme", "\(index)\n", in: worktree)
            _ = try await sandbox.git.snapshot(worktree, scope: "r", name: "\(index)", kind: kind, note: "n")
        }
        func prune(_ count: Int, sparing made: String) async throws -> [String] {
            try await sandbox.git.pruneSnapshots(sandbox.repository, scope: "r", keeping: count, sparing: made)
            return try await sandbox.git.snapshots(sandbox.repository, scope: "r").map(\.name)
        }
        #expect(try await prune(2, sparing: "3") == ["3", "0"])
        #expect(try await prune(1, sparing: "3") == ["3", "0"], "the one just made stays, whatever else there is")
    }

    @Test("what is older goes in all scopes, but for what was made by hand and for what is not ours")
    func forget() async throws {
        let (sandbox, worktree) = try await saved()
        func git(at seconds: Int64) -> Git {
            Git(settings: sandbox.settings, time: FrozenTime(moment: .init(seconds: seconds)))
        }
        for (index, (scope, kind)) in [
            ("a", Snapshot.Kind.auto), ("a", .manual), ("b", .restore), ("b", .auto),
        ].enumerated() {
            try sandbox.write("readme", "\(index)\n", in: worktree)
            _ = try await git(at: Int64(1_000 * (index + 1))).snapshot(
                worktree, scope: scope, name: "\(index)", kind: kind, note: "n")
        }
        try await sandbox.plain("update-ref", "refs/roost/snapshots/a/b/mine", "main")
        #expect(try await sandbox.git.forgetSnapshots(sandbox.repository, madeBefore: .init(seconds: 1_000)) == 0)
        #expect(try await sandbox.git.forgetSnapshots(sandbox.repository, madeBefore: .init(seconds: 4_000)) == 2)
        #expect(try await sandbox.git.snapshots(sandbox.repository, scope: "a").map(\.name) == ["1"])
        #expect(try await sandbox.git.snapshots(sandbox.repository, scope: "b").map(\.name) == ["3"])
        try await sandbox.plain("rev-parse", "--verify", "refs/roost/snapshots/a/b/mine")
    }

    @Test("what was only staged, and then written over, is in a snapshot too")
    func staged() async throws {
        let sandbox = try await Sandbox()
        let worktree = try await sandbox.worktree("run")
        try sandbox.write("new", "staged\n", in: worktree)
        try await sandbox.plain("add", "new", in: worktree)
        let git = sandbox.git
        let whole = try await git.snapshot(worktree, scope: "s", name: "n1", kind: .auto, note: "one")
        #expect(try await sandbox.plain("log", "--format=%P", "-1", whole.commit) == whole.head)
        try sandbox.write("new", "and more\n", in: worktree)
        let made = try await git.snapshot(worktree, scope: "s", name: "n2", kind: .auto, note: "two")
        #expect(made.head == whole.head)
        #expect(try await sandbox.plain("show", made.commit + ":new") == "and more")
        #expect(try await sandbox.plain("show", made.commit + "^2:new") == "staged")
        #expect(try await git.snapshots(worktree, scope: "s").map(\.head) == [whole.head, whole.head])
        #expect(try await sandbox.status(in: worktree) == "AM new")
        try await git.removeWorktree(
            sandbox.repository, path: worktree, scope: "run", name: "n3", takesChanges: true)
        #expect(try await sandbox.plain("show", "refs/roost/removed/run/n3^2:new") == "staged")
        #expect(try await git.bringBackWorktree(sandbox.repository, scope: "run", name: "n3").head == whole.head)
    }
}

extension Timestamp {
    fileprivate init(seconds: Int64) { self.init(millisecondsSince1970: seconds * 1_000) }
}
