import Foundation
import Model

extension Git {
    /// Makes a worktree on a branch, which is created from the start point when missing. Safe to repeat after a crash:
    /// what is complete is used again, what is half-made is made anew, what is somebody else's is refused.
    /// - Returns: the commit that the branch started from.
    /// - Throws: `RepositoryError` `.invalidBranchName`, `.commitNotFound`, `.pathOccupied`, `.branchInUse`.
    package func addWorktree(
        _ repository: String, path: String, branch: String, from startPoint: String
    ) async throws -> String {
        try await validateBranchName(branch)
        let place = try await place(repository)
        let start = try await requireCommit(named: startPoint, at: place)
        return try await turns.withKey(place.commonFolder) {
            let records = try await worktrees(at: place)
            let target = Paths.canonicalTarget(path)
            var isThere = false
            if let record = records.first(where: { $0.path == target }) {
                isThere = try await reuse(record, for: branch, at: place)
            } else if try !Paths.isEmpty(path) {
                throw RepositoryError.pathOccupied(path)
            }
            if !isThere {
                if let holder = records.first(where: { $0.branch == branch && $0.path != target }) {
                    throw RepositoryError.branchInUse(branch, worktree: holder.path)
                }
                try await checkOut(branch, from: start, to: path, at: place)
            }
            let base = try await run(place.command("merge-base", "refs/heads/" + branch, start, accepting: [0, 1]))
            return base.code == 0 ? base.line : start
        }
    }

    /// - Throws: `RepositoryError` unless the path is missing or the top of a worktree.
    package func status(_ path: String) async throws -> WorktreeState {
        guard Paths.exists(path) else { return .missing }
        let files = try await statusEntries(at: try await place(path)).count
        return files == 0 ? .clean : .dirty(files: files)
    }

    func statusEntries(at place: Place) async throws -> [StatusEntry] {
        // A look into submodules would be another git, at the mercy of the submodules' own configuration.
        let command = place.command(
            "status", "--porcelain=v2", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=dirty")
        return try await run(command).fields.compactMap(StatusEntry.init)
    }

    func worktrees(at place: Place) async throws -> [WorktreeRecord] {
        WorktreeRecord.list(try await run(place.command("worktree", "list", "--porcelain", "-z")).fields)
    }

    /// - Parameter branch: nil for a worktree whose HEAD is on none.
    /// - Returns: whether the worktree is there and complete; if not, its place on the list has been cleared.
    func reuse(_ record: WorktreeRecord, for branch: String?, at place: Place) async throws -> Bool {
        let isThere = Paths.exists(record.path)
        if isThere, !record.isHalfMade {
            if record.branch == branch { return true }
            // In the middle of a rebase HEAD is on no branch, and this one comes back.
            guard let branch, record.branch == nil, try await isRebasing(branch, in: record) else {
                throw RepositoryError.pathOccupied(record.path)
            }
            return true
        }
        // Made by git an instant before its mark inside, without which git would refuse it for ever.
        if isThere, try Paths.isEmpty(record.path) { try FileManager.default.removeItem(atPath: record.path) }
        // Twice: it is locked.
        _ = try await run(
            place.command("worktree", "remove", "--force", "--force", "--", record.path, access: .writing))
        return false
    }

    private func checkOut(_ branch: String, from start: String, to path: String, at place: Place) async throws {
        let branchExists = try await branchCommit(branch, at: place) != nil
        let arguments =
            branchExists
            ? ["--", path, branch]
            : ["--no-track", "-b", branch, "--", path, start]
        _ = try await run(place.command(["worktree", "add", "--quiet"] + arguments, access: .writing))
    }

    func submodulePaths(at place: Place) async throws -> [String] {
        try await run(place.command("ls-files", "-z", "--stage")).fields.compactMap { field in
            guard field.starts(with: "160000 ".utf8), let tab = field.firstIndex(of: UInt8(ascii: "\t")) else {
                return nil
            }
            return String(decoding: field[field.index(after: tab)...], as: UTF8.self)
        }
    }
}
