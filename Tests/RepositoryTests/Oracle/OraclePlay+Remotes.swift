import Foundation
import RoostTesting
import Testing

@testable import Repository

/// A remote, where others put their work too.
extension OraclePlay {
    private var remote: String { sandbox.path("remote.git") }
    private var theirs: PlainGit {
        PlainGit(folder: sandbox.path("theirs"), environment: sandbox.environment, scratch: plain.scratch)
    }

    private func requireRemote() async throws {
        guard !Paths.exists(remote) else { return }
        _ = try await plain.run(["init", "--quiet", "--bare", "--initial-branch", "main", remote])
        _ = try await plain.run(["remote", "add", "origin", remote])
        _ = try await plain.run(["push", "--quiet", "origin", "main", "run"])
        _ = try await plain.run(["clone", "--quiet", remote, theirs.folder])
    }

    /// Somebody else goes on there, or puts something in its place.
    private func moveRemote(_ branch: String) async throws {
        _ = try await theirs.run(["fetch", "--quiet", "--prune"])
        let tip = try await tip(of: branch)
        _ = try await theirs.run(["checkout", "--quiet", "--force", "-B", "here", tip ?? "origin/main"])
        let rewrites = Int.random(in: 0..<3, using: &meddler.random) == 0
        if rewrites { _ = try await theirs.run(["reset", "--quiet", "--hard", "HEAD~1"], accepting: [0, 128]) }
        // Without what plain git would have to check out in a copy: submodules and worktrees are the other tests'.
        for _ in 0..<2 {
            let name = meddler.pick(["a", "b.txt", "dir/x", "ü.txt", "new\nline", "x.ignored", "theirs"])
            let folder = (theirs.folder + "/" + name as NSString).deletingLastPathComponent
            guard Paths.isFolder(folder) || !Paths.exists(folder), !Paths.isFolder(theirs.folder + "/" + name) else {
                continue
            }
            // Be it a symlink that leads nowhere.
            if Paths.exists(theirs.folder + "/" + name) { try sandbox.remove(name, in: theirs.folder) }
            try sandbox.write(name, "theirs \(Int.random(in: 0...9, using: &meddler.random))\n", in: theirs.folder)
            _ = try await theirs.run(["--literal-pathspecs", "add", "--force", "--", name])
        }
        _ = try await theirs.run(["commit", "--quiet", "--allow-empty", "--message", "theirs"])
        _ = try await theirs.run(["push", "--quiet", "--force", "origin", "HEAD:refs/heads/\(branch)"])
        note("the remote's \(branch) \(rewrites ? "is another" : "goes on")")
    }

    private func tip(of branch: String) async throws -> String? {
        let line = try await plain.line("ls-remote", remote, "refs/heads/\(branch)")
        return line.split(separator: "\t").first.map(String.init)
    }

    private func known(_ branch: String) async throws -> String? {
        let line = try await plain.line("for-each-ref", "--format=%(objectname)", "refs/remotes/origin/\(branch)")
        return line.isEmpty ? nil : line
    }

    func checkPush() async throws {
        try await requireRemote()
        if Bool.random(using: &meddler.random) { try await moveRemote("run") }
        if Bool.random(using: &meddler.random) { _ = try await plain.run(["fetch", "--quiet", "origin"]) }
        if Bool.random(using: &meddler.random) { try await saveAll() }
        let isForced = Bool.random(using: &meddler.random)
        let (ours, there, known) = (
            try await plain.line("rev-parse", "refs/heads/run"), try await tip(of: "run"), try await known("run")
        )
        var goes = there == nil || there == ours || (isForced && there == known)
        if let there, !goes, !isForced {
            goes = try await plain.run(["merge-base", "--is-ancestor", there, ours], accepting: [0, 1, 128]).code == 0
        }
        note(isForced ? "forced" : "not forced")
        let outcome = try await safely {
            try await git.push(sandbox.repository, branch: "run", to: "origin", isForced: isForced)
        }
        if case .rejected = outcome {
            try agree("whether it goes", false, goes)
            return try agree("the remote", try await tip(of: "run"), there)
        }
        try agree("whether it goes", true, goes)
        try agree("the remote", try await tip(of: "run"), ours)
        try agree("what is known of it", try await self.known("run"), ours)
    }

