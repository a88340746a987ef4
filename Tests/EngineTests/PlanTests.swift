@testable import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("Globs")
struct GlobTests {
    @Test(
        "globs",
        arguments: [
            ("*", "", true), ("*", "x", true), ("?", "", false), ("a*c", "abbc", true), ("a*c", "abbd", false),
            ("Bash: git *", "Bash: git status", true), ("Bash: git *", "Bash: rm", false), ("a?c", "abc", true),
            ("", "", true), ("", "x", false), ("**", "x", true), ("*a*b*a*", "xaxbxax", true), ("ü*", "über", true),
        ])
    func globs(glob: String, text: String, matches: Bool) { #expect(Glob(glob).matches(text) == matches) }

    @Test("a hostile glob is answered quickly")
    func hostile() {
        let glob = String(repeating: "*a", count: 200) + "b"
        #expect(!Glob(glob).matches(String(repeating: "a", count: 5_000)))
    }
}

@Suite("Boards and cards")
struct BoardTests {
    @Test("a move changes one card; numbers that are used up are made anew and the order stays")
    func moves() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        var cards: [Card] = []
        for title in ["a", "b", "c"] { cards.append(try await shop.card(title, in: project)) }
        let column = cards[0].columnId
        // Halving between the first two uses a Double's digits up after some fifty moves.
        for _ in 0..<120 {
            let order = try await shop.journal.read { try $0.cards(in: column) }
            let last = try #require(order.last)
            _ = try await shop.engine.moveCard(
                last.id, MoveCard(columnId: column, after: order[0].id), by: Workshop.principal)
            let now = try await shop.journal.read { try $0.cards(in: column) }
            #expect(now.map(\.id) == [order[0].id, last.id, order[1].id])
        }
        await shop.close()
    }

