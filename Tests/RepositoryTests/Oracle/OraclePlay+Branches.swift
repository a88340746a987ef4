import Foundation
import Testing

@testable import Repository

/// What brings branches together, and what takes changes back.
extension OraclePlay {
    /// The user's own branch goes on: files of the same names are changed there too.
    func moveMain() async throws {
        var other = Meddler(folder: sandbox.repository, random: meddler.random)
        for _ in 0..<3 { note("main: " + (try await other.meddle(plain))) }
        meddler.random = other.random
        try await plain.commitAll()
    }

    /// The same repository once more, where git does the same by its own commands.
    func copy(at branch: String) async throws -> PlainGit {
        let path = sandbox.path("copy-" + newName())
        _ = try await plain.run(["clone", "--quiet", "--shared", "--no-checkout", sandbox.repository, path])
        let copy = PlainGit(folder: path, environment: sandbox.environment, scratch: plain.scratch)
        _ = try await copy.run(["fetch", "--quiet", "origin", "+refs/heads/*:refs/theirs/*"])
        _ = try await copy.run(["checkout", "--quiet", "--force", "-B", "here", "refs/theirs/" + branch])
        return copy
    }

    func saveAll() async throws {
        _ = try await safely(takesStaged: true) { try await git.saveWork(worktree, message: "work") }
    }

    func checkMerge() async throws {
        try await saveAll()
        if Bool.random(using: &meddler.random) { try await moveMain() }
        let strategy = meddler.pick([MergeStrategy.merge, .squash, .fastForward])
        note("\(strategy)")
        let old = try await plain.line("rev-parse", "main")
        let tip = try await plain.line("rev-parse", "run")
        let copy = try await copy(at: "main")
        let arguments =
            switch strategy {
            case .merge: ["--no-ff", "--message", "merge"]
            case .squash: ["--squash"]
            case .fastForward: ["--ff-only"]
            }
        let isIn = try await copy.run(["merge-base", "--is-ancestor", tip, old], accepting: [0, 1]).code == 0
        let theirs = try await copy.run(
            ["merge", "--quiet"] + arguments + ["refs/theirs/run"], accepting: [0, 1, 2, 128])
        let before = try await plain.fields("status", "--porcelain=v1", "-z", "--untracked-files=no")
        let outcome = try await safely(in: [plain, plainInWorktree]) {
            try await git.merge(
                sandbox.repository, branch: "run", into: "main", strategy: strategy, message: "merge")
        }
        switch outcome {
        case .merged(let commit):
            try agree("whether it merges", true, theirs.code == 0)
            try agree("the tree", try await plain.line("rev-parse", "main^{tree}"), try await copy.line("write-tree"))
            try agree("the branch", try await plain.line("rev-parse", "main"), commit)
            let parents = try await plain.line("log", "-1", "--format=%P", commit)
            switch strategy {
            case .merge: try agree("parents", parents, old + " " + tip)
            case .squash: try agree("parents", parents, old)
            case .fastForward: try agree("the commit", commit, tip)
            }
            try agree(
                "what is left", try await plain.fields("status", "--porcelain=v1", "-z", "--untracked-files=no"), before
            )
        case .nothingToMerge:
            let isEmpty = try await copy.line("write-tree") == plain.line("rev-parse", old + "^{tree}")
            try agree("whether there is something", false, !isIn && !isEmpty)
        case .conflict(let files):
            try agree("whether it conflicts", true, theirs.code == 1)
            let unmerged = try await copy.fields("diff", "--name-only", "-z", "--diff-filter=U")
            // Where both sides need a name, git adds one of its own: that of the side, as it was called.
            func plainly(_ names: [String]) -> Set<String> { Set(names.map { String($0.prefix { $0 != "~" }) }) }
            try agree("what conflicts", plainly(files.map(\.path)), plainly(unmerged))
            try agree("the branch", try await plain.line("rev-parse", "main"), old)
        case .diverged:
            try agree("whether it has to be rebased", true, strategy == .fastForward && theirs.code != 0)
        case .targetBusy(let why):
            // Files of the user's own would be overwritten: git refuses where they are, which the copy has not.
            note("\(why)")
            try agree("the branch", try await plain.line("rev-parse", "main"), old)
        }
    }

