import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("A run's worktree: its status, its diffs, its snapshots")
struct SnapshotTests {
    private func ended(_ script: String) async throws -> (shop: Workshop, run: Run) {
        let shop = try await Workshop()
        let run = try await shop.command("sh", "-c", script, in: try await shop.project())
        return (shop, try await shop.wait(for: run.id))
    }

    @Test("what was there before a restore comes back with the checkpoint, and both are told")
    func restore() async throws {
        let (shop, run) = try await ended("echo one > note.txt")
        let (engine, worktree) = (shop.engine, try #require(run.worktreePath))
        let note = URL(fileURLWithPath: worktree + "/note.txt")
        try Data("two\n".utf8).write(to: note)
        let made = try await engine.makeSnapshot(at: .run(run.id), note: "two", by: Workshop.by)
        #expect((made.kind, made.note, made.head) == ("manual", "two", run.headCommit))
        #expect(try await shop.git("show", made.ref + ":note.txt") == "two\n")
        try FileManager.default.removeItem(at: note)

        let checkpoint = try await engine.restoreSnapshot(made.id, at: .run(run.id), by: Workshop.by)
        #expect(try String(contentsOf: note, encoding: .utf8) == "two\n")
        let changed = try await engine.diff(of: run.id, Comparison(from: checkpoint.id, to: "worktree"))
        #expect(changed.files.map(\.kind) == ["added"])
        #expect(try await engine.snapshots(at: .run(run.id)).map(\.id) == [checkpoint.id, made.id])
        let told = try await shop.run(run.id)
        #expect(told.version == run.version + 2)
        let missing = await Result.of {
            try await engine.restoreSnapshot("snp_01JD6Z5Z0A0000000000000000", at: .run(run.id), by: Workshop.by)
        }.hubError
        #expect(missing?.code == .snapshotNotFound)
        await shop.close()
    }

    @Test("a turn that goes on in a worktree begins with a snapshot of it")
    func beforeTurn() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let created = try await shop.engine.createRun(
            project.id, CreateRun(provider: .demo, prompt: "demo: pace=0 paragraphs=1", start: true), by: Workshop.by)
        let id = created.value.id
        try await shop.wait(for: id, "waiting") { $0.status == .waiting }
        #expect(try await shop.engine.snapshots(at: .run(id)).isEmpty, "a new worktree holds nothing of its own")
        _ = try await shop.engine.approveRun(id, .init(decision: .approve), by: Workshop.by)
        let first = try await shop.wait(for: id, "completed") { $0.status == .completed }
        let worktree = try #require(first.worktreePath)
        try Data("mine\n".utf8).write(to: URL(fileURLWithPath: worktree + "/mine.txt"))
        _ = try await shop.engine.sendMessage(id, SendMessage(text: "demo: pace=0 paragraphs=1"), by: Workshop.by)
        try await shop.wait(for: id, "waiting") { $0.status == .waiting }
        let snapshots = try await shop.engine.snapshots(at: .run(id))
        #expect(snapshots.map(\.kind) == ["auto"])
        #expect(try await shop.git("show", snapshots[0].ref + ":mine.txt") == "mine\n")
        _ = try await shop.engine.stopRun(id, by: Workshop.by)
        await shop.close()
    }

    @Test("status, commits and single files are told, and what cannot be compared is refused")
    func reads() async throws {
        let (shop, run) = try await ended("echo one > note.txt; printf 'a\\000b' > data.bin")
        let (engine, worktree) = (shop.engine, try #require(run.worktreePath))
        try Data("two\n".utf8).write(to: URL(fileURLWithPath: worktree + "/note.txt"))
        let branch = try await engine.branchStatus(of: run.id)
        #expect((branch.branch, branch.ahead, branch.behind) == (run.branch, 1, 0))
        #expect((branch.changed, branch.untracked, branch.operation) == (1, 0, nil))
        let (head, commits) = try await engine.commits(of: run.id, from: nil, skipping: 0, countMax: 10)
        #expect(head == run.headCommit && commits.map(\.id) == [head])
        #expect(try await engine.commits(of: run.id, from: head, skipping: 1, countMax: 10).commits.isEmpty)

        let file = try await engine.compareFile(
            "note.txt", oldPath: nil, of: run.id, Comparison(from: "head", to: "worktree"))
        #expect((file.old?.text, file.new?.text) == ("one\n", "two\n"))
        let binary = try await engine.compareFile("data.bin", oldPath: nil, of: run.id, Comparison())
        #expect(binary.old == nil && binary.new?.binary == true && binary.new?.text == nil)
        let list = try await engine.diff(of: run.id, Comparison(patches: false))
        #expect(list.files.map(\.path) == ["data.bin", "note.txt"] && list.files.allSatisfy { $0.patch == nil })
        for (comparison, code) in [
            (Comparison(from: "nothing"), HubError.Code.commitNotFound),
            (Comparison(to: "snp_01JD6Z5Z0A0000000000000000"), .snapshotNotFound),
        ] {
            let refused = await Result.of { try await engine.diff(of: run.id, comparison) }.hubError
            #expect(refused?.code == code)
        }
        await shop.close()
    }
}
