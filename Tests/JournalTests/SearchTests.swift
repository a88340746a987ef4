import GRDB
import Model
import RoostTesting
import Testing

@testable import Journal

@Suite("Search")
struct SearchTests {
    let journal: Journal

    init() throws { journal = try .forTesting() }

    private func find(
        _ text: String, kinds: Set<SearchQuery.Kind> = [], in project: Project.ID? = nil, limit: Int = 50
    ) async throws -> [SearchHit] {
        let query = try SearchQuery(text)
        while try await journal.indexOnce() > 0 {}
        return try await journal.read {
            try $0.search(query, kinds: kinds, in: project.map { [$0] }, limit: limit).hits
        }
    }

    private func makeCard(_ plan: Plan, _ title: String, prompt: String = "") async throws -> Card {
        try await journal.change(plan.scope, by: .local) { tx in
            var card = plan.card(title, in: tx)
            card.prompt = prompt
            try tx.put(card, as: .cardCreated)
            return card
        }.value
    }

    private func makeRun(_ plan: Plan) async throws -> Run {
        try await journal.change(plan.scope, by: .system) { tx in
            let run = plan.run(in: tx)
            try tx.put(run, as: .runCreated)
            return run
        }.value
    }

    private func say(_ plan: Plan, _ run: Run, _ content: EntryContent) async throws -> Entry {
        try await journal.change(plan.scope, by: .system) { tx in
            var entry = try plan.entry(of: run, "", in: tx)
            entry.content = content
            try tx.put(entry, as: .entryAdded)
            return entry
        }.value
    }

    @Test("a card is found by its title, prompt and labels, as they are now, and not when it is gone")
    func cards() async throws {
        let plan = try await Plan.make(in: journal)
        var card = try await makeCard(plan, "Dark mode", prompt: "Add a theme of the night.")
        #expect(try await find("night").map(\.subject) == [.card(card)])
        #expect(try await find("NIGHT theme").count == 1, "all words, in any order and either case")
        #expect(try await find("night morning").isEmpty)
        card.prompt = "Add a theme of the morning."
        card.labels = ["design"]
        try await journal.change(plan.scope, by: .local) { [card] tx in try tx.put(card, as: .cardUpdated) }
        #expect(try await find("night").isEmpty)
        #expect(try await find("morning design").map(\.subject) == [.card(card)])
        try await journal.change(plan.scope, by: .local) { [card] tx in try tx.delete(card, as: .cardDeleted) }
        #expect(try await find("morning").isEmpty)
        let left = try await journal.read { try $0.integer("SELECT count(*) FROM searchDocuments", []) }
        #expect(left == 0)
    }

    @Test("what is due outlives the hub, and an entity that has changed twice is looked at once")
    func due() async throws {
        let folder = try TemporaryFolder()
        let first = try Journal.forTesting(.file(folder.file("journal.sqlite")))
        let plan = try await Plan.make(in: first)
        try await first.change(plan.scope, by: .local) { tx in
            var card = plan.card("once", in: tx)
            try tx.put(card, as: .cardCreated)
            card.title = "twice"
            try tx.put(card, as: .cardUpdated)
        }
        await first.close()
        let second = try Journal.forTesting(.file(folder.file("journal.sqlite")))
        let query = try SearchQuery("twice")
        #expect(try await second.read { try $0.search(query, limit: 1) }.isIndexing)
        let page = try await second.searching { try $0.search(query, limit: 1) }
        #expect(page.hits.count == 1)
        #expect(!page.isIndexing)
        #expect(try await second.indexOnce() == 0)
        await second.close()
    }

    @Test("an index in which a search finds damage is made anew from the rows")
    func damagedIndex() async throws {
        let plan = try await Plan.make(in: journal)
        for number in 1...50 { _ = try await makeCard(plan, "card \(number)", prompt: "night and day") }
        #expect(try await find("night").count == 50)
        try await journal.change(.hub, by: .system) { tx in
            // The words; what says where they are stays, without which it could not even be emptied.
            try tx.write("DELETE FROM searchIndex_data WHERE id > 10", [])
        }
        let query = try SearchQuery("night")
        let page = try await journal.searching { try $0.search(query, limit: 50) }
        #expect(page.hits.isEmpty && page.isIndexing, "who looks meanwhile is told that there may be more")
        #expect(try await find("night").count == 50)
    }

