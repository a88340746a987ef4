import Foundation
import Model

extension Git {
    /// - Throws: `RepositoryError` `.notADirectory`, `.notARepository`, `.bare`, `.insideAnotherRepository`.
    package func inspect(_ path: String) async throws -> RepositoryInfo {
        let place = try await place(path)
        let current = try await currentBranch(at: place)
        return RepositoryInfo(
            path: place.top, currentBranch: current,
            defaultBranch: try await defaultBranch(at: place, current: current),
            hasCommit: try await commit(named: "HEAD", at: place) != nil)
    }

    /// Makes a repository of a folder, which is created when missing, and sees to a first commit. Files that are
    /// there stay as they are. Safe to repeat.
    /// - Throws: `RepositoryError` `.parentMissing`, `.notADirectory`, `.bare`, `.insideAnotherRepository`,
    ///   `.invalidBranchName`.
    package func initialise(_ path: String, branch: String = "main") async throws -> RepositoryInfo {
        try await validateBranchName(branch)
        if !Paths.exists(path) {
            guard Paths.isFolder(Paths.split(path).parent) else { throw RepositoryError.parentMissing(path) }
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        }
        do {
            _ = try await place(path)
        } catch RepositoryError.notARepository {
            let arguments = ["init", "--quiet", "--initial-branch", branch]
            _ = try await run(GitCommand(arguments: arguments, folder: path, access: .writing))
        }
        _ = try await ensureInitialCommit(path)
        return try await inspect(path)
    }

    /// Gives a repository without a commit an empty one, for branches to start from. What is staged stays staged.
    /// - Returns: the commit that HEAD is at.
    package func ensureInitialCommit(_ path: String) async throws -> String {
        let place = try await place(path)
        return try await turns.withKey(place.commonFolder) {
            if let head = try await commit(named: "HEAD", at: place) { return head }
            let tree = try await run(place.command("hash-object", "-w", "-t", "tree", "--stdin", access: .writing)).line
            let new = try await makeCommit(tree: tree, parents: [], message: "Initial commit", at: place)
            // The empty old value: only while it does not exist.
            _ = try await run(place.command("update-ref", "-m", "commit (initial)", "HEAD", new, "", access: .writing))
            return new
        }
    }

    func currentBranch(at place: Place) async throws -> String? {
        let reply = try await run(place.command("symbolic-ref", "--quiet", "--short", "HEAD", accepting: [0, 1]))
        return reply.code == 0 ? reply.line : nil
    }

    /// What the origin calls its default, where such a branch is here; else the current one; else a customary one.
    private func defaultBranch(at place: Place, current: String?) async throws -> String? {
        let prefix = "refs/remotes/origin/"
        let origin = try await run(place.command("symbolic-ref", "--quiet", prefix + "HEAD", accepting: [0, 1]))
        let list = place.command("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads")
        let branches = try await run(list).lines
        var candidates = origin.line.hasPrefix(prefix) ? [String(origin.line.dropFirst(prefix.count))] : []
        candidates += [current, "main", "master"].compactMap { $0 }
        return candidates.first { branches.contains($0) } ?? current ?? branches.first
    }
}
