import Foundation
import Model
import RoostTesting
import Testing

@testable import Repository

/// One repository, a worktree of it, and chance. The same seed does the same things.
final class OraclePlay {
    /// What one seed does. Each costs some 30 git processes.
    private static let stepCount = 8

    struct Disagreement: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    let sandbox: Sandbox
    let git: Git
    let worktree: String
    let plain: PlainGit
    var meddler: Meddler
    /// What was done so far.
    var steps: [String]
    private var nextName = 0

    init(seed: UInt64) async throws {
        // Plain git's commits have the machine's time, and git counts wrongly where children are older than their parents.
        sandbox = try await Sandbox(time: WallTime())
        git = sandbox.git
        plain = PlainGit(folder: sandbox.repository, environment: sandbox.environment, scratch: sandbox.path("scratch"))
        var first = Meddler(folder: sandbox.repository, random: SeededRandom(seed: seed))
        if Bool.random(using: &first.random) { try sandbox.write(".gitignore", "*.ignored\n/HEAD\n") }
        var steps: [String] = []
        if Int.random(in: 0..<4, using: &first.random) == 0 { try await Self.addModule(to: plain, in: sandbox) }
        for _ in 0..<12 { steps.append(try await first.meddle(plain)) }
        try await plain.commitAll()
        worktree = try await sandbox.worktree("run")
        meddler = Meddler(folder: worktree, random: first.random)
        self.steps = steps
    }

    func run() async throws {
        for _ in 0..<Self.stepCount {
            for _ in 0..<Int.random(in: 1...6, using: &meddler.random) {
                steps.append(try await meddler.meddle(plainInWorktree))
            }
            try await step()
        }
        _ = try await plain.run(["fsck", "--no-progress", "--no-dangling", "--connectivity-only"])
    }

