import Logging
import Model
import Repository

extension RunContext {
    /// Saves what an agent's turn begins with. One that cannot be made is no reason to keep the agent from its work: the turn
    /// ends with a commit, and git's words are in the log.
    /// - Returns: whether there is a new one.
    func saveBeforeTurn(_ process: ChildProcess, in worktree: String) async -> Bool {
        // The process's own name, so that a hub which does this again after a crash makes no second one.
        let name = WorkSnapshot.idPrefix + process.id.rawValue.suffix(26)
        let scope = process.runId.rawValue
        do {
            let snapshot = try await git.snapshot(
                worktree, scope: scope, name: name, kind: .auto, note: "Before a turn")
            try await git.inBackground.pruneSnapshots(
                worktree, scope: scope, keeping: settings.limits.snapshotsMax, sparing: snapshot.name)
            return snapshot.name == name
        } catch {
            log.warning("A snapshot was not made", metadata: ["run": "\(process.runId)", "error": "\(error)"])
            return false
        }
    }
}
