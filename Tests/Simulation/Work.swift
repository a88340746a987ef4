import Journal
import Model
import RoostTesting

/// What is done in the projects: small changes by chance, each one unit of work.
final class Work {
    struct Place {
        let project: Project.ID
        let board: Board.ID
        let columns: [BoardColumn.ID]
        var cards: [Card.ID] = []
        /// Also of cards that were deleted since.
        var allCards: [Card.ID] = []
        var runs: [Run.ID] = []

        var journal: JournalKey { .project(project) }
    }

    private struct Refused: Error {}

    private let hub: HubUnderTest
    private let ids: SeededIDs
    private(set) var places: [Place] = []
    /// Nothing happens in them any more.
    private(set) var archived: [Place] = []

    init(in hub: HubUnderTest) {
        self.hub = hub
        ids = SeededIDs(seed: ~hub.seed)
    }

    /// They are again as they were when a copy was made.
    func goBack(to places: [Place], archived: [Place]) { (self.places, self.archived) = (places, archived) }

    func addProject() async throws {
        let (now, number) = (Timestamp(millisecondsSince1970: 0), places.count + archived.count)
        let project = Project(
            id: ids.make(), slug: "p\(number)", name: "P\(number)", path: "/p\(number)", defaultBranch: "main", at: now)
        let board = Board(id: ids.make(), projectId: project.id, name: "Plan", position: 1, at: now)
        let columns = [BoardColumn.Kind.backlog, .active].map { type in
            BoardColumn(
                id: ids.make(), projectId: project.id, boardId: board.id, name: type.rawValue, type: type, position: 1,
                at: now)
        }
        _ = try await hub.change(.hub) { tx in
            try tx.put(project, as: .projectCreated)
            try tx.put(board, as: .boardCreated)
            for column in columns { try tx.put(column, as: .columnCreated) }
        }
        places.append(Place(project: project.id, board: board.id, columns: columns.map(\.id)))
    }

    /// One goes and another comes.
    func replaceProject(using random: inout SeededRandom) async throws {
        let place = places.remove(at: Int.random(in: 0..<places.count, using: &random))
        try await hub.change(place.journal) { tx in
            guard var project = try tx.get(place.project) else { throw Refused() }
            (project.status, project.version) = (.archived, project.version + 1)
            try tx.put(project, as: .projectArchived)
        }
        archived.append(place)
        try await addProject()
    }

    func step(using random: inout SeededRandom) async throws {
        let at = Int.random(in: 0..<places.count, using: &random)
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<4: try await addCard(at, &random)
        case 4..<8: try await moveCard(at, &random)
        case 8: try await deleteCard(at, &random)
        case 9..<11: try await addRun(at, &random)
        case 11..<14: try await updateRun(at, &random)
        case 14..<17: try await say(at, &random)
        case 17: try await rephrase(at, &random)
        case 18: try await rename(at, &random)
        default: try await fail(at)
        }
    }
}

extension Work {
    private func addCard(_ at: Int, _ random: inout SeededRandom) async throws {
        let (place, bytes) = (places[at], Int.random(in: 0...600, using: &random))
        let id: Card.ID = ids.make()
        let card = Card(
            id: id, projectId: place.project, boardId: place.board, columnId: place.columns[0], title: "card",
            prompt: String(repeating: "p", count: bytes), position: 1, at: Timestamp(millisecondsSince1970: 0))
        try await hub.change(place.journal) { try $0.put(card, as: .cardCreated) }
        places[at].cards.append(id)
        places[at].allCards.append(id)
    }

    private func moveCard(_ at: Int, _ random: inout SeededRandom) async throws {
        let place = places[at]
        guard let id = place.cards.randomElement(using: &random),
            let column = place.columns.randomElement(using: &random)
        else { return try await addCard(at, &random) }
        let position = Double.random(in: 0...1, using: &random)
        try await hub.change(place.journal) { tx in
            guard var card = try tx.get(id) else { throw Refused() }
            (card.columnId, card.position, card.version) = (column, position, card.version + 1)
            try tx.put(card, as: .cardMoved)
        }
    }

