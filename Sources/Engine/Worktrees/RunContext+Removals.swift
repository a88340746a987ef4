import Journal
import Logging
import Model
import Repository

extension RunContext {
    /// What was saved of worktrees goes when nobody may have it back any more.
    func forgetRemovedWorktrees() async {
        do {
            let before = clock.now().adding(milliseconds: -1_000 * Int64(settings.limits.worktreeUndoSeconds))
            let projects = try await journal.read { try $0.projects() }
            for project in projects where FolderOnDisk(project.path + "/.git").exists {
                try Task.checkCancellation()
                await forgetRemovedWorktrees(of: project, before: before)
            }
        } catch is CancellationError {
        } catch {
            log.warning("removed worktrees were not looked for", metadata: ["error": "\(error)"])
        }
    }

    private func forgetRemovedWorktrees(of project: Project, before: Timestamp) async {
        let git = git.inBackground
        do {
            for removed in try await git.removedWorktrees(project.path) where removed.removedAt < before {
                try await git.forgetRemovedWorktree(project.path, scope: removed.scope, name: removed.name)
                log.info("a removed worktree is forgotten", metadata: ["run": "\(removed.scope)"])
            }
        } catch {
            log.warning(
                "removed worktrees were not forgotten", metadata: ["project": "\(project.id)", "error": "\(error)"])
        }
    }
}
