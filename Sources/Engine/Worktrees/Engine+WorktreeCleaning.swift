package import Journal
import Logging
package import Model
import Repository

// Which worktrees there are, which may go, and how they come back. What is removed is saved first (`Git+Removal`); what the
// hub did not make is never touched.
extension Engine {
    /// All worktrees of a project's repository, its own folder first.
    package func worktrees(of id: Project.ID) async throws -> [ProjectWorktree] {
        try await listed(id, keepIgnored: false)
    }

    /// Removes worktrees of runs that are over, or with `preview` says which would go. What is not committed in them is saved.
    package func cleanWorktrees(
        of id: Project.ID, _ input: CleanWorktrees, by actor: Actor
    ) async throws -> WorktreeCleaning {
        let wanted = input.runs.map(Set.init)
        let all = try await listed(id, keepIgnored: input.keepIgnored == true).filter { $0.owner == .run }
        if let unknown = wanted?.first(where: { run in !all.contains { $0.runId == run } }) {
            throw HubError(.worktreeNotFound, "run \(unknown) has no worktree in project \(id)")
        }
        let mine = all.filter { worktree in worktree.runId.map { wanted?.contains($0) ?? true } ?? false }
        var (removed, kept) = (mine.filter { $0.kept == nil }, mine.filter { $0.kept != nil })
        if input.preview != true {
            var gone: [ProjectWorktree] = []
            for worktree in removed {
                guard let run = worktree.runId else { continue }
                if let obstacle = await scheduler.cleanUp(run: run, takingChanges: true, by: actor) {
                    kept.append(worktree.kept(because: (obstacle as? HubError)?.detail ?? "\(obstacle)"))
                } else {
                    gone.append(worktree)
                }
            }
            removed = gone
        }
        return WorktreeCleaning(preview: input.preview == true, removed: removed, kept: kept)
    }

    /// Those that can be had back, the newest first.
    package func removedWorktrees(of id: Project.ID) async throws -> [RemovedProjectWorktree] {
        let project = try await journal.read { try $0.required(id) }
        let (seconds, now) = (settings.limits.worktreeUndoSeconds, clock.now())
        return try await inHubTerms {
            try await git.removedWorktrees(project.path).map { RemovedProjectWorktree($0, undoSeconds: seconds) }
                .filter { $0.until > now }
        }
    }

    /// Makes a removed worktree of a run again as it was, its branch, its files, and what was not committed.
    /// - Parameter name: nil: the newest.
    /// - Throws: `HubError` `.worktreeNotFound`; `.illegalTransition` while the run has one, or a process;
    ///   `.gitFailed` when its branch has moved on.
    package func restoreWorktree(of id: Run.ID, _ name: String?, by actor: Actor) async throws -> Committed<Run> {
        let run = try await journal.read { try $0.required(id) }
        guard await scheduler.hold(id) else {
            throw HubError.illegal("restore", "run \(id), which has a process,", currentStatus: run.status.rawValue)
        }
        do {
            let restored = try await bringBack(run.id, name, by: actor)
            await scheduler.release(id)
            return restored
        } catch {
            await scheduler.release(id)
            throw error
        }
    }

    private func bringBack(_ id: Run.ID, _ name: String?, by actor: Actor) async throws -> Committed<Run> {
        let (run, project) = try await journal.read { reader in
            let run = try reader.required(id)
            return (run, try reader.ready(run.projectId))
        }
        guard run.worktreeOnDisk == nil, run.status.isSettled else {
            throw HubError.illegal("restore", "run \(id), which has a worktree,", currentStatus: run.status.rawValue)
        }
        let known = try await removedWorktrees(of: project.id).filter { $0.runId == id.rawValue }
        guard let wanted = name.map({ name in known.first { $0.id == name } }) ?? known.first else {
            throw HubError(
                .worktreeNotFound,
                "nothing is kept of " + (name.map { "the removed worktree \($0) of " } ?? "a worktree of ")
                    + "run \(id) (worktreeUndoSeconds \(settings.limits.worktreeUndoSeconds))")
        }
        guard wanted.path.hasPrefix(settings.worktreesFolder + "/") else {
            throw HubError(.pathForbidden, "\(wanted.path) is no place for a worktree of this hub")
        }
        let removed = try await inHubTerms {
            try await git.bringBackWorktree(project.path, scope: id.rawValue, name: wanted.id)
        }
        // git keeps no copy of what it ignores.
        if run.purpose == nil { await copyFiles(of: project, again: removed.path) }
        return try await journal.change(of: id, by: actor) { tx in
            var run = try tx.required(id)
            (run.worktreePath, run.branch, run.headCommit) = (removed.path, removed.branch ?? run.branch, removed.head)
            run.touch(at: tx.now)
            try tx.put(run, as: .branchUpdated)
            return run
        }
    }