    private func deleteCard(_ at: Int, _ random: inout SeededRandom) async throws {
        let place = places[at]
        guard let index = place.cards.indices.randomElement(using: &random) else { return }
        let id = place.cards[index]
        try await hub.change(place.journal) { tx in
            guard let card = try tx.get(id) else { throw Refused() }
            try tx.delete(card, as: .cardDeleted)
        }
        places[at].cards.remove(at: index)
    }

    private func addRun(_ at: Int, _ random: inout SeededRandom) async throws {
        let place = places[at]
        let card = Bool.random(using: &random) ? place.cards.randomElement(using: &random) : nil
        let id: Run.ID = ids.make()
        let run = Run(
            id: id, projectId: place.project, cardId: card, provider: .demo, prompt: "do", targetBranch: "main",
            at: Timestamp(millisecondsSince1970: 0))
        try await hub.change(place.journal) { try $0.put(run, as: .runCreated) }
        places[at].runs.append(id)
    }

    private func updateRun(_ at: Int, _ random: inout SeededRandom) async throws {
        let place = places[at]
        guard let id = place.runs.randomElement(using: &random) else { return try await addRun(at, &random) }
        let type = [EventType.runStarted, .runUpdated, .runCompleted].randomElement(using: &random) ?? .runUpdated
        try await hub.change(place.journal) { tx in
            guard var run = try tx.get(id) else { throw Refused() }
            run.version += 1
            run.summary = "version \(run.version)"
            try tx.put(run, as: type)
        }
    }

    /// Several entries in one unit, as agents speak.
    private func say(_ at: Int, _ random: inout SeededRandom) async throws {
        let place = places[at]
        guard let id = place.runs.randomElement(using: &random) else { return try await addRun(at, &random) }
        let entries: [Entry.ID] = (0..<Int.random(in: 1...4, using: &random)).map { _ in ids.make() }
        let bytes = Int.random(in: 0...400, using: &random)
        try await hub.change(place.journal) { tx in
            guard let run = try tx.get(id) else { throw Refused() }
            let count = try tx.entryCount(of: id)
            for (offset, entry) in entries.enumerated() {
                let content = EntryContent(.assistantMessage, text: String(repeating: "w", count: bytes))
                try tx.put(
                    Entry(
                        id: entry, projectId: run.projectId, cardId: run.cardId, runId: id, processId: nil,
                        index: count + offset, content: content, at: tx.now), as: .entryAdded)
            }
        }
    }

    private func rephrase(_ at: Int, _ random: inout SeededRandom) async throws {
        guard let id = places[at].runs.randomElement(using: &random) else { return }
        let chance = Int.random(in: 0..<1_000, using: &random)
        try await hub.change(places[at].journal) { tx in
            guard var entry = try tx.entry(of: id, index: chance % max(1, tx.entryCount(of: id))) else { return }
            entry.content = EntryContent(.assistantMessage, text: "again \(chance)")
            try tx.put(entry, as: .entryUpdated)
        }
    }

    /// Told in the hub's journal too.
    private func rename(_ at: Int, _ random: inout SeededRandom) async throws {
        let (id, name) = (places[at].project, "P\(Int.random(in: 0..<100, using: &random))")
        try await hub.change(places[at].journal) { tx in
            guard var project = try tx.get(id) else { throw Refused() }
            project.name = name
            try tx.put(project, as: .projectUpdated)
        }
    }

    /// A unit of work that writes and then throws: nobody may ever see it.
    private func fail(_ at: Int) async throws {
        let id = places[at].project
        do {
            try await hub.change(places[at].journal) { tx in
                guard var project = try tx.get(id) else { return }
                project.name = "never"
                try tx.put(project, as: .projectUpdated)
                throw Refused()
            }
        } catch is Refused {
            // As it was meant.
        }
    }
}
