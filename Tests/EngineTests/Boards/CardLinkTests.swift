import Engine
import Journal
import Model
import RoostTesting
import Testing

@Suite("Cards among cards")
struct CardLinkTests {
    private let shop: Workshop
    private let project: Project

    init() async throws {
        shop = try await Workshop()
        project = try await shop.project()
    }

    private func card(_ title: String, _ input: (inout CreateCard) -> Void = { _ in }) async throws -> Card {
        var create = CreateCard(title: title)
        input(&create)
        return try await shop.engine.createCard(project.id, create, by: Workshop.principal).value
    }

    private func update(_ card: Card, _ input: UpdateCard) async throws -> Card {
        try await shop.engine.updateCard(card.id, input, by: Workshop.principal).value
    }

    private func refused(_ work: () async throws -> Void) async -> HubError.Code? {
        do {
            try await work()
            return nil
        } catch let error as HubError {
            return error.code
        } catch {
            return nil
        }
    }

    private func now(_ card: Card) async throws -> Card { try await shop.journal.read { try $0.required(card.id) } }

    private func start(_ card: Card) async throws -> Run {
        try await shop.engine.createRun(
            project.id,
            CreateRun(cardId: card.id, provider: .command, options: RunOptions(argv: ["true"]), start: true),
            by: Workshop.by
        ).value
    }

    @Test("a card waits until all that it depends on is done or given up") func blocked() async throws {
        let (a, b) = (try await card("a"), try await card("b"))
        let c = try await card("c") { $0.blockedBy = [a.id, b.id, a.id] }
        #expect(c.blockedBy == [a.id, b.id])
        #expect(await refused { _ = try await start(c) } == .cardBlocked)
        _ = try await update(a, UpdateCard(status: .done))
        #expect(await refused { _ = try await start(c) } == .cardBlocked)
        let draft = try await shop.engine.createRun(
            project.id, CreateRun(cardId: c.id, provider: .command, options: RunOptions(argv: ["true"])),
            by: Workshop.by
        ).value
        #expect(await refused { _ = try await shop.engine.startRun(draft.id, by: Workshop.by) } == .cardBlocked)
        _ = try await update(b, UpdateCard(status: .cancelled))
        _ = try await shop.engine.startRun(draft.id, by: Workshop.by)
        try await shop.wait(for: draft.id)
        await shop.close()
    }

