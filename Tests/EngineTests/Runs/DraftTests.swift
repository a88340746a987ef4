import Engine
import Journal
import Model
import RoostTesting
import Testing

@Suite("Drafts")
struct DraftTests {
    private static let quick = "\ndemo: approval=no pace=0 paragraphs=1"

    private func waiting(in shop: Workshop, _ project: Project) async throws -> Run {
        let made = try await shop.engine.createRun(
            project.id, CreateRun(provider: .demo, prompt: "First\ndemo: pace=0 paragraphs=1", start: true),
            by: Workshop.by)
        return try await shop.wait(for: made.value.id, "waiting") { $0.status == .waiting }
    }

    private func approve(_ run: Run, in shop: Workshop) async throws {
        let approval = try #require(
            try await shop.journal.read { try $0.approvals(run: run.id, status: .pending) }.first)
        _ = try await shop.engine.answerApproval(approval.id, AnswerApproval(decision: .approve), by: Workshop.by)
    }

    private func told(to run: Run, in shop: Workshop) async throws -> [String] {
        try await shop.entries(of: run.id).filter { $0.content.kind == .userMessage }.compactMap(\.content.text)
    }

    @Test("one that is queued is sent once, when the turn ends, also by the next hub")
    func queued() async throws {
        var shop = try await Workshop()
        let project = try await shop.project()
        let run = try await waiting(in: shop, project)
        _ = try await shop.engine.saveDraft(of: run.id, SaveDraft(text: "Second" + Self.quick), by: Workshop.by)
        let queued = try await shop.engine.queueDraft(of: run.id, .followUp, by: Workshop.by).value
        #expect(queued.queued && queued.sentAt == nil)
        await shop.close()
        shop = try await Workshop(after: shop)
        #expect(try await shop.journal.read { try $0.draft(of: run.id, .followUp) }?.queued == true)
        try await approve(run, in: shop)
        try await shop.wait("both turns are over") {
            let isCompleted = try await shop.run(run.id).status == .completed
            return try await shop.journal.read { try $0.processes(of: run.id) }.count == 2 && isCompleted
        }
        #expect(try await told(to: run, in: shop).filter { $0.hasPrefix("Second") }.count == 1)
        #expect(try await shop.journal.read { try $0.draft(of: run.id, .followUp) } == nil)
        await shop.close()
    }

    @Test("one that is written on is not sent, and who writes on what is not there any more hears of it")
    func versions() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let run = try await waiting(in: shop, project)
        let first = try await shop.engine.saveDraft(of: run.id, SaveDraft(text: "a"), by: Workshop.by).value
        let queued = try await shop.engine.queueDraft(
            of: run.id, .followUp, version: first.version, by: Workshop.by
        ).value
        let save = { (text: String, version: Int?) in
            await Result.of {
                try await shop.engine.saveDraft(of: run.id, SaveDraft(text: text, version: version), by: Workshop.by)
            }
        }
        #expect(await save("b", first.version).hubError?.code == .versionStale)
        let written = try await save("b", queued.version).get().value
        #expect(!written.queued && written.text == "b")
        _ = try await shop.engine.deleteDraft(of: run.id, .followUp, version: written.version, by: Workshop.by)
        #expect(await save("c", written.version).hubError?.code == .versionStale)
        let other = try await save("c", nil).get().value
        #expect(other.version > written.version, "no version of an earlier one is taken for it")
        #expect(await save("d", written.version).hubError?.code == .versionStale)
        await shop.close()
    }

    @Test("without a turn it is sent at once; an empty one is not, nor what is called off")
    func atOnce() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let run = try await waiting(in: shop, project)
        let queue = { await Result.of { try await shop.engine.queueDraft(of: run.id, .followUp, by: Workshop.by) } }
        #expect(await queue().hubError?.code == .draftNotFound)
        _ = try await shop.engine.saveDraft(of: run.id, SaveDraft(text: ""), by: Workshop.by)
        #expect(await queue().hubError?.code == .validationFailed)
        _ = try await shop.engine.saveDraft(of: run.id, SaveDraft(text: "Then" + Self.quick), by: Workshop.by)
        #expect(try await queue().get().value.queued)
        _ = try await shop.engine.cancelRun(run.id, by: Workshop.by)
        let kept = try #require(try await shop.journal.read { try $0.draft(of: run.id, .followUp) })
        #expect(!kept.queued && kept.text.hasPrefix("Then"))
        let sent = try await queue().get().value
        #expect(sent.sentAt != nil && !sent.queued)
        #expect(try await shop.wait(for: run.id).status == .completed)
        #expect(try await told(to: run, in: shop).contains { $0.hasPrefix("Then") })
        await shop.close()
    }

    @Test("a retry takes the place of a process, and is gone with it")
    func retry() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let run = try await shop.wait(for: shop.command("true", in: project).id)
        let process = try #require(try await shop.journal.read { try $0.processes(of: run.id) }.first)
        let missing = await Result.of {
            try await shop.engine.saveDraft(of: run.id, SaveDraft(type: .retry, text: "x"), by: Workshop.by)
        }
        #expect(missing.hubError?.code == .validationFailed)
        _ = try await shop.engine.saveDraft(
            of: run.id, SaveDraft(type: .retry, text: "Otherwise", processId: process.id), by: Workshop.by)
        let sent = try await shop.engine.queueDraft(of: run.id, .retry, by: Workshop.by).value
        #expect(sent.sentAt != nil)
        try await shop.wait("it was done over") {
            let isSettled = try await shop.run(run.id).status.isSettled
            return try await shop.journal.read { try $0.processes(of: run.id) }.count == 2 && isSettled
        }
        #expect(try await shop.journal.read { try $0.drafts(of: run.id) }.isEmpty)
        #expect(try await shop.journal.read { try $0.required(process.id) }.droppedAt != nil)
        await shop.close()
    }
}
