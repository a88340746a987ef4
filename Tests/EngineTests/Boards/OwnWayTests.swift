import Engine
import Journal
import Model
import RoostTesting
import Testing

@Suite("Cards with a way of their own, orders, and what has been seen")
struct OwnWayTests {
    private func ladder(in project: Project, _ shop: Workshop) async throws -> [BoardColumn] {
        let board = try await shop.engine.createBoard(
            project.id,
            CreateBoard(
                name: "Ladder",
                columns: [
                    .init(name: "Start", type: .backlog), .init(name: "One", type: .active, prompt: "one"),
                    .init(name: "Two", type: .active, prompt: "two"), .init(name: "Three", type: .active),
                ]), by: Workshop.principal
        ).value
        return try await shop.journal.read { try $0.columns(of: board.id) }
    }

    @Test("a card goes through its own columns, passing over those that are gone")
    func pipeline() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let columns = try await ladder(in: project, shop)
        let card = try await shop.engine.createCard(
            project.id, CreateCard(title: "Own", columnId: columns[0].id), by: Workshop.principal
        ).value
        var input = UpdateCard()
        input.pipeline = [.init(columnId: columns[3].id, prompt: "mine"), .init(columnId: columns[1].id)]
        _ = try await shop.engine.updateCard(card.id, input, by: Workshop.principal)
        let places = try await shop.journal.read { try $0.pipeline(of: $0.required(card.id)) }
        #expect(places.map(\.columnName) == ["Three", "One"] && places.map(\.prompt) == ["mine", "one"])
        #expect(try await shop.engine.advanceCard(card.id, by: Workshop.by).value.columnId == columns[3].id)
        #expect(try await shop.engine.advanceCard(card.id, by: Workshop.by).value.columnId == columns[1].id)
        let end = await Result.of { try await shop.engine.advanceCard(card.id, by: Workshop.by) }.hubError
        #expect(end?.code == .illegalTransition)
        input.pipeline = [.init(columnId: columns[0].id)]
        #expect(
            await Result.of { try await shop.engine.updateCard(card.id, input, by: Workshop.principal) }.hubError?.code
                == .validationFailed, "a backlog is no step of work")
        (input.pipeline, input.removesPipeline) = (nil, true)
        let plain = try await shop.engine.updateCard(card.id, input, by: Workshop.principal).value
        #expect(plain.pipeline == nil)
        #expect(try await shop.engine.advanceCard(card.id, by: Workshop.by).value.columnId == columns[2].id)
        await shop.close()
    }

    @Test("what one changes oneself is read, what others change is not, until it is looked at or all is called read")
    func unread() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let (ada, bob) = (User.ID(ULID(milliseconds: 1, randomHigh: 1, randomLow: 1)), User.ID.local)
        let actor = Actor(.user, id: ada.rawValue)
        let cards = [try await shop.card("A", in: project), try await shop.card("B", in: project)]
        let unread = { (user: User.ID) in
            try await shop.journal.read { try $0.unreadCards(of: project.id, for: user, limit: 10) }
        }
        #expect(try await unread(bob) == [], "it was he who made them")
        #expect(Set(try await unread(ada)) == Set(cards.map(\.id)))
        _ = try await shop.engine.viewCard(cards[0].id, version: nil, by: ada, as: actor)
        #expect(try await unread(ada) == [cards[1].id])
        let before = try await shop.journal.read { try $0.position(of: .hub) }
        let again = try await shop.engine.viewCard(cards[0].id, version: nil, by: ada, as: actor)
        #expect(try await shop.journal.read { try $0.position(of: .hub) } == before, "nothing new is told")
        #expect(again.value.id == cards[0].id)
        _ = try await shop.engine.viewProject(project.id, by: ada, as: actor)
        #expect(try await unread(ada) == [])
        _ = try await shop.engine.updateCard(cards[0].id, UpdateCard(title: "A2"), by: Workshop.principal)
        #expect(try await unread(ada) == [cards[0].id])
        let listed = try await shop.journal.read { try $0.cards(of: project.id, unreadBy: ada).map(\.id) }
        #expect(listed == [cards[0].id])
        await shop.close()
    }
}
