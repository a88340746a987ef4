import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("Budgets while a turn is at work, with real processes") struct BudgetTests {
    /// Has been told much and said little, and goes on when it may. Its turn's end says the same once more.
    private static let agent = """
        echo '{"type":"system","subtype":"init","session_id":"s"}'
        echo '{"type":"stream_event","event":{"type":"message_start","message":{"id":"m1",'\\
        '"usage":{"input_tokens":900,"output_tokens":1}}}}'
        while ! [ -e "$HOME/go" ]; do sleep 0.02; done
        echo '{"type":"stream_event","event":{"type":"message_delta","usage":{"output_tokens":50}}}'
        echo '{"type":"result","subtype":"success","is_error":false,"result":"done","total_cost_usd":0.5,'\\
        '"usage":{"input_tokens":900,"output_tokens":50}}'
        cat > /dev/null
        """

    enum Owner: String, CaseIterable {
        case run, card, project
    }

    @Test("tokens that the stream tells pause the run at once, and are counted once", arguments: Owner.allCases)
    func onTheWay(owner: Owner) async throws {
        let shop = try await Workshop(claude: ["sh", "-c", Self.agent])
        let project = try await shop.project()
        let card = try await shop.card("Work", in: project)
        func allow(_ budget: Budget, to run: Run.ID? = nil) async throws {
            switch owner {
            case .run:
                guard let run else { return }
                _ = try await shop.engine.updateRun(run, UpdateRun(budget: budget), by: Workshop.by)
            case .card:
                _ = try await shop.engine.updateCard(card.id, UpdateCard(budget: budget), by: Workshop.principal)
            case .project:
                _ = try await shop.engine.updateProject(project.id, UpdateProject(budget: budget), by: Workshop.by)
            }
        }
        try await allow(Budget(tokens: 500))
        let run = try await shop.engine.createRun(
            project.id,
            CreateRun(
                cardId: card.id, provider: .claudeCode, prompt: "Spend", start: true,
                budget: owner == .run ? Budget(tokens: 500) : nil), by: Workshop.by
        ).value
        let paused = try await shop.wait(for: run.id, "paused") { $0.status == .paused }
        #expect(paused.pause?.agent == .frozen && paused.pause?.reason == .budget)
        #expect(paused.pause?.detail?.contains("the \(owner.rawValue)'s budget is used up: 901 tokens of 500") == true)
        #expect(paused.usage == Usage(inputTokens: 900, outputTokens: 1), "what it did not tell is unknown")
        try await allow(Budget(tokens: 5_000), to: run.id)
        #expect(FileManager.default.createFile(atPath: shop.home + "/go", contents: nil))
        _ = try await shop.engine.resumeRun(run.id, by: Workshop.by)
        let done = try await shop.wait(for: run.id)
        #expect(done.status == .completed)
        #expect(done.usage == Usage(inputTokens: 900, outputTokens: 50, costUsd: 0.5))
        let told = try await shop.entries(of: run.id).compactMap(\.content.usage)
        #expect(told == [Usage(inputTokens: 900, outputTokens: 50, costUsd: 0.5)])
        await shop.close()
    }
}
