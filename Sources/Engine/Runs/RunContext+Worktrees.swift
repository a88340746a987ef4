import Journal
import Logging
import Model
import Repository

// A worktree goes only when its run is settled, and what it holds is on a branch or saved: by itself only one that is clean,
// on request also one with files that are not committed. It can be had back for `worktreeUndoSeconds`.
extension RunContext {
    /// Removes a settled run's worktree, and its branch too if that holds nothing that its target does not.
    ///
    /// The row forgets it first, so that nobody begins to use it; if git finds work in it that is not saved, it stays and
    /// the row has it again.
    /// - Returns: why it stayed; nil when it has gone.
    @discardableResult
    func removeWorktree(of id: Run.ID, takingChanges: Bool = false, by actor: Actor = .system) async -> (any Error)? {
        do {
            let run = try await journal.read { try $0.required(id) }
            guard run.status.isSettled, let path = run.worktreePath else {
                return HubError.illegal("remove", "the worktree of run \(id)", currentStatus: run.status.rawValue)
            }
            try await setWorktree(of: run, to: nil, by: actor)
            let obstacle = await removeWorktree(of: id, at: path, takingChanges: takingChanges)
            if obstacle != nil { try await setWorktree(of: run, to: path, by: actor) }
            return obstacle
        } catch {
            log.warning("A worktree was kept", metadata: ["run": "\(id)", "error": "\(error)"])
            return error
        }
    }

    /// - Returns: why it stayed; nil when it has gone.
    @discardableResult
    func removeWorktree(of id: Run.ID, at path: String, takingChanges: Bool = false) async -> (any Error)? {
        do {
            let (run, project) = try await journal.read { reader in
                let run = try reader.required(id)
                return (run, try reader.required(run.projectId))
            }
            let git = git.inBackground
            try await git.removeWorktree(
                project.path, path: path, scope: id.rawValue, name: WorkSnapshot.idPrefix + ids.next().description,
                takesChanges: takingChanges)
            if let branch = run.branch, run.mayLoseBranch {
                try await git.deleteBranch(project.path, branch: branch, mergedInto: run.targetBranch)
            }
            return nil
        } catch {
            // Its branch may stay though it has gone itself.
            guard FolderOnDisk(path).exists else { return nil }
            log.warning("A worktree was kept", metadata: ["run": "\(id)", "path": "\(path)", "error": "\(error)"])
            return error
        }
    }

    /// A hub that died between a row that had forgotten a worktree and git, which has it still: the row has it again.
    func remember(_ path: String, asWorktreeOf id: Run.ID) async throws {
        let run = try await journal.read { try $0.required(id) }
        guard run.worktreePath == nil, run.status.isSettled, settings.worktreePath(of: run) == path else { return }
        try await setWorktree(of: run, to: path)
    }

    func setWorktree(of run: Run, to path: String?, by actor: Actor = .system) async throws {
        try await journal.change(.project(run.projectId), by: actor) { tx in
            var run = try tx.required(run.id)
            run.worktreePath = path
            if path == nil { run.setUpPath = nil }
            run.touch(at: tx.now)
            try tx.put(run, as: .runUpdated)
        }
    }

    /// Whether a run is settled and its work is elsewhere: landed, nothing, or on the branch of a closed project.
    func isWorktreeDispensable(of id: Run.ID) async throws -> Bool {
        try await journal.read { try $0.isWorktreeDispensable(of: $0.required(id)) }
    }

    /// Worktrees that are still there though nobody needs them, or the row has forgotten them. Told from the folder's names,
    /// so that the cost does not grow with history.
    func dispensableWorktrees() async throws -> [(run: Run.ID, path: String)] {
        let names = try FolderOnDisk(settings.worktreesFolder).names()
        return try await journal.read { [settings] reader in
            try names.compactMap { name in
                let path = settings.worktreesFolder + "/" + name
                guard let id = Run.ID(String(name.prefix { $0 != "-" })), try reader.isDispensable(path, of: id)
                else { return nil }
                return (id, path)
            }
        }
    }

    /// The same of one of them.
    func isDispensable(_ path: String, of id: Run.ID) async throws -> Bool {
        try await journal.read { try $0.isDispensable(path, of: id) }
    }
}

extension Reader {
    fileprivate func isDispensable(_ path: String, of id: Run.ID) throws -> Bool {
        guard let run = try get(id), run.status.isSettled else { return false }
        return try run.worktreePath != path || isWorktreeDispensable(of: run)
    }

    fileprivate func isWorktreeDispensable(of run: Run) throws -> Bool {
        guard run.status.isSettled, run.worktreePath != nil else { return false }
        return try run.mayLoseBranch || run.merge.hasLanded || required(run.projectId).status == .archived
    }
}

extension Run {
    /// Its branch holds no commit that could be missed.
    var mayLoseBranch: Bool { merge == .merged || diff?.filesChanged == 0 }

    /// The next turn begins with a branch that holds nothing of it.
    mutating func forgetWork() {
        (baseCommit, headCommit, diff) = (nil, nil, nil)
        (merge, mergeCommit, pullRequest) = (.none, nil, nil)
    }
}
