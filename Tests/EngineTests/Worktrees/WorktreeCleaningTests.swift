import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("Worktrees that are cleaned up")
struct WorktreeCleaningTests {
    private func ended(
        limits: EngineLimits = EngineLimits()
    ) async throws -> (shop: Workshop, run: Run, worktree: String) {
        let shop = try await Workshop(limits: limits)
        let script = "echo '*.log' > .gitignore; echo one > note.txt"
        let run = try await shop.command("sh", "-c", script, in: try await shop.project())
        let ended = try await shop.wait(for: run.id)
        return (shop, ended, try #require(ended.worktreePath))
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func clean(_ shop: Workshop, _ run: Run, _ input: CleanWorktrees) async throws -> WorktreeCleaning {
        try await shop.engine.cleanWorktrees(of: run.projectId, input, by: Workshop.by)
    }

    @Test(
        "a preview names what would go, with what is ignored there; what goes is back with all that was not committed")
    func undone() async throws {
        let (shop, run, worktree) = try await ended()
        try write("two\n", to: worktree + "/note.txt")
        try write("new\n", to: worktree + "/new.txt")
        try write("x", to: worktree + "/a.log")
        let preview = try await clean(shop, run, CleanWorktrees(preview: true))
        #expect(preview.removed.map(\.path) == [worktree] && preview.kept.isEmpty)
        #expect(preview.removed.first?.ignored == ["a.log"] && preview.removed.first?.changed == 2)
        #expect(FileManager.default.fileExists(atPath: worktree + "/new.txt"))
        let careful = try await clean(shop, run, CleanWorktrees(keepIgnored: true))
        #expect(careful.removed.isEmpty && careful.kept.first?.kept?.contains("ignores") == true)

        #expect(try await clean(shop, run, CleanWorktrees(runs: [run.id])).removed.map(\.runId) == [run.id])
        #expect(!FileManager.default.fileExists(atPath: worktree))
        #expect(try await shop.run(run.id).worktreePath == nil)
        let kept = try await shop.engine.removedWorktrees(of: run.projectId)
        #expect(kept.map(\.runId) == [run.id.rawValue] && kept.first?.branch == run.branch)

        let back = try await shop.engine.restoreWorktree(of: run.id, nil, by: Workshop.by).value
        #expect(back.worktreePath == worktree && back.branch == run.branch && back.headCommit == run.headCommit)
        #expect(try String(contentsOfFile: worktree + "/note.txt", encoding: .utf8) == "two\n")
        #expect(try String(contentsOfFile: worktree + "/new.txt", encoding: .utf8) == "new\n")
        let again = await Result.of { try await shop.engine.restoreWorktree(of: run.id, nil, by: Workshop.by) }
        #expect(again.hubError?.code == .illegalTransition)
        await shop.close()
    }

    @Test("what is at work, what others made and what git does not know stays")
    func stays() async throws {
        let (shop, run, _) = try await ended()
        let project = try await shop.journal.read { try $0.required(run.projectId) }
        let busy = try await shop.command("sleep", "600", in: project)
        try await shop.wait(for: busy.id, "running") { $0.status == .running && $0.worktreePath != nil }
        let other = shop.folder.file("other")
        _ = try await shop.git("worktree", "add", "--quiet", "-b", "mine", other)
        let unknown = shop.folder.file("data/worktrees/unknown")
        try FileManager.default.createDirectory(atPath: unknown, withIntermediateDirectories: true)
        try write("x", to: unknown + "/file")

        let all = try await shop.engine.worktrees(of: run.projectId)
        #expect(Set(all.map(\.owner.rawValue)) == ["project", "run", "other"] && all.count == 4)
        let cleaned = try await clean(shop, run, CleanWorktrees())
        #expect(cleaned.removed.map(\.runId) == [run.id] && cleaned.kept.map(\.runId) == [busy.id])
        for path in [other + "/.git", unknown + "/file", shop.repository] {
            #expect(FileManager.default.fileExists(atPath: path))
        }
        let none = await Result.of { try await clean(shop, run, CleanWorktrees(runs: [run.id])) }.hubError
        #expect(none?.code == .worktreeNotFound)
        _ = try await shop.engine.cancelRun(busy.id, by: Workshop.by)
        try await shop.wait(for: busy.id)
        await shop.close()
    }

    @Test("a worktree that goes by itself can be had back as well, until its time is over")
    func time() async throws {
        var limits = EngineLimits()
        limits.worktreeUndoSeconds = 3_600
        let (shop, run, worktree) = try await ended(limits: limits)
        _ = try await shop.engine.merge(run.id, MergeRun(), by: Workshop.principal)
        try await shop.wait("it goes") { !FileManager.default.fileExists(atPath: worktree) }
        try await shop.wait("it is kept") { try await shop.engine.removedWorktrees(of: run.projectId).count == 1 }
        shop.clock.manual.advance(by: .seconds(3_601))
        #expect(try await shop.engine.removedWorktrees(of: run.projectId) == [])
        let late = await Result.of { try await shop.engine.restoreWorktree(of: run.id, nil, by: Workshop.by) }
        #expect(
            late.hubError?.code == .worktreeNotFound && late.hubError?.detail.contains("worktreeUndoSeconds") == true)
        try await shop.wait("its ref is let go") {
            shop.clock.manual.advance(by: .seconds(3_600))
            return try await shop.git("for-each-ref", "refs/roost/removed/").isEmpty
        }
        await shop.close()
    }
}
