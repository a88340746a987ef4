package import Journal
package import Model
import Repository

extension Engine {
    /// Says that a run's work is meant for another branch. The branch itself stays where it is; a rebase brings it there.
    /// - Throws: `HubError` `.validationFailed` for one that is not there; `.illegalTransition` when it has landed.
    package func retarget(_ id: Run.ID, to target: String, by actor: Actor) async throws -> Committed<Run> {
        let path = try await journal.read { try $0.open($0.required(id).projectId).path }
        guard try await inHubTerms({ try await git.branchExists(path, branch: target) }) else {
            throw HubError.invalid("/targetBranch", "the repository has no branch \(target)")
        }
        return try await change(id, by: actor, verb: "retarget") { run, tx in
            try run.requireUnlanded(to: "retarget")
            guard run.targetBranch != target else { return }
            run.targetBranch = target
            run.touch(at: tx.now)
            try tx.put(run, as: .branchUpdated)
        }
    }

    /// Gives a run's branch another name.
    /// - Throws: `HubError` `.alreadyExists`, `.gitFailed` for a name that git refuses; `.illegalTransition` while its agent
    ///   is at work.
    package func renameBranch(of id: Run.ID, to name: String, by actor: Actor) async throws -> Committed<Run> {
        try await withWork(of: id, to: "rename") { run, project, worktree in
            guard let old = run.branch, old != name else { return try await unchanged(id) }
            guard run.pullRequest?.state != .open else {
                throw HubError(
                    .illegalTransition, "rename is not possible: the pull request of run \(id) is of \(old)",
                    members: ["currentStatus": .string(run.status.rawValue), "merge": .string(run.merge.rawValue)])
            }
            try await git.renameBranch(project.path, from: old, to: name)
            return try await tell(.branchUpdated, of: run, in: worktree, by: actor) { $0.branch = name }
        }
    }

    private func unchanged(_ id: Run.ID) async throws -> Committed<Run> {
        try await journal.read { reader in
            let run = try reader.required(id)
            return Committed(value: run, position: try reader.position(of: .project(run.projectId)))
        }
    }
}

extension Run {
    func requireUnlanded(to verb: String) throws {
        guard merge.hasLanded else { return }
        throw HubError(
            .illegalTransition, "\(verb) is not possible: the work of run \(id) has landed",
            members: ["currentStatus": .string(status.rawValue), "merge": .string(merge.rawValue)])
    }
}
