import Journal
import Logging
import Model
import Repository

// A worktree goes only when its run is settled, its tree is clean, and what it made is on a branch.
extension RunContext {
    /// Removes a settled run's worktree, and its branch too if that holds nothing that its target does not.
    func removeWorktree(of id: Run.ID) async {
        do {
            let (run, project) = try await journal.read { reader in
                let run = try reader.required(id)
                return (run, try reader.required(run.projectId))
            }
            guard run.status.isSettled, let path = run.worktreePath else { return }
            try await git.removeWorktree(project.path, path: path)
            if let branch = run.branch, run.mayLoseBranch {
                try await git.deleteBranch(project.path, branch: branch, mergedInto: run.targetBranch)
            }
            try await journal.change(.project(project.id), by: .system) { tx in
                var run = try tx.required(id)
                run.worktreePath = nil
                run.touch(at: tx.now)
                try tx.put(run, as: .runUpdated)
            }
        } catch {
            // It stays, and the next start looks again: work that is in the way is never thrown away.
            log.warning("A worktree was kept", metadata: ["run": "\(id)", "error": "\(error)"])
        }
    }

    /// Runs whose worktree is still there though nobody needs it: told from the folder's names, so that the cost does
    /// not grow with history.
    func runsWithDispensableWorktrees() async throws -> [Run.ID] {
        let names = try FolderOnDisk(settings.worktreesFolder).names()
        return try await journal.read { reader in
            try names.compactMap { name in
                guard let id = Run.ID(String(name.prefix { $0 != "-" })), let run = try reader.get(id),
                    run.status.isSettled, run.worktreePath != nil, run.merge == .merged || run.diff?.filesChanged == 0
                else { return nil }
                return id
            }
        }
    }
}

extension Run {
    /// Its branch holds no commit that could be missed.
    fileprivate var mayLoseBranch: Bool { merge == .merged || diff?.filesChanged == 0 }
}
