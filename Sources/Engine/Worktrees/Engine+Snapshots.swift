import Journal
package import Model
import Repository

extension Engine {
    /// A run's snapshots, the newest first.
    package func snapshots(of id: Run.ID) async throws -> [RunSnapshot] {
        try await withWorktree(of: id) { run, project in
            try await git.snapshots(project.path, scope: id.rawValue).map { RunSnapshot($0, of: run.id) }
        }
    }

    /// - Throws: `HubError` `.snapshotNotFound`.
    package func snapshot(_ name: String, of id: Run.ID) async throws -> RunSnapshot {
        guard let snapshot = try await snapshots(of: id).first(where: { $0.id == name }) else {
            throw HubError(.snapshotNotFound, "run \(id) has no snapshot \(name)")
        }
        return snapshot
    }

    /// Saves what a run's worktree holds now, also while its agent is at work.
    /// - Throws: `HubError` `.limitExceeded` (`snapshotsMax`); `.illegalTransition` for a run without a worktree.
    package func makeSnapshot(of id: Run.ID, note: String?, by actor: Actor) async throws -> RunSnapshot {
        let snapshot = try await withWorktree(of: id) { run, project in
            let worktree = try run.requireWorktree(to: "snapshot")
            let manual = try await git.snapshots(project.path, scope: id.rawValue).filter { $0.kind == .manual }
            let most = settings.limits.snapshotsMax
            guard manual.count < most else {
                throw HubError.limit("snapshotsMax", most, "run \(id) has \(manual.count) snapshots")
            }
            let made = try await git.snapshot(
                worktree, scope: id.rawValue, name: RunSnapshot.idPrefix + ids.next().description, kind: .manual,
                note: note ?? "Snapshot")
            try await git.inBackground.pruneSnapshots(
                project.path, scope: id.rawValue, keeping: most, sparing: made.name)
            return RunSnapshot(made, of: id)
        }
        try await tell(.snapshotCreated, of: id, by: actor)
        return snapshot
    }

    /// Makes the files of a run's worktree those of a snapshot. What they were is saved first; the branch and its commits stay.
    /// - Returns: the snapshot of what was replaced.
    /// - Throws: `HubError` `.snapshotNotFound`; `.targetBusy` for ignored files in the way, `.operationInProgress`;
    ///   `.illegalTransition` while an agent is at work.
    package func restoreSnapshot(_ name: String, of id: Run.ID, by actor: Actor) async throws -> RunSnapshot {
        guard await scheduler.hold(id) else {
            let run = try await journal.read { try $0.required(id) }
            throw HubError.illegal("restore", "run \(id), which has a process,", currentStatus: run.status.rawValue)
        }
        do {
            let saved = try await withWorktree(of: id) { run, _ in
                RunSnapshot(
                    try await git.restore(
                        try run.requireWorktree(to: "restore"), scope: id.rawValue, name: name,
                        checkpoint: RunSnapshot.idPrefix + ids.next().description, note: "Before \(name) was restored"),
                    of: id)
            }
            try await tell(.snapshotRestored, of: id, by: actor)
            await scheduler.release(id)
            return saved
        } catch {
            await scheduler.release(id)
            throw error
        }
    }

    private func tell(_ event: EventType, of id: Run.ID, by actor: Actor) async throws {
        _ = try await journal.change(of: id, by: actor) { tx in
            var run = try tx.required(id)
            run.touch(at: tx.now)
            try tx.put(run, as: event)
            return run
        }
    }
}

extension Run {
    fileprivate func requireWorktree(to verb: String) throws -> String {
        guard let worktree = worktreeOnDisk else {
            throw HubError.illegal(verb, "run \(id), which has no worktree,", currentStatus: status.rawValue)
        }
        return worktree
    }
}
