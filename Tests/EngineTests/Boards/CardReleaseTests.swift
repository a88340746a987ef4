import Engine
import Journal
import Model
import RoostTesting
import Testing

@Suite("Cards that wait for one that goes")
struct CardReleaseTests {
    private let shop: Workshop
    private let project: Project
    private let columns: [BoardColumn]

    init() async throws {
        shop = try await Workshop(claude: ["true"])
        project = try await shop.project()
        let columns = [
            CreateColumn(name: "Ideas", type: .backlog), CreateColumn(name: "Build", type: .active, prompt: "build it"),
            CreateColumn(name: "Check", type: .active, prompt: "check it"),
        ]
        let board = try await shop.engine.createBoard(
            project.id, CreateBoard(name: "Pipeline", columns: columns), by: Workshop.by
        ).value
        self.columns = try await shop.journal.read { try $0.columns(of: board.id) }
    }

    private func card(in column: Int, waitingFor others: Card...) async throws -> Card {
        let input = CreateCard(title: "T", columnId: columns[column].id, blockedBy: others.map(\.id))
        return try await shop.engine.createCard(project.id, input, by: Workshop.by).value
    }

    private func runs() async throws -> [Run] { try await shop.journal.read { try $0.runs(of: project.id) } }

    @Test("work on them begins, and an idle hub takes it up, as when they are told to wait no more")
    func removal() async throws {
        let ahead = try await card(in: 0)
        let waiting = try await card(in: 1, waitingFor: ahead)
        _ = try await shop.engine.deleteCard(ahead.id, by: Workshop.by)
        try await shop.wait("its run is taken up") {
            let runs = try await runs()
            return runs.map(\.cardId) == [waiting.id] && runs[0].status != .queued
        }
        await shop.close()
    }

    @Test("a column is emptied of one and of those that wait for it; who waits elsewhere begins, once")
    func cleaning() async throws {
        let first = try await card(in: 1)
        let second = try await card(in: 1, waitingFor: first)
        let elsewhere = try await card(in: 2, waitingFor: first, second)
        let cleaned = try await shop.engine.cleanBoard(
            first.boardId, CleanBoard(action: .delete, columnId: columns[1].id), by: Workshop.by
        ).value
        #expect(Set(cleaned.cards) == [first.id, second.id])
        #expect(try await shop.journal.read { try $0.cards(of: project.id) }.map(\.id) == [elsewhere.id])
        #expect(try await shop.journal.read { try $0.required(elsewhere.id) }.blockedBy == nil)
        try await shop.wait("its run is taken up") {
            let runs = try await runs()
            return runs.map(\.cardId) == [elsewhere.id] && runs[0].status != .queued
        }
        await shop.close()
    }
}
