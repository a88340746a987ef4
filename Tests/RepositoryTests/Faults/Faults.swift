import Foundation
import Model
import RoostTesting
import Testing

@testable import Repository

/// A repository with a run's worktree, and a git that dies at its n-th command, as `kill -9` of it and of the hub together would
/// have it: what would have come next does not come.
struct Faults {
    enum Moment: String, CaseIterable {
        /// Before the command does anything, which is mostly as after the one before it.
        case before
        /// While it is at work: between 0 and some 12 ms after it began.
        case amid
        /// When it is done, and nobody hears of it.
        case after
        /// With the locks of git in its hands.
        case locked
    }

    struct Lost: Error, CustomStringConvertible {
        let description: String
    }

    /// Ahead of the locks that are left behind: they have been there for long.
    private static let laterTime = WallTime(secondsAhead: 7_200)

    let sandbox: Sandbox
    /// Whole and sound: what a hub has that is started again.
    let git: Git
    let worktree: String
    let plain: PlainGit
    private let counter: String

    init() async throws {
        sandbox = try await Sandbox(time: Self.laterTime)
        git = sandbox.git
        counter = sandbox.path("count")
        plain = PlainGit(folder: sandbox.repository, environment: sandbox.environment, scratch: sandbox.path("scratch"))
        for name in ["a", "b", "c"] { try sandbox.write(name, (1...30).map { "\(name) \($0)\n" }.joined()) }
        try await plain.commitAll()
        worktree = try await sandbox.worktree("run")
        try sandbox.write("a", "run\n", in: worktree)
        try sandbox.write("made/x", "made\n", in: worktree)
        try await inWorktree.commitAll()
        try sandbox.write("b", "not committed\n", in: worktree)
        try sandbox.write("untracked", "untracked\n", in: worktree)
        _ = try await git.snapshot(worktree, scope: "s", name: "n1", kind: .manual, note: "one")
        try sandbox.write("c", "after the snapshot\n", in: worktree)
    }

    var inWorktree: PlainGit {
        PlainGit(folder: worktree, environment: sandbox.environment, scratch: sandbox.path("scratch"))
    }

    /// A git that dies at its `count`-th command. There is none so high: it never dies.
    func dying(_ moment: Moment, at count: Int, delayMilliseconds: Int) throws -> Git {
        let real = "\"$(command -v git)\""
        let death =
            switch moment {
            case .before: "kill -9 0"
            case .amid: "\(real) \"$@\" & sleep 0.\(String(format: "%03d", delayMilliseconds)); kill -9 0"
            case .after: "\(real) \"$@\"; kill -9 0"
            case .locked:
                """
                for folder in '\(sandbox.repository)/.git' '\(sandbox.repository)/.git/worktrees/run'; do
                for lock in index HEAD ORIG_HEAD config packed-refs refs/heads/run refs/heads/main refs/remotes/origin/run; do
                [ -e "$folder/${lock%/*}" ] && touch -d '1 hour ago' "$folder/$lock.lock"; done; done; kill -9 0
                """
            }
        let program = try sandbox.script(
            "dying-git",
            """
            count=$(($(cat '\(counter)' 2>/dev/null || echo 0) + 1)); echo $count > '\(counter)'
            [ $count -eq \(count) ] || exec git "$@"
            \(death)
            """)
        var settings = sandbox.settings
        settings.executable = program
        return Git(settings: settings, time: Self.laterTime)
    }

    /// Where `initialise` and the like make theirs.
    var newRepository: PlainGit {
        PlainGit(folder: sandbox.path("new"), environment: sandbox.environment, scratch: sandbox.path("scratch"))
    }

    /// A process that was killed lives on for a moment, and holds what it had; whoever starts a hub again is slower.
    func waitForTheKilled() async throws {
        func isAtWork() throws -> Bool {
            try FileManager.default.contentsOfDirectory(atPath: "/proc").contains { name in
                Int(name) != nil && Paths.canonical("/proc/\(name)/cwd")?.hasPrefix(sandbox.root) == true
            }
        }
        while try isAtWork() { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// How many commands were begun.
    var commandCount: Int {
        get throws { Int(try Paths.text(of: counter).trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 }
    }

    // MARK: What must not get lost

    /// Commits of all branches and snapshots, and contents of all files.
    struct Possessions {
        let commits: Set<String>
        let contents: Set<String>
    }

    /// - Parameter refs: what those alone have is to go.
    func possessions(without refs: [String] = []) async throws -> Possessions {
        let listed = try await plain.run(["rev-list"] + refs.map { "--exclude=" + $0 } + ["--all"])
        let commits = String(decoding: listed.output, as: UTF8.self).split(separator: "\n").map(String.init)
        return Possessions(commits: Set(commits), contents: try await contents())
    }

    private func contents() async throws -> Set<String> {
        var contents: Set<String> = []
        for place in [plain, inWorktree] where try await hasHead(place) {
            for file in try await place.files(of: try await place.tree()) {
                contents.insert(String(file.split(separator: "\t")[0].split(separator: " ")[2]))
            }
        }
        return contents
    }

    private func hasHead(_ place: PlainGit) async throws -> Bool {
        guard Paths.exists(place.folder) else { return false }
        return try await place.run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], accepting: [0, 1, 128]).code
            == 0
    }

    /// Everything that was there is in a file, on a branch, in a snapshot, or where git keeps what a branch was at.
    func requireAll(of before: Possessions) async throws {
        var kept: Set<String> = []
        // One by one: git stops at a worktree that it has just begun to make.
        for place in [plain, inWorktree] where try await hasHead(place) {
            let listed = try await place.line("rev-list", "--single-worktree", "--all", "--reflog", "--objects")
            kept.formUnion(listed.split(separator: "\n").map { String($0.prefix { $0 != " " }) })
        }
        let lost = before.commits.subtracting(kept)
        if !lost.isEmpty { throw Lost(description: "commits are lost: \(lost)") }
        let gone = before.contents.subtracting(kept).subtracting(try await contents())
        if !gone.isEmpty { throw Lost(description: "contents are lost: \(gone)") }
    }

    /// Whoever comes next finds it sound: what was begun is told and can be called off, and a commit can be made.
    func requireUsable() async throws {
        _ = try await plain.run(["fsck", "--no-progress", "--no-dangling", "--connectivity-only"])
        for place in [sandbox.repository, worktree] where Paths.exists(place) {
            let status = try await git.branchStatus(place, target: "main")
            if status.operation != nil { _ = try await git.abortOperation(place) }
            let operation = try await git.operation(in: place)
            if let operation { throw Lost(description: "\(operation) cannot be called off") }
            _ = try await git.saveWork(place, message: "afterwards")
            let left = try await git.status(place)
            if left != .clean { throw Lost(description: "what was there cannot be committed: \(left)") }
        }
        // And git by itself is no more stuck than we are.
        for place in [plain, inWorktree] where Paths.exists(place.folder) {
            _ = try await place.run(["commit", "--quiet", "--allow-empty", "--message", "by hand"])
        }
    }
}
