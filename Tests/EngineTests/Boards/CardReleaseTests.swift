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
        columns = try await shop.pipeline(in: project)
    }

    private func card(in column: Int, waitingFor others: Card...) async throws -> Card {
        let input = CreateCard(title: "T", columnId: columns[column].id, blockedBy: others.map(\.id))
        return try await shop.engine.createCard(project.id, input, by: Workshop.principal).value
    }

    private func runs() async throws -> [Run] { try await shop.journal.read { try $0.runs(of: project.id) } }

    @Test("work on them begins, and an idle hub takes it up, as when they are told to wait no more")
    func removal() async throws {
        let ahead = try await card(in: 0)
        let waiting = try await card(in: 1, waitingFor: ahead)
        _ = try await shop.engine.deleteCard(ahead.id, by: Workshop.principal)
        try await shop.wait("its run is taken up") {
            let runs = try await runs()
            return runs.map(\.cardId) == [waiting.id] && runs[0].status != .queued
        }
        await shop.close()
    }

    @Test("a card that was parked does not begin when its time comes, nor when what it waits for is done by others")
    func parked() async throws {
        let guest = Principal(Workshop.by, mayStart: { _ in false }, admitStart: {})
        let until = shop.clock.now().adding(milliseconds: 60_000)
        let timed = try await shop.engine.createCard(
            project.id, CreateCard(title: "T", columnId: columns[1].id, deferred: Deferral(until: until)), by: guest
        ).value
        let ahead = try await card(in: 0)
        let waiting = try await card(in: 0, waitingFor: ahead)
        let moved = try await shop.engine.moveCard(waiting.id, MoveCard(columnId: columns[1].id), by: guest).value
        #expect(timed.parked == true && moved.parked == true)
        _ = try await shop.engine.updateCard(ahead.id, UpdateCard(status: .done), by: Workshop.principal)
        try await shop.wait("its time has come") {
            shop.clock.manual.advance(by: .seconds(15))
            return try await shop.journal.read { try $0.required(timed.id) }.deferred == nil
        }
        #expect(try await runs().isEmpty)
        _ = try await shop.engine.updateCard(waiting.id, UpdateCard(blockedBy: []), by: Workshop.principal)
        let begun = try #require(try await runs().first)
        #expect(begun.cardId == waiting.id)
        #expect(try await shop.journal.read { try $0.required(waiting.id) }.parked == nil)
        await shop.close()
    }

    @Test("files that somebody adds or takes away who may not start agents park a card, as other words do")
    func attached() async throws {
        let guest = Principal(Workshop.by, mayStart: { _ in false }, admitStart: {})
        func parked(_ card: Card) async throws -> Bool? {
            try await shop.journal.read { try $0.required(card.id) }.parked
        }
        func attach(to card: Card, by principal: Principal) async throws -> Model.Attachment {
            let upload = try await shop.engine.beginAttachment(to: card.id, byteCount: 1)
            try await upload.write([7])
            return try await shop.engine.finishAttachment(
                upload, filename: "a", contentType: nil, by: principal
            ).value
        }
        let (first, second, backlog) = (try await card(in: 1), try await card(in: 1), try await card(in: 0))
        let file = try await attach(to: first, by: Workshop.principal)
        #expect(try await parked(first) == nil)
        _ = try await attach(to: second, by: guest)
        _ = try await attach(to: backlog, by: guest)
        #expect(try await parked(second) == true)
        #expect(try await parked(backlog) == nil, "who moves it on answers for it")
        _ = try await shop.engine.deleteAttachment(file.id, by: guest)
        #expect(try await parked(first) == true)
        await shop.close()
    }

    @Test("a column is emptied of one and of those that wait for it; who waits elsewhere begins, once")
    func cleaning() async throws {
        let first = try await card(in: 1)
        let second = try await card(in: 1, waitingFor: first)
        let elsewhere = try await card(in: 2, waitingFor: first, second)
        let cleaned = try await shop.engine.cleanBoard(
            first.boardId, CleanBoard(action: .delete, columnId: columns[1].id), by: Workshop.principal
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
