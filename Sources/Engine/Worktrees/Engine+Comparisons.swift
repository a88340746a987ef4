import Journal
package import Model
import Repository

extension Engine {
    /// What a run has changed since its base, with what is not committed yet; or what one state of it holds that another
    /// does not. Those who ask for the same share one look: at the same time, and later for as long as nothing changes.
    /// - Throws: `HubError` `.runNotFound`, `.snapshotNotFound`, `.gitFailed` for a commit that is none;
    ///   `.illegalTransition` for a run that has no branch yet, or no worktree where one is asked for.
    package func diff(of id: Run.ID, _ comparison: Comparison = Comparison()) async throws -> RunDiff {
        try await withWorktree(of: id) { run, project in
            let sides = try await sides(of: comparison, in: run)
            let key = DiffKey(
                place: .run(id), version: run.version, lookCount: worktrees.lookCount(of: id),
                changeCount: await worktrees.changeCount(of: id), from: sides.from, to: sides.to,
                patches: comparison.patches ?? true)
            return try await sharedDiff(key, in: Self.place(of: run, in: project))
        }
    }

    func sharedDiff(_ key: DiffKey, in top: String) async throws -> RunDiff {
        if let kept = diffShelf.diff(for: key) { return kept }
        return try await diffs.value(for: key) { [git, diffShelf] in
            let made = RunDiff(try await git.diff(top, from: key.from, to: key.to, patches: key.patches))
            // What changed while it was made has another key from then on.
            diffShelf.keep(made, for: key)
            return made
        }
    }

    /// One file of a run in two states.
    /// - Throws: as `diff`; `.fileNotFound` when neither state has it.
    package func compareFile(
        _ path: String, oldPath: String?, of id: Run.ID, _ comparison: Comparison
    ) async throws -> RunFile {
        try await withWorktree(of: id) { run, project in
            let sides = try await sides(of: comparison, in: run)
            return RunFile(
                path: path,
                try await git.compareFile(
                    Self.place(of: run, in: project), file: path, oldFile: oldPath, from: sides.from, to: sides.to))
        }
    }

    /// Where git is asked: in the worktree as long as there is one.
    static func place(of run: Run, in project: Project) -> String {
        run.worktreeOnDisk ?? project.path
    }

    private func sides(of comparison: Comparison, in run: Run) async throws -> (from: ContentState, to: ContentState) {
        let to = comparison.to ?? (run.worktreeOnDisk == nil ? "head" : "worktree")
        return (try await state(comparison.from ?? "base", of: run), try await state(to, of: run))
    }

    /// What another run of the project has committed: attempts are held against one another so.
    private func headOfAttempt(_ name: String, beside run: Run) async throws -> String {
        guard let id = Run.ID(name), let other = try await journal.read({ try $0.get(id) }),
            other.projectId == run.projectId
        else { throw HubError.notFound(.run, name) }
        guard let head = other.headCommit ?? other.baseCommit else {
            throw HubError.illegal(
                "diff", "run \(id), which has no branch yet,", currentStatus: other.status.rawValue)
        }
        return head
    }

    private func state(_ name: String, of run: Run) async throws -> ContentState {
        guard let base = run.baseCommit, let branch = run.branch else {
            throw HubError.illegal(
                "diff", "run \(run.id), which has no branch yet,", currentStatus: run.status.rawValue)
        }
        switch name {
        case "base": return .commit(base)
        case "worktree":
            guard run.worktreeOnDisk != nil else {
                throw HubError.illegal(
                    "diff", "run \(run.id), which has no worktree,", currentStatus: run.status.rawValue)
            }
            return .worktree
        case "head":
            return .commit(run.worktreeOnDisk == nil ? run.headCommit ?? base : "refs/heads/" + branch)
        case _ where name.hasPrefix(Run.idPrefix + "_"): return .commit(try await headOfAttempt(name, beside: run))
        case _ where name.hasPrefix(WorkSnapshot.idPrefix):
            return .commit(Snapshot.ref(scope: run.id.rawValue, name: name))
        default: return .commit(name)
        }
    }
}

extension Run {
    /// nil when there is none, or somebody took it away.
    var worktreeOnDisk: String? { worktreePath.flatMap { FolderOnDisk($0).exists ? $0 : nil } }
}