    @Test("circles are refused, directly, over others and through oneself, and change nothing") func cycles()
        async throws
    {
        let a = try await card("a")
        let b = try await card("b") { $0.blockedBy = [a.id] }
        let c = try await card("c") { $0.blockedBy = [b.id] }
        for (card, on) in [(a, c), (a, b), (a, a)] {
            #expect(
                await refused { _ = try await update(card, UpdateCard(blockedBy: [on.id])) } == .dependencyCycle)
        }
        for (card, parent) in [(a, a)] {
            #expect(
                await refused { _ = try await update(card, UpdateCard(parentId: parent.id)) } == .validationFailed)
        }
        #expect(try await now(a).version == 1)
        _ = try await update(c, UpdateCard(blockedBy: []))
        _ = try await update(a, UpdateCard(blockedBy: [c.id]))
        await shop.close()
    }

    @Test("parents are nested as deep as is allowed, and never in a circle") func parents() async throws {
        var chain = [try await card("0")]
        for depth in 1..<Limits.cardDepthMax {
            let parent = chain[depth - 1].id
            chain.append(try await card("\(depth)") { $0.parentId = parent })
        }
        let last = try #require(chain.last)
        #expect(await refused { _ = try await card("too deep") { $0.parentId = last.id } } == .limitExceeded)
        #expect(
            await refused { _ = try await update(chain[1], UpdateCard(parentId: chain[3].id)) } == .validationFailed)
        let top = chain[0].id
        #expect(try await shop.journal.read { try $0.children(of: top) }.map(\.id) == [chain[1].id])
        _ = try await shop.engine.deleteCard(chain[0].id, by: Workshop.principal)
        #expect(try await now(chain[1]).parentId == nil, "what is gone is nobody's parent")
        var input = UpdateCard()
        input.removesParent = true
        #expect(try await update(chain[2], input).parentId == nil)
        await shop.close()
    }

    @Test("a card of which another one waits can go: nobody waits for it any more") func removal() async throws {
        let a = try await card("a")
        let b = try await card("b") {
            $0.blockedBy = [a.id]
            $0.deferred = Deferral(whenUnblocked: true)
        }
        _ = try await shop.engine.deleteCard(a.id, by: Workshop.principal)
        let freed = try await now(b)
        #expect(freed.blockedBy == nil && freed.deferred == nil)
        await shop.close()
    }

    @Test("a card that is put off is activated by its time, by the last thing that it waits for, or by hand")
    func deferral() async throws {
        let until = shop.clock.now().adding(milliseconds: 60_000)
        let byTime = try await card("time") { $0.deferred = Deferral(until: until) }
        let ahead = try await card("ahead")
        let byDependency = try await card("dependency") {
            $0.blockedBy = [ahead.id]
            $0.deferred = Deferral(whenUnblocked: true)
        }
        let byHand = try await card("hand") { $0.deferred = Deferral() }
        #expect(await refused { _ = try await start(byHand) } == .cardDeferred)
        #expect(try await shop.engine.activateCard(byHand.id, by: Workshop.principal).value.deferred == nil)
        #expect(
            await refused { _ = try await shop.engine.activateCard(byHand.id, by: Workshop.principal) }
                == .illegalTransition)
        let done = try await shop.journal.read { reader in
            try #require(try reader.columns(of: ahead.boardId).first { $0.type == .done })
        }
        _ = try await shop.engine.moveCard(ahead.id, MoveCard(columnId: done.id), by: Workshop.principal)
        #expect(try await now(byDependency).deferred == nil)
        #expect(try await now(byTime).deferred != nil)
        try await shop.wait("its time has come") {
            shop.clock.manual.advance(by: .seconds(15))
            return try await now(byTime).deferred == nil
        }
        let told = try await shop.journal.events(
            in: .project(project.id), after: 0, filter: EventFilter(types: ["card.activated"]), limit: 10,
            byteCountMax: 1 << 20)
        guard case .page(let events, _, _) = told else {
            Issue.record("no page")
            return
        }
        #expect(events.count == 3)
        await shop.close()
    }

    @Test("cards that are due in archived projects keep no others waiting") func dueInArchived() async throws {
        let until = shop.clock.now().adding(milliseconds: 60_000)
        for number in 0..<101 { _ = try await card("\(number)") { $0.deferred = Deferral(until: until) } }
        _ = try await shop.engine.archiveProject(project.id, by: Workshop.by)
        let other = try await shop.engine.createProject(
            CreateProject(path: shop.repository + "-other", initialise: true), by: Workshop.by
        ).value
        let later = try await shop.engine.createCard(
            other.id, CreateCard(title: "later", deferred: Deferral(until: until.adding(milliseconds: 1_000))),
            by: Workshop.principal
        ).value
        try await shop.wait("its time has come") {
            shop.clock.manual.advance(by: .seconds(15))
            return try await now(later).deferred == nil
        }
        await shop.close()
    }

    @Test("cleaning takes what is over, as much at once as is allowed, and a preview takes nothing")
    func cleaning() async throws {
        var cards: [Card] = []
        for number in 0..<Engine.cleanedAtOnceMax + 3 { cards.append(try await card("\(number)")) }
        let board = cards[0].boardId
        for card in cards.dropFirst() { _ = try await update(card, UpdateCard(status: .done)) }
        func clean(_ input: CleanBoard) async throws -> Cleaning {
            try await shop.engine.cleanBoard(board, input, by: Workshop.principal).value
        }
        let preview = try await clean(CleanBoard(action: .delete, preview: true))
        #expect(preview.preview && preview.hasMore && preview.cards.count == Engine.cleanedAtOnceMax)
        #expect(try await shop.journal.read { try $0.cards(of: project.id) }.count == cards.count)
        #expect(await refused { _ = try await clean(CleanBoard(action: .archive)) } == .validationFailed)
        #expect(try await clean(CleanBoard(action: .delete, before: cards[0].createdAt)).cards.isEmpty)
        #expect(try await clean(CleanBoard(action: .delete)).cards == preview.cards)
        let rest = try await clean(CleanBoard(action: .delete))
        #expect(rest.cards.count == 2 && !rest.hasMore)
        #expect(try await shop.journal.read { try $0.cards(of: project.id) }.map(\.id) == [cards[0].id])
        let archive = try await shop.engine.createColumn(
            board, CreateColumn(name: "Archive", type: .archive), by: Workshop.principal
        ).value
        _ = try await update(cards[0], UpdateCard(status: .done))
        #expect(try await clean(CleanBoard(action: .archive)).cards == [cards[0].id])
        #expect(try await now(cards[0]).columnId == archive.id)
        #expect(try await clean(CleanBoard(action: .archive)).cards.isEmpty, "it is there already")
        await shop.close()
    }
}
