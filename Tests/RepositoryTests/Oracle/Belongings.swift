import Foundation
import Glibc

@testable import Repository

/// What somebody has in a worktree and beside it: of this a verb of ours may lose nothing.
struct Belongings {
    struct Lost: Error, CustomStringConvertible {
        let description: String
    }

    /// Contents by git's names of them, and where they were.
    private let contents: [String: String]
    /// What git ignores, which no commit has: it stays where it is.
    private let ignored: [String: Data]
    private let commits: Set<String>

    /// - Parameters:
    ///   - hasIgnored: false where it is known to go.
    ///   - hasStaged: false where a commit is made of what the files are, and what was only staged goes, as git has it.
    init(in places: [PlainGit], hasIgnored: Bool = true, hasStaged: Bool = true) async throws {
        var contents: [String: String] = [:]
        var ignored: [String: Data] = [:]
        var commits: Set<String> = []
        for place in places {
            if hasStaged { for (id, path) in try await Self.staged(in: place) { contents[id] = "staged \(path)" } }
            for (id, path) in try await Self.present(in: place) { contents[id] = path }
            // The remote's are the remote's, and what holds a removed worktree is let go of with its return.
            let held = try await place.line(
                "rev-list", "--exclude=refs/remotes/*", "--exclude=refs/roost/removed/*", "--all", "HEAD", "--")
            commits.formUnion(held.split(separator: "\n").map(String.init))
            guard hasIgnored else { continue }
            let names = try await place.fields("ls-files", "-z", "--others", "--ignored", "--exclude-standard")
            for name in names where !name.hasSuffix("/") {
                ignored[place.folder + "/" + name] = Self.content(of: place.folder + "/" + name)
            }
        }
        (self.contents, self.ignored, self.commits) = (contents, ignored, commits)
    }

    /// Everything is in a file, in an index, or reachable from HEAD, a branch, a snapshot or another ref. What is only in a
    /// reflog does not count: nobody looks there, and git forgets it.
    func requireAll(in places: [PlainGit]) async throws {
        for (path, content) in ignored where Self.content(of: path) != content {
            throw Lost(description: "\(path.debugDescription), which is ignored, is lost or another")
        }
        var reachable: Set<String> = []
        for place in places {
            let listed = try await place.line("rev-list", "--objects", "--indexed-objects", "--all", "HEAD", "--")
            reachable.formUnion(listed.split(separator: "\n").map { String($0.prefix { $0 != " " }) })
        }
        let gone = commits.subtracting(reachable)
        if !gone.isEmpty { throw Lost(description: "commits are lost: \(gone)") }
        var missing = contents.filter { !reachable.contains($0.key) }
        for place in places where !missing.isEmpty {
            for (id, _) in try await Self.present(in: place) { missing[id] = nil }
        }
        if !missing.isEmpty { throw Lost(description: "contents are lost: \(missing)") }
    }

    private static func staged(in place: PlainGit) async throws -> [(id: String, path: String)] {
        try await entries(place.fields("ls-files", "-z", "--stage"), idAt: 1)
    }

    private static func present(in place: PlainGit) async throws -> [(id: String, path: String)] {
        try await entries(place.fields("ls-tree", "-r", "-z", "--full-tree", try await place.tree()), idAt: 2)
    }

    private static func entries(_ fields: [String], idAt place: Int) -> [(id: String, path: String)] {
        fields.compactMap { field in
            let halves = field.split(separator: "\t", maxSplits: 1)
            // Of a repository inside, git has no more than its name.
            guard halves.count == 2, !field.hasPrefix("160000 ") else { return nil }
            let id = String(halves[0].split(separator: " ")[place])
            return id == emptyBlob ? nil : (id, String(halves[1]))
        }
    }

    /// Nothing to lose, and what stands for a file that is only meant to be added.
    private static let emptyBlob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"

    private static func content(of path: String) -> Data? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFLNK else { return FileManager.default.contents(atPath: path) }
        return (try? FileManager.default.destinationOfSymbolicLink(atPath: path)).map { Data($0.utf8) }
    }
}
