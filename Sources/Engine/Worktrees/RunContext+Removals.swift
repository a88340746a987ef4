import Journal
import Logging
import Model
import Repository

extension RunContext {
    /// What was saved goes when its time is over: removed worktrees, and snapshots that nobody made by hand.
    func forgetWhatWasSaved() async {
        do {
            let projects = try await journal.read { try $0.projects() }
            for project in projects where FolderOnDisk(project.path + "/.git").exists {
                try Task.checkCancellation()
                await forgetRemovedWorktrees(of: project)
                await forgetSnapshots(of: project)
            }
        } catch is CancellationError {
        } catch {
            log.warning("what was saved was not looked for", metadata: ["error": "\(error)"])
        }
    }

    private func before(_ seconds: Int) -> Timestamp { clock.now().adding(milliseconds: -1_000 * Int64(seconds)) }

    private func forgetSnapshots(of project: Project) async {
        do {
            let count = try await git.inBackground.forgetSnapshots(
                project.path, madeBefore: before(settings.limits.snapshotKeptSeconds))
            if count > 0 {
                log.info("snapshots are forgotten", metadata: ["project": "\(project.id)", "count": "\(count)"])
            }
        } catch {
            log.warning("snapshots were not forgotten", metadata: ["project": "\(project.id)", "error": "\(error)"])
        }
    }

    private func forgetRemovedWorktrees(of project: Project) async {
        let (git, before) = (git.inBackground, before(settings.limits.worktreeUndoSeconds))
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
