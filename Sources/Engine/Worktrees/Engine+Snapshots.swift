import Journal
package import Model
import Repository

// Saved states of a run's worktree, or of a project's own folder.
extension Engine {
    /// The newest first.
    package func snapshots(at place: FilePlace) async throws -> [WorkSnapshot] {
        try await withSnapshots(of: place) { path, make in
            try await git.snapshots(path, scope: place.scope).map(make)
        }
    }

    /// - Throws: `HubError` `.snapshotNotFound`.
    package func snapshot(_ name: String, at place: FilePlace) async throws -> WorkSnapshot {
        guard let snapshot = try await snapshots(at: place).first(where: { $0.id == name }) else {
            throw HubError(.snapshotNotFound, "\(place.scope) has no snapshot \(name)")
        }
        return snapshot
    }

    /// Saves what a worktree or folder holds now, also while an agent is at work in it.
    /// - Throws: `HubError` `.limitExceeded` (`snapshotsMax`); `.illegalTransition` for a run without a worktree;
    ///   `.projectNotReady`, `.projectArchived`.
    package func makeSnapshot(at place: FilePlace, note: String?, by actor: Actor) async throws -> WorkSnapshot {
        let snapshot = try await withSnapshots(of: place, to: "snapshot") { top, make in
            let manual = try await git.snapshots(top, scope: place.scope).filter { $0.kind == .manual }
            let most = settings.limits.snapshotsMax
            guard manual.count < most else {
                throw HubError.limit("snapshotsMax", most, "\(place.scope) has \(manual.count) snapshots")
            }
            return make(try await save(note ?? "Snapshot", .manual, at: place, in: top))
        }
        try await tell(.snapshotCreated, of: place, by: actor)
        return snapshot
    }

    /// Makes the files of a worktree or folder those of a snapshot. What they were is saved first; the branch and its commits stay.
    /// - Returns: the snapshot of what was replaced.
    /// - Throws: `HubError` `.snapshotNotFound`; `.targetBusy` for ignored files in the way, `.operationInProgress`;
    ///   `.illegalTransition` while an agent is at work in the worktree; `.projectNotReady`, `.projectArchived`.
    package func restoreSnapshot(_ name: String, at place: FilePlace, by actor: Actor) async throws -> WorkSnapshot {
        switch place {
        case .project: return try await restore(name, at: place, by: actor)
        case .run(let id):
            guard await scheduler.hold(id) else {
                let run = try await journal.read { try $0.required(id) }
                throw HubError.illegal("restore", "run \(id), which has a process,", currentStatus: run.status.rawValue)
            }
            do {
                let saved = try await restore(name, at: place, by: actor)
                await scheduler.release(id)
                return saved
            } catch {
                await scheduler.release(id)
                throw error
            }
        }
    }

    /// Holds what there is before a verb that may destroy it. What the newest snapshot holds already is held.
    /// - Returns: the one that holds it.
    @discardableResult
    func saveBefore(_ verb: String, at place: FilePlace, in top: String) async throws -> Snapshot {
        try await save("Before \(verb)", .auto, at: place, in: top)
    }

    private func save(
        _ note: String, _ kind: Snapshot.Kind, at place: FilePlace, in top: String
    ) async throws -> Snapshot {
        let made = try await git.snapshot(
            top, scope: place.scope, name: WorkSnapshot.idPrefix + ids.next().description, kind: kind, note: note)
        try await git.inBackground.pruneSnapshots(
            top, scope: place.scope, keeping: settings.limits.snapshotsMax, sparing: made.name)
        return made
    }

    private func restore(_ name: String, at place: FilePlace, by actor: Actor) async throws -> WorkSnapshot {
        let saved = try await withSnapshots(of: place, to: "restore") { top, make in
            make(
                try await git.restore(
                    top, scope: place.scope, name: name, checkpoint: WorkSnapshot.idPrefix + ids.next().description,
                    note: "Before \(name) was restored"))
        }
        try await tell(.snapshotRestored, of: place, by: actor)
        return saved
    }

    /// - Parameters:
    ///   - verb: what is about to be done with the files; nil: nothing, and a run's worktree need not be there.
    ///   - body: is given where git is asked, and what tells of a snapshot.
    private func withSnapshots<Result>(
        of place: FilePlace, to verb: String? = nil,
        _ body: (_ top: String, _ make: (Snapshot) -> WorkSnapshot) async throws -> Result
    ) async throws -> Result {
        switch place {
        case .run(let id):
            return try await withWorktree(of: id) { run, project in
                try await body(try verb.map(run.requireWorktree) ?? project.path) {
                    WorkSnapshot($0, of: run.id, in: project.id)
                }
            }
        case .project(let id):
            let project = try await journal.read { verb == nil ? try $0.required(id) : try $0.ready(id) }
            return try await inHubTerms {
                try await body(project.path) { WorkSnapshot($0, of: nil, in: project.id) }
            }
        }
    }

    private func tell(_ event: EventType, of place: FilePlace, by actor: Actor) async throws {
        switch place {
        case .run(let id):
            try await journal.change(of: id, by: actor) { tx in
                var run = try tx.required(id)
                run.touch(at: tx.now)
                try tx.put(run, as: event)
            }
        case .project(let id):
            try await journal.change(.project(id), by: actor) { tx in
                var project = try tx.required(id)
                project.touch(at: tx.now)
                try tx.put(project, as: event)
            }
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
