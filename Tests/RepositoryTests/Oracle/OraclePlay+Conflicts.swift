import Foundation
import RoostTesting
import Testing

@testable import Repository

/// A rebase that stops, in which somebody goes on working, and that is ended or called off.
extension OraclePlay {
    func checkConflict() async throws {
        let plain = plainInWorktree
        try await saveAll()
        let clash = meddler.pick(["a", "dir/x", "x.ignored", "new\nline"])
        let isFree = { (place: String) in
            let parent = (place + "/" + clash as NSString).deletingLastPathComponent
            return !Paths.isFolder(place + "/" + clash) && (Paths.isFolder(parent) || !Paths.exists(parent))
        }
        guard isFree(worktree), isFree(sandbox.repository) else { return }
        for (place, side) in [(plain, "run"), (self.plain, "main")] {
            if Paths.exists(place.folder + "/" + clash) { try sandbox.remove(clash, in: place.folder) }
            try sandbox.write(clash, side + "\n", in: place.folder)
            _ = try await place.run(["--literal-pathspecs", "add", "--force", "--", clash])
            try await place.commitAll()
        }
        try await saveBefore()
        let tip = try await plain.line("rev-parse", "HEAD")
        let own = try await plain.line("rev-list", "--count", "main..HEAD")
        var outcome: RebaseOutcome
        do {
            outcome = try await safely { try await git.rebase(worktree, onto: "main") }
        } catch RepositoryError.filesInTheWay {
            return try agree("HEAD", try await plain.line("rev-parse", "HEAD"), tip)
        }
        var meddled = false
        while case .conflict(let files, let operation) = outcome {
            try agree("what waits", operation, .rebase)
            let unmerged = try await plain.fields("diff", "--name-only", "-z", "--diff-filter=U")
            try agree("what conflicts", Set(files.map(\.path)), Set(unmerged))
            if Bool.random(using: &meddler.random) {
                meddled = true
                for _ in 0..<2 { steps.append(try await meddler.meddle(plain)) }
            }
            try await saveBefore()
            if Int.random(in: 0..<3, using: &meddler.random) == 0 { return try await callOff(tip, meddled: meddled) }
            // Both ways: by git's own words, and by what the file says now.
            for file in try await plain.fields("diff", "--name-only", "-z", "--diff-filter=U") {
                let path = worktree + "/" + file
                let isThere = Paths.exists(path) && !Paths.isFolder(path)
                if isThere, Bool.random(using: &meddler.random) {
                    try FileManager.default.removeItem(atPath: path)
                    try sandbox.write(file, "both \(newName())\n", in: worktree)
                    if Bool.random(using: &meddler.random) { continue }
                }
                let how = Paths.exists(path) ? ["add", "--force"] : ["rm", "--quiet", "--cached", "-r"]
                _ = try await plain.run(["--literal-pathspecs"] + how + ["--", file], accepting: [0, 1, 128])
            }
            try await saveBefore()
            let before = try await plain.fields("diff", "--name-only", "-z", "--diff-filter=U")
            do {
                let head = try await plain.line("rev-parse", "HEAD")
                let next = try await safely { try await git.continueOperation(worktree) }
                if case .conflict(let left, _) = next, try await plain.line("rev-parse", "HEAD") == head,
                    Set(left.map(\.path)).isSubset(of: before)
                {
                    // For somebody to say: what is to stay as git left it.
                    note("\(left.map(\.path)) is left")
                    return try await callOff(tip, meddled: true)
                }
                outcome = next
            } catch RepositoryError.filesInTheWay {
                return try await callOff(tip, meddled: true)
            } catch let failure as GitFailure {
                // What is not of the conflict and not committed would be overwritten.
                note("\(failure)")
                return try await callOff(tip, meddled: true)
            }
        }
        guard case .done(let head) = outcome else { return }
        try agree("HEAD", try await plain.line("rev-parse", "HEAD"), head)
        try agree("the branch", try await plain.line("rev-parse", "run"), head)
        try agree("how far behind", try await plain.line("rev-list", "--count", "HEAD..main"), "0")
        let now = try await plain.line("rev-list", "--count", "main..HEAD")
        if let now = Int(now), let own = Int(own), now > own {
            throw Disagreement("there are \(now) commits of its own, and there were \(own)")
        }
    }

    private func callOff(_ tip: String, meddled: Bool) async throws {
        note("called off")
        try await saveBefore()
        do {
            _ = try await safely { try await git.abortOperation(worktree) }
        } catch RepositoryError.filesInTheWay(let files) {
            // Whoever put them there takes them away.
            for file in files { try sandbox.remove(file, in: worktree) }
            _ = try await safely { try await git.abortOperation(worktree) }
        }
        try agree("the branch, called off", try await plain.line("rev-parse", "run"), tip)
        try agree("HEAD, called off", try await plainInWorktree.line("symbolic-ref", "HEAD"), "refs/heads/run")
        guard !meddled else { return }
        try agree(
            "the files, called off", try await plain.files(of: try await plainInWorktree.tree()),
            try await plain.files(of: tip + "^{tree}"))
    }
}
