import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("Agents and verbs at bad moments")
struct HardCaseTests {
    @Test("an agent that asks and reports after it was stopped is not heard, and hurts nobody")
    func lateWords() async throws {
        // Speaks just enough of the protocol: begins, waits for the end of its input, then asks something.
        let agent = """
            echo '{"type":"system","subtype":"init","session_id":"s"}'
            cat > /dev/null
            echo '{"type":"control_request","request_id":"r1","request":{"subtype":"can_use_tool","tool_name":"Bash",'\
            '"input":{"command":"ls"},"tool_use_id":"t"}}'
            echo '{"type":"control_request","request_id":"r2","request":{"subtype":"unheard_of"}}'
            """
        let shop = try await Workshop(claude: ["sh", "-c", agent])
        let project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id, CreateRun(provider: .claudeCode, prompt: "x", start: true), by: Workshop.by
        ).value
        try await shop.wait(for: run.id, "in a session") { $0.sessionId == "s" }
        _ = try await shop.engine.stopRun(run.id, by: Workshop.by)
        try await shop.wait("its process has ended") {
            try await shop.journal.read { try $0.processes(of: run.id).allSatisfy { $0.endedAt != nil } }
        }
        #expect(try await shop.run(run.id).status == .paused)
        #expect(try await shop.journal.read { try $0.approvals(run: run.id) }.isEmpty)
        await shop.close()
    }

    @Test("a process that prints without end is stopped at its limit, and says so")
    func outputLimit() async throws {
        let shop = try await Workshop(processOutputBytesMax: 100_000)
        let project = try await shop.project()
        let run = try await shop.wait(for: try await shop.command("yes", in: project).id)
        #expect(run.status == .failed && run.failure?.message.contains("output limit") == true)
        await shop.close()
    }

    @Test("a message to a run that has not begun is told behind its prompt, up to the limit")
    func messageBeforeTheStart() async throws {
        let shop = try await Workshop(hubLimit: 1)
        let project = try await shop.project()
        let first = try await shop.command("sleep", "60", in: project)
        try await shop.wait(for: first.id, "running") { $0.status == .running }
        let run = try await shop.engine.createRun(
            project.id,
            CreateRun(
                provider: .command, prompt: "one", options: RunOptions(argv: ["printenv", "ROOST_PROMPT"]), start: true),
            by: Workshop.by
        ).value
        _ = try await shop.engine.sendMessage(run.id, SendMessage(text: "two"), by: Workshop.by)
        let long = SendMessage(text: String(repeating: "x", count: Limits.promptBytesMax))
        let refused = await Result.of { try await shop.engine.sendMessage(run.id, long, by: Workshop.by) }.hubError
        #expect(refused?.code == .limitExceeded && refused?.members["limit"] == "promptBytesMax")
        _ = try await shop.engine.cancelRun(first.id, by: Workshop.by)
        try await shop.wait(for: run.id)
        let lines = try await shop.entries(of: run.id).filter { $0.content.kind == .output }.compactMap(\.content.text)
        #expect(lines == ["one", "", "two"])
        await shop.close()
    }

    @Test("of several merges at once one lands; the others are told")
    func mergesAtOnce() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let run = try await shop.command("sh", "-c", "echo x > x.txt", in: project)
        try await shop.wait(for: run.id)
        let results = await withTaskGroup(of: Result<Void, any Error>.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    await Result.of {
                        _ = try await shop.engine.merge(run.id, MergeRun(strategy: .squash), by: Workshop.principal)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.filter(\.isSuccess).count == 1)
        #expect(results.compactMap(\.hubError?.code) == Array(repeating: .illegalTransition, count: 3))
        let commit = try #require(try await shop.run(run.id).mergeCommit)
        #expect(try await shop.git("rev-parse", "main") == commit + "\n")
        await shop.close()
    }

    @Test("work on another branch than the run's does not land in silence")
    func otherBranch() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let script =
            "git checkout -q -b mine; echo 1 > own.txt; git add -A; git -c user.name=a -c user.email=a@b commit -qm x"
        let run = try await shop.command("sh", "-c", script, in: project)
        try await shop.wait(for: run.id)
        let refused = await Result.of { try await shop.engine.merge(run.id, MergeRun(), by: Workshop.principal) }
            .hubError
        #expect(refused?.code == .gitFailed && refused?.detail.contains("mine") == true)
        #expect(try await shop.run(run.id).merge == .none)
        #expect(try await shop.git("branch", "--list", "mine").contains("mine"))
        await shop.close()
    }

    @Test(
        "a run whose process lives cannot be merged, a project with a paused run cannot be archived, an archived one starts nothing"
    )
    func closedDoors() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let draft = try await shop.engine.createRun(
            project.id, CreateRun(provider: .command, options: RunOptions(argv: ["true"])), by: Workshop.by
        ).value
        let run = try await shop.command(
            "sh", "-c", "trap '' TERM; echo x > x.txt; sleep 60 & wait; sleep 60", in: project)
        try await shop.wait(for: run.id, "running") { $0.status == .running }
        _ = try await shop.engine.stopRun(run.id, by: Workshop.by)
        func code(_ body: () async throws -> Void) async -> HubError.Code? { await Result.of(body).hubError?.code }
        #expect(
            await code { _ = try await shop.engine.merge(run.id, MergeRun(), by: Workshop.principal) }
                == .illegalTransition)
        #expect(
            await code { _ = try await shop.engine.archiveProject(project.id, by: Workshop.by) } == .illegalTransition)
        _ = try await shop.engine.cancelRun(run.id, by: Workshop.by)
        try await shop.wait("its process has ended") {
            try await shop.journal.read { try $0.processes(of: run.id).allSatisfy { $0.endedAt != nil } }
        }
        _ = try await shop.engine.archiveProject(project.id, by: Workshop.by)
        #expect(await code { _ = try await shop.engine.startRun(draft.id, by: Workshop.by) } == .projectArchived)
        try await shop.wait("no worktree is left") {
            try await shop.git("worktree", "list").split(separator: "\n").count == 1
        }
        await shop.close()
    }
}