    @Test("a place beside a card that somebody has moved on meanwhile, or deleted, is told apart from bad input")
    func neighbourMoved() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let (card, neighbour) = (try await shop.card("a", in: project), try await shop.card("b", in: project))
        let columns = try await shop.journal.read { try $0.columns(of: project.id) }
        func refusal(_ input: MoveCard) async -> HubError? {
            await Result.of { try await shop.engine.moveCard(card.id, input, by: Workshop.principal) }.hubError
        }
        _ = try await shop.engine.moveCard(
            neighbour.id, MoveCard(columnId: columns[1].id), by: Workshop.principal)
        for input in [
            MoveCard(columnId: card.columnId, before: neighbour.id),
            MoveCard(columnId: card.columnId, after: neighbour.id),
        ] {
            let refused = await refusal(input)
            #expect(refused?.code == .neighbourMoved)
            #expect(refused?.members["card"] == .string(neighbour.id.rawValue))
        }
        _ = try await shop.engine.deleteCard(neighbour.id, by: Workshop.principal)
        #expect(await refusal(MoveCard(columnId: columns[1].id, after: neighbour.id))?.code == .neighbourMoved)
        let both = MoveCard(columnId: card.columnId, before: neighbour.id, after: neighbour.id)
        #expect(await refusal(both)?.code == .validationFailed)
        #expect(try await shop.journal.read { try $0.get(card.id) } == card, "and nothing has changed")
        await shop.close()
    }

    @Test("with their column go a thousand cards at once, and no more")
    func manyCards() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let column = try await shop.journal.read { try $0.columns(of: project.id)[0] }
        let cards = try await shop.journal.change(.project(project.id), by: Workshop.by) { tx in
            try (0...Limits.cardsRemovedAtOnceMax).map { number in
                let card = Card(
                    id: tx.make(), projectId: project.id, boardId: column.boardId, columnId: column.id, title: "T",
                    prompt: "", position: Double(number), at: tx.now)
                try tx.put(card, as: .cardCreated)
                return card.id
            }
        }.value
        func remove() async -> HubError? {
            await Result.of {
                try await shop.engine.deleteColumn(column.id, withCards: true, by: Workshop.principal)
            }.hubError
        }
        let refused = await remove()
        #expect(refused?.code == .limitExceeded && refused?.members["limit"] == "cardsRemovedAtOnceMax")
        _ = try await shop.engine.deleteCard(cards[0], by: Workshop.principal)
        #expect(await remove() == nil)
        let left = try await shop.journal.read { (try $0.get(column.id), try $0.cards(of: project.id)) }
        #expect(left.0 == nil && left.1.isEmpty)
        await shop.close()
    }

    @Test("what users keep about a card goes with it, and with what a dead hub has not brought to its end")
    func keptAboutCards() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let (card, other) = (try await shop.card("a", in: project), try await shop.card("b", in: project))
        let gone: Card.ID = try await shop.journal.change(.hub, by: .system) { $0.make() }.value
        let users: [User.ID] = try await shop.journal.change(.hub, by: .system) { [$0.make(), $0.make()] }.value
        func keep(_ key: String, of user: User.ID) async throws {
            _ = try await shop.engine.savePreference(
                key, of: user, in: project.id, SavePreference(value: 1), by: Workshop.by)
        }
        func kept(_ shop: Workshop) async throws -> [String] {
            try await shop.journal.read { reader in
                try users.flatMap { try reader.preferences(of: $0, in: project.id).map(\.key) }
            }
        }
        for user in users { try await keep("panels:\(card.id)", of: user) }
        for key in ["panels:\(other.id)", "panels:\(gone)", "keyboard"] { try await keep(key, of: users[0]) }
        _ = try await shop.engine.deleteCard(card.id, by: Workshop.principal)
        #expect(try await Set(kept(shop)) == ["panels:\(other.id)", "panels:\(gone)", "keyboard"])
        await shop.close()
        let next = try await Workshop(after: shop)
        #expect(try await Set(kept(next)) == ["panels:\(other.id)", "keyboard"])
        let board = other.boardId
        _ = try await next.engine.cleanBoard(
            board, CleanBoard(action: .delete, columnId: other.columnId), by: Workshop.principal)
        #expect(try await kept(next) == ["keyboard"])
        await next.close()
    }

    @Test("a stale version, a foreign column and a card with work are refused, and nothing changes")
    func refusals() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let card = try await shop.card("a", in: project)
        let stale = await Result.of {
            try await shop.engine.updateCard(card.id, UpdateCard(title: "b", version: 7), by: Workshop.principal)
        }.hubError
        #expect(stale?.code == .versionStale && stale?.members["currentVersion"] == 1)
        let inReview = await Result.of {
            try await shop.engine.updateCard(card.id, UpdateCard(status: .inreview), by: Workshop.principal)
        }.hubError
        #expect(inReview?.code == .validationFailed)
        let run = try await shop.command("sleep", "60", in: project, card: card)
        try await shop.wait(for: run.id, "running") { $0.status == .running }
        let busy = await Result.of { try await shop.engine.deleteCard(card.id, by: Workshop.principal) }.hubError
        #expect(busy?.code == .illegalTransition && busy?.members["currentStatus"] == "running")
        let archive = await Result.of { try await shop.engine.archiveProject(project.id, by: Workshop.by) }.hubError
        #expect(archive?.code == .illegalTransition)
        _ = try await shop.engine.cancelRun(run.id, by: Workshop.by)
        _ = try await shop.engine.deleteCard(card.id, by: Workshop.principal)
        #expect(try await shop.journal.read { try $0.get(card.id) } == nil)
        try await shop.wait("the process has ended") {
            try await shop.journal.read { try $0.processes(of: run.id).allSatisfy { $0.endedAt != nil } }
        }
        let archived = try await shop.engine.archiveProject(project.id, by: Workshop.by).value
        #expect(archived.status == .archived)
        let late = await Result.of { try await shop.card("x", in: project) }.hubError
        #expect(late?.code == .projectArchived)
        await shop.close()
    }

    @Test("only a repository inside the roots becomes a project, and only once")
    func projects() async throws {
        let shop = try await Workshop()
        func code(_ input: CreateProject) async -> HubError.Code? {
            await Result.of { try await shop.engine.createProject(input, by: Workshop.by) }.hubError?.code
        }
        #expect(await code(CreateProject(path: "relative")) == .validationFailed)
        #expect(await code(CreateProject(path: "/etc")) == .pathForbidden)
        #expect(await code(CreateProject(path: shop.folder.path + "/../../etc")) == .pathForbidden)
        #expect(await code(CreateProject(path: shop.folder.path + "/data/worktrees")) == .pathForbidden)
        #expect(await code(CreateProject(path: shop.folder.path + "/home")) == .notARepository)
        #expect(await code(CreateProject(path: shop.folder.path + "/nowhere")) == .notARepository)
        try FileManager.default.createSymbolicLink(
            atPath: shop.folder.path + "/out", withDestinationPath: "/usr")
        #expect(await code(CreateProject(path: shop.folder.path + "/out/share", initialise: true)) == .pathForbidden)
        let project = try await shop.project()
        #expect(project.slug == "repository" && project.defaultBranch == "main")
        #expect(await code(CreateProject(path: shop.repository)) == .alreadyExists)
        let columns = try await shop.journal.read { try $0.columns(of: project.id) }
        #expect(columns.map(\.type) == [.backlog, .active, .done])
        await shop.close()
    }
}