    func checkFetch() async throws {
        try await requireRemote()
        let format = ["for-each-ref", "--format=%(refname:lstrip=3) %(objectname)", "refs/remotes/origin"]
        func branches() async throws -> Set<String> {
            let lines = String(decoding: try await plain.run(format).output, as: UTF8.self).split(separator: "\n")
            return Set(lines.map(String.init).filter { !$0.hasPrefix("HEAD ") })
        }
        let before = try await branches()
        if Bool.random(using: &meddler.random) {
            try await moveRemote(meddler.pick(["run", "main", "new", "dir/new"]))
        }
        if Int.random(in: 0..<3, using: &meddler.random) == 0 {
            _ = try await theirs.run(["push", "--quiet", "origin", ":refs/heads/new"], accepting: [0, 1])
        }
        let changed = try await safely { try await git.fetch(sandbox.repository, from: "origin") }
        let after = try await branches()
        let names = before.symmetricDifference(after).map { String($0.prefix { $0 != " " }) }
        try agree("what has moved", changed, Set(names).sorted())
        let there = try await plain.line("ls-remote", "--heads", remote).split(separator: "\n").map { line in
            let words = line.split(separator: "\t")
            return "\(words[1].dropFirst("refs/heads/".count)) \(words[0])"
        }
        try agree("what is there", after, Set(there))
    }

    func checkPull() async throws {
        try await requireRemote()
        if Bool.random(using: &meddler.random) { try await saveAll() }
        if try await tip(of: "run") == nil || Bool.random(using: &meddler.random) { try await moveRemote("run") }
        _ = try await git.fetch(sandbox.repository, from: "origin")
        let plain = plainInWorktree
        let rebases = Bool.random(using: &meddler.random)
        let (head, tree) = (try await plain.line("rev-parse", "HEAD"), try await plain.tree())
        let base = "refs/remotes/origin/run"
        let ahead = try await plain.line("rev-list", "--count", base + "..HEAD")
        let behind = try await plain.line("rev-list", "--count", "HEAD.." + base)
        try await saveBefore()
        do {
            switch try await safely({ try await git.pull(worktree, branch: "run", from: "origin", rebases: rebases) }) {
            case .upToDate:
                try agree("how far behind", "0", behind)
                try agree("HEAD", try await plain.line("rev-parse", "HEAD"), head)
            case .diverged: try agree("whether it can go ahead", false, ahead == "0" || behind == "0" || rebases)
            case .done(let new):
                try agree("HEAD", try await plain.line("rev-parse", "HEAD"), new)
                try agree("how far behind", try await plain.line("rev-list", "--count", "HEAD.." + base), "0")
                if ahead == "0" { try agree("HEAD", new, try await plain.line("rev-parse", base)) }
            case .conflict:
                try agree("whether it is to be done over", true, rebases && ahead != "0")
                try await saveBefore()
                _ = try await safely { try await git.abortOperation(worktree) }
                try agree("HEAD", try await plain.line("rev-parse", "HEAD"), head)
            }
        } catch RepositoryError.filesInTheWay {
            try agree("what a refusal changes", try await plain.tree(), tree)
        } catch RepositoryError.worktreeDirty {
            try agree("what a refusal changes", try await plain.tree(), tree)
        } catch is GitFailure {
            // What is not committed would be overwritten.
            try agree("what a refusal changes", try await plain.tree(), tree)
            try agree("HEAD", try await plain.line("rev-parse", "HEAD"), head)
            try agree("whether it is clean", try await plain.fields("status", "--porcelain=v1", "-z").isEmpty, false)
        }
    }

    /// The user's own branch follows the remote's.
    func checkFollow() async throws {
        try await requireRemote()
        if Bool.random(using: &meddler.random) { try await moveMain() }
        if Bool.random(using: &meddler.random) { try await moveRemote("main") }
        let isInTheWay = !sandbox.exists("theirs") && Int.random(in: 0..<4, using: &meddler.random) == 0
        if isInTheWay { try sandbox.write("theirs", "not committed\n") }
        let old = try await plain.line("rev-parse", "main")
        let before = try await plain.fields("status", "--porcelain=v1", "-z", "--untracked-files=no")
        let watch = TransferWatch(secondsMax: 600) { _ in }
        let outcome = try await safely(in: [plain, plainInWorktree]) {
            try await git.followRemote(sandbox.repository, branch: "main", remote: "origin", watch: watch)
        }
        note("\(outcome)")
        let now = try await plain.line("rev-parse", "main")
        switch outcome {
        case .followed(let from, let to, _):
            try agree("where it was", from, old)
            try agree("the branch", to, now)
            try agree("the remote's", to, try await tip(of: "main"))
        case .upToDate, .diverged, .busy: try agree("the branch", now, old)
        }
        try agree(
            "what is left", try await plain.fields("status", "--porcelain=v1", "-z", "--untracked-files=no"), before)
        if isInTheWay { try sandbox.remove("theirs") }
    }
}
