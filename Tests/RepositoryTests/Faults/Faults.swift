import Foundation
import Model
import RoostTesting
import Testing

@testable import Repository

/// A repository with a run's worktree, and a git that dies at its n-th command, as `kill -9` of it and of the hub together would
/// have it: what would have come next does not come.
struct Faults {
    enum Moment: String, CaseIterable {
        /// Before the command does anything.
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

    /// Hours ahead of the locks that are left behind: they have been there for long.
    private struct LaterTime: TimeSource {
        func now() -> Timestamp {
            Timestamp(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000) + 7_200_000)
        }
        func sleep(for duration: Duration) async throws { try await FrozenTime().sleep(for: duration) }
    }

    let sandbox: Sandbox
    /// Whole and sound: what a hub has that is started again.
    let git: Git
    let worktree: String
    let plain: PlainGit
    private let counter: String

    init() async throws {
        sandbox = try await Sandbox(time: LaterTime())
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
                for lock in index HEAD packed-refs refs/heads/run refs/heads/main; do
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
        return Git(settings: settings, time: LaterTime())
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

    func possessions() async throws -> Possessions {
        let commits = try await plain.line("rev-list", "--all").split(separator: "\n").map(String.init)
        var contents: Set<String> = []
        for place in [plain, inWorktree] where Paths.exists(place.folder) {
            for file in try await place.files(of: try await place.tree()) {
                contents.insert(String(file.split(separator: "\t")[0].split(separator: " ")[2]))
            }
        }
        return Possessions(commits: Set(commits), contents: contents)
    }

    /// Everything that was there is in a file, on a branch, in a snapshot, or where git keeps what a branch was at.
    func requireAll(of before: Possessions) async throws {
        let known = Set(try await plain.line("rev-list", "--all", "--reflog").split(separator: "\n").map(String.init))
        let lost = before.commits.subtracting(known)
        if !lost.isEmpty { throw Lost(description: "commits are lost: \(lost)") }
        let listed = try await plain.line("rev-list", "--all", "--reflog", "--objects")
        let kept = Set(listed.split(separator: "\n").map { String($0.prefix { $0 != " " }) })
        let gone = before.contents.subtracting(kept).subtracting(try await possessions().contents)
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
