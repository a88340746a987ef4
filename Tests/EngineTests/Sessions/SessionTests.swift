import Engine
import Journal
import Model
import RoostTesting
import Testing

@Suite("Conversations that change nothing")
struct SessionTests {
    private static let asked = "Make it short.\ndemo: paragraphs=1"

    private func refined(_ shop: Workshop) async throws -> (card: Card, session: Session) {
        let project = try await shop.project()
        let card = try await shop.card("Add a dark theme", "As the designers said.", in: project)
        let made = try await shop.engine.createSession(
            project.id, CreateSession(kind: .plan, cardId: card.id, text: Self.asked, provider: .demo), by: Workshop.by)
        try await shop.wait(for: made.value.runId, "answered") { $0.status == .completed }
        return (card, try await shop.journal.read { try $0.required(made.value.id) })
    }

    @Test("a plan's proposal is the card's task once it is accepted, and nothing else has changed")
    func plan() async throws {
        let shop = try await Workshop()
        let (card, session) = try await refined(shop)
        #expect(session.proposal == "Refined: Make it short." && session.cardVersion == card.version)
        let run = try await shop.run(session.runId)
        #expect(run.purpose == .plan && run.cardId == nil && run.diff?.filesChanged == 0)
        #expect(run.prompt.contains("As the designers said.") && run.prompt.contains(Self.asked))
        let approvals = try await shop.journal.read { try $0.approvals(run: run.id) }
        #expect(approvals.map(\.status) == [.denied], "a command is nothing for a conversation, and nobody is asked")
        try await shop.wait("its worktree and branch go") {
            try await shop.git("branch", "--list", "roost/*").isEmpty
        }
        #expect(try await shop.git("status", "--porcelain").isEmpty)
        let untouched = try await shop.journal.read { try $0.required(card.id) }
        #expect(untouched == card, "a conversation is no work on the card")

        let engine = shop.engine
        let (id, project) = (session.id, card.projectId)
        let second = await Result.of {
            try await engine.createSession(
                project, CreateSession(kind: .plan, cardId: card.id, provider: .demo), by: Workshop.by)
        }.hubError
        #expect(second?.code == .illegalTransition && second?.members["sessionId"] == .string(id.rawValue))
        _ = try await engine.sendMessage(id, "End with <prompt>\nShorter\n\(Self.asked)", by: Workshop.by)
        try await shop.wait("a further turn") {
            let told = try await shop.journal.read { try $0.required(id) }
            let processes = try await shop.journal.read { try $0.processes(of: told.runId).count }
            return try await shop.run(run.id).status == .completed && processes == 2
        }
        _ = try await engine.updateCard(card.id, UpdateCard(title: "Add dark colours"), by: Workshop.principal)
        let stale = await Result.of { try await engine.acceptSession(id, AcceptSession(), by: Workshop.principal) }
            .hubError
        #expect(stale?.code == .versionStale)
        let accepted = try await engine.acceptSession(
            id, AcceptSession(cardVersion: card.version + 1), by: Workshop.principal)
        #expect(accepted.value.status == .accepted && accepted.value.closedAt != nil)
        let changed = try await shop.journal.read { try $0.required(card.id) }
        #expect(changed.prompt == "Refined: Make it short." && changed.title == "Add dark colours")
        for refused in [
            await Result.of { try await engine.sendMessage(id, "More", by: Workshop.by) }.hubError,
            await Result.of { try await engine.cancelSession(id, by: Workshop.by) }.hubError,
            await Result.of { try await engine.acceptSession(id, AcceptSession(), by: Workshop.principal) }.hubError,
        ] {
            #expect(refused?.code == .illegalTransition && refused?.members["currentStatus"] == "accepted")
        }
        await shop.close()
    }

    @Test("a project's assistant is one, goes on after the hub did, and makes room when it is ended")
    func assistant() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let input = CreateSession(kind: .assistant, text: "What is here?\ndemo: paragraphs=1", provider: .demo)
        let session = try await shop.engine.createSession(project.id, input, by: Workshop.by).value
        try await shop.wait(for: session.runId, "answered") { $0.status == .completed }
        let again = await Result.of { try await shop.engine.createSession(project.id, input, by: Workshop.by) }.hubError
        #expect(again?.members["sessionId"] == .string(session.id.rawValue))
        let accepted = await Result.of {
            try await shop.engine.acceptSession(session.id, AcceptSession(prompt: "x"), by: Workshop.principal)
        }.hubError
        #expect(accepted?.code == .illegalTransition)
        // Its worktree goes behind it, and should not be on its way when the next hub makes it anew.
        let branch = try #require(try await shop.run(session.runId).branch)
        try await shop.wait("its branch is gone") { try await shop.git("branch", "--list", branch).isEmpty }
        await shop.close()

        let next = try await Workshop(after: shop)
        _ = try await next.engine.sendMessage(session.id, "And now?\ndemo: paragraphs=1", by: Workshop.by)
        try await next.wait("it answers again") {
            let said = try await next.entries(of: session.runId).filter { $0.content.kind == .userMessage }
            return try await next.run(session.runId).status == .completed && said.count == 2
        }
        let cancelled = try await next.engine.cancelSession(session.id, by: Workshop.by)
        #expect(cancelled.value.status == .cancelled)
        let other = try await next.engine.createSession(project.id, input, by: Workshop.by).value
        let listed = try await next.journal.read { try $0.sessions(of: project.id, limit: 10) }
        #expect(listed.map(\.id) == [other.id, session.id])
        let cut = try await next.engine.cancelSession(other.id, by: Workshop.by)
        #expect(cut.value.status == .cancelled)
        try await next.wait(for: other.runId, "ended with it") { $0.status == .cancelled }
        await next.close()
    }

    @Test("what belongs to another kind is refused", arguments: [Session.Kind.plan, .assistant])
    func wrongInput(kind: Session.Kind) async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let card = try await shop.card("A card", in: project)
        var input = CreateSession(kind: kind, provider: .demo)
        if kind == .assistant { (input.cardId, input.text) = (card.id, "What?") }
        let refused = await Result.of { try await shop.engine.createSession(project.id, input, by: Workshop.by) }
            .hubError
        #expect(refused?.code == .validationFailed)
        input.cardId = nil
        input.text = nil
        let missing = await Result.of { try await shop.engine.createSession(project.id, input, by: Workshop.by) }
            .hubError
        #expect(missing?.code == .validationFailed)
        await shop.close()
    }
}