    @Test("whatever happens, the index has what the rows say, and is sound", arguments: 1...6)
    func chance(seed: UInt64) async throws {
        let plan = try await Plan.make(in: journal)
        var story = Story(plan: plan, seed: seed)
        for step in 0..<150 {
            try await story.step(in: journal)
            if step.isMultiple(of: 7) { try await journal.indexOnce() }
        }
        while try await journal.indexOnce() > 0 {}
        try await journal.change(.hub, by: .system) { tx in
            let rows = try Row.fetchAll(tx.db, sql: "SELECT subject, scope, title, text FROM searchDocuments")
            let found = Dictionary(
                uniqueKeysWithValues: rows.map { row in
                    (row[0] as String, SearchDocument(storedScope: row[1], title: row[2], text: row[3]))
                })
            var expected: [String: SearchDocument] = [:]
            for card in try tx.cards(of: plan.project.id) { expected[card.id.rawValue] = card.searchDocument }
            for run in try tx.runs(of: plan.project.id) {
                for entry in try tx.entries(of: run.id) { expected[entry.id.rawValue] = entry.searchDocument }
            }
            #expect(found == expected)
            #expect(!found.isEmpty)
            // Throws when the index is not that of the documents (https://www.sqlite.org/fts5.html, section 6.5).
            try tx.db.execute(sql: "INSERT INTO searchIndex (searchIndex, rank) VALUES ('integrity-check', 1)")
        }
    }

    @Test("a hub that is at work indexes by itself")
    func keeping() async throws {
        let clock = ManualClock()
        let journal = try Journal.forTesting(clock: clock)
        let plan = try await Plan.make(in: journal)
        let keeping = Task { await journal.keepSearch(clock: clock) }
        let query = try SearchQuery("needle")
        for number in 1...2 {
            try await journal.change(plan.scope, by: .local) { tx in
                try tx.put(plan.card("needle \(number)", in: tx), as: .cardCreated)
            }
            while try await journal.read({ try $0.search(query, limit: 10) }).hits.count < number {
                clock.advance(by: .seconds(1))
                await Task.yield()
            }
        }
        keeping.cancel()
        await keeping.value
    }