    /// The worktree is back, whatever becomes of them.
    private func copyFiles(of project: Project, again worktree: String) async {
        do {
            guard let left = try await context.copyFiles(of: project, into: worktree) else { return }
            log.warning("Not all copyFiles were copied", metadata: ["worktree": "\(worktree)", "left": "\(left)"])
        } catch {
            log.warning("copyFiles were not copied", metadata: ["worktree": "\(worktree)", "error": "\(error)"])
        }
    }

    private func listed(_ id: Project.ID, keepIgnored: Bool) async throws -> [ProjectWorktree] {
        let project = try await journal.read { try $0.ready(id) }
        return try await inHubTerms {
            var all: [ProjectWorktree] = []
            for entry in try await git.worktreeList(project.path) {
                let run = try await run(at: entry.path, of: id)
                all.append(try await describe(entry, of: run, keepIgnored: keepIgnored))
            }
            return all
        }
    }

    /// The run whose worktree lies there, as its row says or said.
    private func run(at path: String, of project: Project.ID) async throws -> Run? {
        guard let name = path.dropPrefix(settings.worktreesFolder + "/"),
            let id = Run.ID(String(name.prefix { $0 != "-" }))
        else { return nil }
        let run = try await journal.read { try $0.get(id) }
        return run?.projectId == project ? run : nil
    }

    private func describe(
        _ entry: WorktreeEntry, of run: Run?, keepIgnored: Bool
    ) async throws -> ProjectWorktree {
        let look = entry.exists ? try await git.removalLook(entry.path) : nil
        let ignored = look?.ignored ?? []
        var kept: String?
        if entry.isOwn {
            kept = "it is the project's own folder"
        } else if let run {
            kept = obstacle(for: run, at: entry, look)
            if kept == nil, keepIgnored, !ignored.isEmpty {
                kept = "it has files that git ignores, of which there would be no copy"
            }
        } else {
            kept = "the hub has not made it"
        }
        return ProjectWorktree(
            path: entry.path, owner: entry.isOwn ? .project : run == nil ? .other : .run, runId: run?.id,
            runStatus: run?.status, branch: entry.branch, head: entry.head,
            state: look.map { $0.changed == 0 ? .clean : .changed } ?? .missing, changed: look?.changed ?? 0,
            ignored: Array(ignored.prefix(ProjectWorktree.ignoredShownMax)), ignoredCount: ignored.count, kept: kept)
    }

    private func obstacle(for run: Run, at entry: WorktreeEntry, _ look: RemovalLook?) -> String? {
        if !run.status.isSettled { return "run \(run.id) is \(run.status.rawValue)" }
        if run.worktreePath != entry.path { return "run \(run.id) has another one, and an earlier try has left this" }
        return look?.obstacle(takesChanges: true, path: entry.path).map { "\($0)" }
    }
}

extension ProjectWorktree {
    fileprivate func kept(because reason: String) -> ProjectWorktree {
        ProjectWorktree(
            path: path, owner: owner, runId: runId, runStatus: runStatus, branch: branch, head: head, state: state,
            changed: changed, ignored: ignored, ignoredCount: ignoredCount, kept: reason)
    }
}

extension String {
    fileprivate func dropPrefix(_ prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}
