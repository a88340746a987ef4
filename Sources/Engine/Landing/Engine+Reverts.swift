package import Journal
package import Model
import Repository

extension Engine {
    /// Takes changes out of a run's worktree again: hunks of its diff, files, or all. What was there is kept by a snapshot;
    /// the branch stays, and what differs from it shows as uncommitted.
    /// - Throws: `HubError` `.patchStale`, `.validationFailed` for what is no patch, `.fileNotFound`, `.operationInProgress`;
    ///   `.illegalTransition` while its agent is at work.
    package func revert(_ id: Run.ID, _ input: RevertRun, by actor: Actor) async throws -> Committed<Run> {
        if input.patch != nil, input.files != nil {
            throw HubError.invalid("/files", "is there beside /patch: one of them says what goes")
        }
        if input.patch == nil, input.hunks != nil {
            throw HubError.invalid("/hunks", "are those of /patch, which is missing")
        }
        try requireFew(input.files?.count, "files")
        try requireFew(input.hunks?.count, "hunks")
        let most = settings.files.patchBytesMax
        if let count = input.patch?.utf8.count, count > most {
            throw HubError.limit("patchBytesMax", most, "the patch has \(count) bytes")
        }
        return try await withWork(of: id, to: "revert") { run, _, worktree in
            guard let base = run.baseCommit else {
                throw HubError.illegal("revert", "run \(id), which has no branch,", currentStatus: run.status.rawValue)
            }
            try await saveBefore("changes were taken back", at: .run(run.id), in: worktree)
            if let patch = input.patch {
                try await git.revert(worktree, patch: patch, hunks: input.hunks.map(Set.init))
            } else {
                try await git.revertFiles(worktree, to: base, files: input.files)
            }
            return try await tell(.branchUpdated, of: run, in: worktree, by: actor) { $0.review = .none }
        }
    }
}