    @Test("what a unit of work took back is not found")
    func undone() async throws {
        let plan = try await Plan.make(in: journal)
        await #expect(throws: Failure.self) {
            try await journal.change(plan.scope, by: .local) { tx in
                try tx.put(plan.card("Undone", in: tx), as: .cardCreated)
                throw Failure()
            }
        }
        #expect(try await find("undone").isEmpty)
    }

    @Test("an entry is found by its words, a tool's when it has ended")
    func entries() async throws {
        let plan = try await Plan.make(in: journal)
        let run = try await makeRun(plan)
        let message = try await say(plan, run, EntryContent(.assistantMessage, text: "Le café est fermé."))
        #expect(try await find("cafe").map(\.subject) == [.entry(message)], "with or without the accent")
        var tool = ToolUse(
            name: "Bash", action: .commandRun, status: .running, title: "make all", input: ["command": "make all"])
        var entry = try await say(plan, run, EntryContent(.toolUse, tool: tool))
        #expect(try await find("make").isEmpty)
        (tool.status, tool.output) = (.failed, "undefined reference to frobnicate")
        entry.content.tool = tool
        try await journal.change(plan.scope, by: .system) { [entry] tx in try tx.put(entry, as: .entryUpdated) }
        let hit = try #require(try await find("frobnicate make").first)
        #expect(hit.subject == .entry(entry))
        #expect(hit.title.parts == [.init("make", isMatch: true), .init(" all")])
        #expect(hit.snippet.parts.contains(.init("frobnicate", isMatch: true)))
        #expect(try await find("usage").isEmpty)
    }

    @Test("a search is narrowed to a project and a kind")
    func narrowed() async throws {
        let (first, second) = (
            try await Plan.make(in: journal, slug: "first"), try await Plan.make(in: journal, slug: "second")
        )
        let card = try await makeCard(first, "needle")
        let other = try await makeCard(second, "needle")
        let entry = try await say(second, try await makeRun(second), EntryContent(.userMessage, text: "needle"))
        #expect(try await find("needle").count == 3)
        #expect(try await find("needle", in: first.project.id).map(\.subject) == [.card(card)])
        #expect(try await find("needle", kinds: [.entry]).map(\.subject) == [.entry(entry)])
        #expect(try await find("needle", kinds: [.card], in: second.project.id).map(\.subject) == [.card(other)])
        #expect(try await find("card", kinds: [.card]).isEmpty, "what narrows is not found itself")
    }

    @Test("a match in a title comes first, and pages follow one another whatever is written meanwhile")
    func pages() async throws {
        let plan = try await Plan.make(in: journal)
        for number in 1...5 { _ = try await makeCard(plan, "card \(number)", prompt: "has a needle somewhere in it") }
        let best = try await makeCard(plan, "needle")
        let query = try SearchQuery("needle")
        while try await journal.indexOnce() > 0 {}
        var (seen, cursor): ([SearchHit.Subject], SearchCursor?) = ([], nil)
        repeat {
            let page = try await journal.read { [cursor] in try $0.search(query, from: cursor, limit: 2) }
            seen += page.hits.map(\.subject)
            cursor = page.next.flatMap { SearchCursor($0.description) }
            _ = try await makeCard(plan, "needle needle")
            _ = try await find("needle")
        } while cursor != nil
        #expect(seen.count == 6)
        #expect(Set(seen.map { "\($0)" }).count == 6)
        #expect(seen.first == .card(best))
    }

    @Test("rows from before there was an index are looked at in pieces, newer ones once")
    func filling() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("journal.sqlite")
        var journal = try Journal.forTesting(.file(path))
        let plan = try await Plan.make(in: journal)
        let cards = try await journal.change(plan.scope, by: .local) { tx in
            let cards = (0..<250).map { plan.card("old \($0)", in: tx) }
            for card in cards { try tx.put(card, as: .cardCreated) }
            let run = plan.run(in: tx)
            try tx.put(run, as: .runCreated)
            try tx.put(try plan.entry(of: run, "old words", in: tx), as: .entryAdded)
            return cards
        }.value
        await journal.close()
        let file = try DatabaseQueue(path: path)
        try await file.write { db in
            try db.execute(
                sql: """
                    DROP TABLE searchIndex; DROP TABLE searchDocuments; DROP TABLE searchFilling; DROP TABLE searchDue;
                    DELETE FROM grdb_migrations WHERE identifier = '7-search';
                    """)
        }
        try file.close()

        journal = try Journal.forTesting(.file(path))
        let query = try SearchQuery("old")
        var card = cards[249]
        card.title = "old and changed"
        try await journal.change(plan.scope, by: .local) { [card] tx in
            try tx.put(card, as: .cardUpdated)
            try tx.delete(cards[248], as: .cardDeleted)
        }
        #expect(try await journal.read { try $0.search(query, limit: 10) }.hits.isEmpty)
        var pieces: [Int] = []
        while case let piece = try await journal.indexOnce(), piece > 0 {
            pieces.append(piece)
            guard pieces.count == 1 else { continue }
            let early = try await journal.read { try $0.search(query, limit: 1_000) }
            #expect(early.isIndexing)
            #expect(early.hits.count == 101)
        }
        #expect(pieces == [102, 100, 50])
        let late = try await journal.read { try $0.search(query, limit: 1_000) }
        #expect(!late.isIndexing)
        #expect(late.hits.count == 250)
        #expect(try Examination(path: path).run().isEmpty)
        _ = try await journal.change(plan.scope, by: .local) { try $0.delete(cards[0], as: .cardDeleted) }
        #expect(try Examination(path: path).run().isEmpty, "what is due is not wrong, a copy of this moment neither")
        await journal.close()
    }

    @Test("of more matches than are ranked the newest are")
    func many() async throws {
        let plan = try await Plan.make(in: journal)
        try await journal.change(plan.scope, by: .local) { tx in
            for number in 0..<(Reader.rankedMatchesMax + 10) {
                try tx.put(plan.card("many \(number)", in: tx), as: .cardCreated)
            }
        }
        let query = try SearchQuery("many")
        while try await journal.indexOnce() > 0 {}
        let last = SearchCursor(newest: .max, offset: Reader.rankedMatchesMax - 5)
        let page = try await journal.read { try $0.search(query, from: last, limit: 50) }
        #expect(page.hits.count == 5)
        #expect(page.next == nil)
        #expect(try await find("many 3").count == 1)
    }

    @Test("a text's first 32 KiB are found, and no control character of it marks anything")
    func bounds() async throws {
        let plan = try await Plan.make(in: journal)
        let filler = String(repeating: "word ", count: 7_000)
        _ = try await makeCard(plan, "long", prompt: "early " + filler + " late")
        #expect(try await find("early").count == 1)
        #expect(try await find("late").isEmpty)
        _ = try await makeCard(plan, "odd", prompt: "a\u{02}b\u{03}c\u{00}d trick")
        let hit = try #require(try await find("trick").first)
        #expect(hit.snippet.parts == [.init("a b c d "), .init("trick", isMatch: true)])
        _ = try await makeCard(plan, "wide", prompt: String(repeating: "x", count: 5_000) + " tail")
        let wide = try #require(try await find("tail").first)
        #expect(wide.snippet.parts.map(\.text.count).reduce(0, +) <= SearchParts.charactersMax + 1)
    }
}
