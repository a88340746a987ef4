import Engine
import Journal
import Model
import RoostTesting
import Testing

@Suite("What a run came to")
struct SummaryTests {
    @Test("is told of its rows and its diff when it ends, and asked for again")
    func facts() async throws {
        let shop = try await Workshop()
        let script = "mkdir -p docs tests; echo a > docs/a.md; echo b > tests/b_test.py; printf c > c.swift; echo done"
        let created = try await shop.command("sh", "-c", script, in: try await shop.project())
        let run = try await shop.wait(for: created.id)
        let summary = try await shop.engine.summary(of: run.id)
        #expect(summary.runVersion == run.version && summary.status == .completed && summary.stats == run.diff)
        #expect(summary.changedFiles.map(\.path) == ["c.swift", "docs/a.md", "tests/b_test.py"])
        #expect(summary.tests == ["tests/b_test.py"] && summary.docs == ["docs/a.md"] && summary.risks.isEmpty)
        #expect(summary.processes.map(\.exitCode) == [0])
        let told = try await events(of: shop, run)
        #expect(told.contains(.runSummary) && !told.contains(.sessionCreated))
        #expect(try await shop.engine.summary(of: run.id) == summary)
        await shop.close()
    }

    @Test("names what somebody should look at")
    func risks() async throws {
        let shop = try await Workshop()
        let created = try await shop.command("sh", "-c", "echo x > x.swift; exit 3", in: try await shop.project())
        let run = try await shop.wait(for: created.id)
        let summary = try await shop.engine.summary(of: run.id)
        #expect(summary.status == .failed && summary.processes.map(\.exitCode) == [3])
        #expect(summary.risks.count == 2 && summary.risks.last == "it changed no tests")
        await shop.close()
    }

    @Test("is put into words by an agent that changes nothing, and handed over with what was done")
    func words() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let made = try await shop.engine.createRun(
            project.id,
            CreateRun(provider: .demo, prompt: "Write a note\ndemo: paragraphs=1 approval=no", start: true),
            by: Workshop.by)
        let run = try await shop.wait(for: made.value.id)
        let facts = try await shop.engine.summary(of: run.id)
        #expect(facts.text == nil && facts.commands.map(\.exitCode) == [0] && facts.usage != nil)
        let by = try await shop.engine.summarise(run.id, SummariseRun(provider: .demo), by: Workshop.by).value
        #expect(by.purpose == .summary && by.prompt.contains("notes/write-a-note.md"))
        let approvals = try await shop.wait(for: by.id, "said") { $0.status == .completed }
        #expect(approvals.diff?.filesChanged == 0)
        let summary = try await shop.engine.summary(of: run.id)
        #expect(summary.text?.isEmpty == false && summary.textRunId == by.id)
        let told = try await events(of: shop, by)
        #expect(!told.contains(.runSummary), "of a summary there is none")

        _ = try await shop.engine.relayRun(run.id, RelayRun(text: "demo: paragraphs=1 approval=no"), by: Workshop.by)
        try await shop.wait("it is told") {
            try await shop.journal.read { try $0.processes(of: run.id).last?.prompt.map { $0 != run.prompt } == true }
        }
        let handed = try await shop.journal.read { try $0.processes(of: run.id) }
        #expect(handed.last?.prompt?.contains("Files that it edited: notes/write-a-note.md") == true)
        #expect(handed.last?.prompt?.contains("git status --short (success, exit code 0)") == true)
        try await shop.wait(for: run.id)
        await shop.close()
    }

    private func events(of shop: Workshop, _ run: Run) async throws -> [EventType] {
        let page = try await shop.journal.read {
            try $0.events(in: .project(run.projectId), after: 0, limit: 10_000, byteCountMax: 64 << 20)
        }
        guard case .page(let events, _, _) = page else { return [] }
        return events.filter { $0.header.context.runId == run.id }.map(\.header.type)
    }
}