    private static func addModule(to plain: PlainGit, in sandbox: Sandbox) async throws {
        let path = sandbox.path("module")
        _ = try await plain.run(["init", "--quiet", path])
        try sandbox.write("inner", "inner\n", in: path)
        try await PlainGit(folder: path, environment: plain.environment, scratch: plain.scratch).commitAll()
        _ = try await plain.run(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", path, "module"])
    }

    var plainInWorktree: PlainGit {
        PlainGit(folder: worktree, environment: sandbox.environment, scratch: sandbox.path("scratch"))
    }

    private enum Verb: String, CaseIterable {
        case status, diff, snapshots, commit, commitOfFiles, amend, deleteFile, renameBranch, saveWork, rewind
        case merge, rebase, conflict, revertOfHunks, revertOfFiles, removal, push, fetch, pull, follow
    }

    private func step() async throws {
        let verb = meddler.pick(Verb.allCases)
        try await does(verb.rawValue) {
            switch verb {
            case .status: break
            case .diff: try await checkDiff()
            case .snapshots: try await checkSnapshots()
            case .commit: try await checkCommit()
            case .commitOfFiles: try await checkCommitOfFiles()
            case .amend: try await checkAmend()
            case .deleteFile: try await checkDeleteFile()
            case .renameBranch: try await checkRenameBranch()
            case .saveWork: try await checkSaveWork()
            case .rewind: try await checkRewind()
            case .merge: try await checkMerge()
            case .rebase: try await checkRebase()
            case .conflict: try await checkConflict()
            case .revertOfHunks: try await checkRevertOfHunks()
            case .revertOfFiles: try await checkRevertOfFiles()
            case .removal: try await checkRemoval()
            case .push: try await checkPush()
            case .fetch: try await checkFetch()
            case .pull: try await checkPull()
            case .follow: try await checkFollow()
            }
        }
        try await does("status", checkStatus)
    }

    private func does(_ what: String, _ verb: () async throws -> Void) async throws {
        steps.append("— " + what)
        do {
            try await verb()
        } catch {
            throw Disagreement("\(what): \(error)")
        }
    }

    func note(_ text: String) { steps.append("  " + text) }

    /// Does a verb of ours, which may refuse, and loses nothing either way.
    func safely<Result>(
        in places: [PlainGit]? = nil, takesIgnored: Bool = false, takesStaged: Bool = false,
        _ verb: () async throws -> Result
    ) async throws -> Result {
        let places = places ?? [plainInWorktree]
        let before = try await Belongings(in: places, hasIgnored: !takesIgnored, hasStaged: !takesStaged)
        let result: Result
        do {
            result = try await verb()
        } catch {
            note("refused: \(error)")
            try await before.requireAll(in: places)
            throw error
        }
        try await before.requireAll(in: [plain, plainInWorktree].filter { Paths.exists($0.folder) })
        return result
    }

    /// As the hub does before a verb that changes what somebody may want back.
    func saveBefore() async throws {
        _ = try await git.snapshot(worktree, scope: "s", name: newName(), kind: .auto, note: "before")
    }

    func agree<Value: Equatable>(_ what: String, _ ours: Value, _ theirs: Value) throws {
        if ours != theirs { throw Disagreement("\(what): we say \(ours), git says \(theirs)") }
    }

    func newName() -> String {
        nextName += 1
        return "n\(nextName)"
    }

    func checkStatus() async throws {
        let status = try await git.branchStatus(worktree, target: "main")
        let plain = plainInWorktree
        let lines = try await plain.fields(
            "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all",
            "--ignore-submodules=dirty")
        try agree("untracked files", status.untracked, lines.count { $0.hasPrefix("??") })
        let unmerged = lines.count { ["DD", "AU", "UD", "UA", "DU", "AA", "UU"].contains($0.prefix(2)) }
        try agree("conflicts", status.conflicts.count, unmerged)
        try agree("changed files", status.changed, lines.count { !$0.hasPrefix("??") } - unmerged)
        try agree("HEAD", status.head, try await plain.line("rev-parse", "HEAD"))
        try agree("branch", status.branch, "run")
        try agree("ahead", status.target?.ahead, Int(try await plain.line("rev-list", "--count", "main..HEAD")))
        try agree("behind", status.target?.behind, Int(try await plain.line("rev-list", "--count", "HEAD..main")))
        try agree("what waits", status.operation, nil)
    }

    /// The patches, put on the base by git itself, make the tree that is there.
    func checkDiff() async throws {
        let plain = plainInWorktree
        let base = try await plain.line("merge-base", "main", "HEAD")
        let before = try await plain.fields("status", "--porcelain=v1", "-z")
        let diff = try await git.diff(worktree: worktree, against: base)
        try agree("what a look changes", before, try await plain.fields("status", "--porcelain=v1", "-z"))
        let tree = try await plain.tree()
        let index = sandbox.path("scratch/\(UUID().uuidString)")
        _ = try await plain.run(["read-tree", base], index: index)
        // A folder may take the place of a file, and the other way round.
        for file in diff.files where file.isBinary && file.kind == .deleted {
            try await put(file, of: tree, into: index)
        }
        let patch = diff.files.filter { !$0.isBinary }.compactMap(\.patch).joined()
        if !patch.isEmpty {
            try sandbox.write("patch", patch, in: sandbox.root)
            _ = try await plain.run(
                ["apply", "--cached", "--whitespace=nowarn", "--", sandbox.path("patch")], index: index)
        }
        for file in diff.files where file.isBinary && file.kind != .deleted {
            try await put(file, of: tree, into: index)
        }
        let made = try await plain.line("write-tree", index: index)
        let different = try await plain.fields("diff-tree", "-r", "-z", "--raw", made, tree)
        if !different.isEmpty { note(patch) }
        try agree("what patches make, and what is there", different, [])
        let counts = try await plain.fields("diff-tree", "-r", "-z", "--no-renames", "--name-only", base, tree)
        let names = diff.files.flatMap { file in
            switch file.kind {
            case .renamed: [file.path, file.oldPath ?? ""]
            case .added, .modified, .deleted, .copied, .typeChanged: [file.path]
            }
        }
        try agree("names", Set(names), Set(counts))
        let short = try await plain.line("diff-tree", "-r", "-M", "-C", "--shortstat", base, tree)
        let numbers = short.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
        try agree("number of files", diff.stats.filesChanged, numbers.first ?? 0)
        try agree("number of lines", diff.stats.additions + diff.stats.deletions, numbers.dropFirst().reduce(0, +))
    }

    /// Of binary content a diff has no patch.
    private func put(_ file: FileDiff, of tree: String, into index: String) async throws {
        if let old = file.oldPath, file.kind == .renamed {
            _ = try await plainInWorktree.run(["update-index", "--force-remove", "--", old], index: index)
        }
        guard file.kind != .deleted else {
            _ = try await plainInWorktree.run(["update-index", "--force-remove", "--", file.path], index: index)
            return
        }
        let entry = try await plainInWorktree.run(
            ["--literal-pathspecs", "ls-tree", "-z", "--full-tree", tree, "--", file.path])
        let words = String(decoding: entry.output, as: UTF8.self).split(separator: "\t")[0].split(separator: " ")
        _ = try await plainInWorktree.run(
            ["update-index", "--add", "--replace", "--cacheinfo", "\(words[0]),\(words[2]),\(file.path)"], index: index)
    }

    func checkSnapshots() async throws {
        let plain = plainInWorktree
        let (head, tree) = (try await plain.line("rev-parse", "HEAD"), try await plain.tree())
        let before = try await plain.fields("status", "--porcelain=v1", "-z")
        let name = newName()
        let made = try await safely {
            try await git.snapshot(worktree, scope: "s", name: name, kind: .manual, note: "by chance")
        }
        try agree("what a snapshot changes", try await plain.fields("status", "--porcelain=v1", "-z"), before)
        try agree("a snapshot", try await plain.line("rev-parse", "refs/roost/snapshots/s/\(name)^{tree}"), tree)
        try agree("below a snapshot", made.head, head)
        for _ in 0..<4 { steps.append(try await meddler.meddle(plain)) }
        // What is ignored now may not be so then.
        let (replaced, ignored) = (try await plain.tree(), try await plain.ignored())
        do {
            let saved = try await safely {
                try await git.restore(worktree, scope: "s", name: name, checkpoint: newName(), note: "back")
            }
            try agree("what was replaced", try await plain.line("rev-parse", saved.commit + "^{tree}"), replaced)
        } catch RepositoryError.filesInTheWay {
            return try agree("what a refusal changes", try await plain.tree(), replaced)
        }
        try agree(
            "what was restored", try await plain.files(of: try await plain.tree(), without: ignored),
            try await plain.files(of: tree, without: ignored))
        try agree("HEAD", try await plain.line("rev-parse", "HEAD"), head)
    }

    func checkCommit() async throws {
        let plain = plainInWorktree
        let (head, tree) = (try await plain.line("rev-parse", "HEAD"), try await plain.tree())
        let commit = try await safely(takesStaged: true) { try await git.commit(worktree, message: "all\n\n#hash") }
        try agree("the commit", commit == nil, try await plain.line("rev-parse", head + "^{tree}") == tree)
        guard let commit else { return }
        try agree("its tree", try await plain.line("rev-parse", commit + "^{tree}"), tree)
        try agree("its parent", try await plain.line("rev-parse", commit + "^"), head)
        try agree(
            "what is left", try await plain.fields("status", "--porcelain=v1", "-z", "--ignore-submodules=dirty"), [])
    }

    func checkCommitOfFiles() async throws {
        let plain = plainInWorktree
        let changed = try await plain.fields(
            "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all"
        ).map { String($0.dropFirst(3)) }.filter { !$0.hasPrefix("nested") }
        guard !changed.isEmpty else { return }
        let chosen = Array(changed.shuffled(using: &meddler.random).prefix(2))
        note("\(chosen)")
        let head = try await plain.line("rev-parse", "HEAD")
        let index = sandbox.path("scratch/\(UUID().uuidString)")
        _ = try await plain.run(["read-tree", head], index: index)
        let theirs = try await plain.run(
            ["--literal-pathspecs", "add", "--all", "--"] + chosen, index: index, accepting: [0, 1, 128])
        let commit: String?
        do {
            commit = try await safely(takesStaged: true) {
                try await git.commit(worktree, files: chosen, message: "some")
            }
        } catch let failure as GitFailure where theirs.code != 0 {
            return note("both refuse: \(failure)")
        }
        let tree = try await plain.line("write-tree", index: index)
        try agree("its tree", try await plain.line("rev-parse", (commit ?? head) + "^{tree}"), tree)
    }
}