    func checkRebase() async throws {
        try await saveAll()
        try await moveMain()
        let tip = try await plain.line("rev-parse", "run")
        let copy = try await copy(at: "run")
        let theirs = try await copy.run(["rebase", "--quiet", "refs/theirs/main"], accepting: [0, 1])
        try await saveBefore()
        let outcome: RebaseOutcome
        do {
            outcome = try await safely { try await git.rebase(worktree, onto: "main") }
        } catch RepositoryError.filesInTheWay {
            return try agree("what a refusal changes", try await plain.line("rev-parse", "run"), tip)
        }
        switch outcome {
        case .done(let head):
            try agree("whether it can be rebased", true, theirs.code == 0)
            try agree(
                "the tree", try await plain.line("rev-parse", head + "^{tree}"),
                try await copy.line("rev-parse", "HEAD^{tree}"))
            try agree(
                "the number of commits", try await plain.line("rev-list", "--count", "main..run"),
                try await copy.line("rev-list", "--count", "refs/theirs/main..HEAD"))
        case .conflict(let files, let operation):
            try agree("whether it conflicts", true, theirs.code == 1)
            try agree("what waits", operation, .rebase)
            let unmerged = try await copy.fields("diff", "--name-only", "-z", "--diff-filter=U")
            try agree("what conflicts", Set(files.map(\.path)), Set(unmerged))
            try await saveBefore()
            _ = try await safely { try await git.abortOperation(worktree) }
            try agree("the branch, called off", try await plain.line("rev-parse", "run"), tip)
            try agree(
                "the files, called off", try await plain.files(of: try await plainInWorktree.tree()),
                try await plain.files(of: try await plain.line("rev-parse", tip + "^{tree}")))
        }
    }

    /// One hunk after the other, from the last, until a file is what it was.
    func checkRevertOfHunks() async throws {
        let plain = plainInWorktree
        let base = try await plain.line("rev-parse", "HEAD")
        let diff = try await git.diff(worktree: worktree, against: base)
        let candidates = diff.files.filter { file in
            // What is ignored then would be another question.
            guard file.kind == .modified, !file.isBinary, file.path != ".gitignore", let patch = file.patch else {
                return false
            }
            // A repository inside has no lines.
            return patch.contains("\n@@ ") && !patch.contains(" 160000")
        }
        guard !candidates.isEmpty, let patch = meddler.pick(candidates).patch else { return }
        let file = try #require(candidates.first { $0.patch == patch })
        let hunks = try Patch(patch).files[0].hunks.count
        // Byte for byte: two names may be the same to Swift and two to git.
        func isOf(_ entry: String, _ path: String) -> Bool {
            Array(entry.utf8.suffix(path.utf8.count + 1)) == Array("\t\(path)".utf8)
        }
        note("\(file.path.debugDescription), \(hunks) hunks")
        let others = try await plain.files(of: try await plain.tree()).filter { !isOf($0, file.path) }
        try await saveBefore()
        try await safely {
            for hunk in (0..<hunks).reversed() { try await git.revert(worktree, patch: patch, hunks: [hunk]) }
        }
        let kept = try await plain.files(of: try await plain.tree())
        func object(_ files: Set<String>) -> Substring? {
            files.first { isOf($0, file.path) }?.split(separator: "\t")[0].split(separator: " ")[2]
        }
        try agree("the file", object(kept), object(try await plain.files(of: base)))
        try agree("the others", kept.filter { !isOf($0, file.path) }, others)
    }

    func checkRevertOfFiles() async throws {
        let plain = plainInWorktree
        let base = try await plain.line("merge-base", "main", "HEAD")
        let ignored = try await plain.ignored()
        try await saveBefore()
        if Bool.random(using: &meddler.random) {
            do {
                try await safely { try await git.revertFiles(worktree, to: base, files: nil) }
            } catch RepositoryError.filesInTheWay {
                return
            }
            let left = try await plain.files(of: try await plain.tree(), without: ignored)
            return try agree("all files", left, try await plain.files(of: base, without: ignored))
        }
        let tree = try await plain.tree()
        let changed = try await plain.fields("diff-tree", "-r", "-z", "--no-renames", "--name-only", base, tree)
            .filter { !$0.hasPrefix("nested") && $0 != "module" }
        guard !changed.isEmpty else { return }
        let file = meddler.pick(changed)
        note(file.debugDescription)
        try await safely { try await git.revertFiles(worktree, to: base, files: [file]) }
        let now = try await plain.fields(
            "diff-tree", "-r", "-z", "--no-renames", "--name-only", base, try await plain.tree())
        // Byte for byte, as above.
        try agree("whether it differs", now.contains { Array($0.utf8) == Array(file.utf8) }, false)
    }
}
