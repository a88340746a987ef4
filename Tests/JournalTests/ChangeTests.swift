import Journal
import Model
import RoostTesting
import Testing

@Suite("One change")
struct ChangeTests {
    let clock = ManualClock()
    let journal: Journal

    init() throws { journal = try .forTesting(clock: clock) }

    @Test("the row's text and the event's data are the same bytes")
    func rowAndEvent() async throws {
        let plan = try await Plan.make(in: journal)
        let witness = Witness(journal)
        let committed = try await journal.change(plan.scope, by: .local) { tx in
            let card = plan.card("Tidy", in: tx)
            try tx.put(card, as: .cardCreated, severity: .warning)
            return card
        }
        let card = committed.value
        #expect(committed.position.seq == 4)
        #expect(try await journal.read { try $0.get(card.id) } == card)
        let stored = try #require(try await journal.read { try $0.stored(card.id) })
        let event = try #require(witness.events.first)
        #expect(
            event.header
                == EventHeader(
                    seq: 4, projectId: card.projectId, type: .cardCreated, severity: .warning, context: card.context))
        #expect(event.epoch == committed.position.epoch)
        #expect(event.journal == plan.scope)
        let told = try Told(event)
        #expect(told.data == (try JSONValue(stored.json)))
        #expect(told.type == "card.created" && told.seq == 4 && told.severity == "warning")
        #expect(told.ts == clock.now() && told.actor == .local)
        #expect(told.projectId == plan.project.id.rawValue && told.cardId == card.id.rawValue && told.runId == nil)
        #expect(try await journal.everything(in: plan.scope).last == event)
    }

    @Test("a change of a thing happens in its project, and reads what it has written")
    func ofSubject() async throws {
        let plan = try await Plan.make(in: journal)
        let change = try await journal.change(of: plan.board.id, by: .local) { tx in
            var board = try tx.required(plan.board.id)
            board.name = "Renamed"
            try tx.put(board, as: .boardUpdated)
            return try tx.required(plan.board.id)
        }
        #expect(change.value.name == "Renamed" && change.position.seq == 4)
        #expect(try await journal.everything(in: plan.scope).last?.header.type == .boardUpdated)
        let unknown: Board.ID = try await journal.change(plan.scope, by: .local) { $0.make() }.value
        let error = await #expect(throws: HubError.self) {
            try await journal.change(of: unknown, by: .local) { _ in }
        }
        #expect(error?.code == .boardNotFound)
        #expect(try await journal.position(of: plan.scope).seq == 4)
    }

    @Test("a deletion removes the row and tells the id")
    func deletion() async throws {
        let plan = try await Plan.make(in: journal)
        let column = try await journal.change(plan.scope, by: .local) { tx in
            let column = try #require(try tx.get(plan.column.id))
            try tx.delete(column, as: .columnDeleted)
            return column
        }.value
        #expect(try await journal.read { try $0.get(column.id) } == nil)
        let event = try #require(try await journal.everything(in: plan.scope).last)
        #expect(try Told(event).data == ["id": .string(column.id.rawValue)])
    }

    @Test("a unit that throws leaves neither rows nor events, nor a hole in the numbers")
    func rollback() async throws {
        let plan = try await Plan.make(in: journal)
        let witness = Witness(journal)
        await #expect(throws: Failure()) {
            try await journal.change(plan.scope, by: .local) { tx in
                try tx.put(plan.card("Lost", in: tx), as: .cardCreated)
                throw Failure()
            }
        }
        #expect(try await journal.read { try $0.cards(of: plan.project.id) } == [])
        #expect(witness.commits == [])
        let next = try await journal.change(plan.scope, by: .local) { tx in
            try tx.put(plan.card("Kept", in: tx), as: .cardCreated)
        }
        #expect(next.position.seq == 4)
    }

    @Test("a put that fails undoes the whole unit, even when its body goes on")
    func poisoned() async throws {
        let plan = try await Plan.make(in: journal)
        await #expect(throws: JournalError.self) {
            try await journal.change(plan.scope, by: .local) { tx in
                try tx.put(plan.card("Fine", in: tx), as: .cardCreated)
                let orphan = Card(
                    id: tx.make(), projectId: plan.project.id, boardId: plan.board.id, columnId: tx.make(),
                    title: "in no column", prompt: "", position: 1, at: tx.now)
                #expect(throws: (any Error).self) { try tx.put(orphan, as: .cardCreated) }
                #expect(throws: (any Error).self) { try tx.put(plan.card("Too late", in: tx), as: .cardCreated) }
            }
        }
        #expect(try await journal.read { try $0.cards(of: plan.project.id) } == [])
        #expect(try await journal.position(of: plan.scope).seq == 3)
    }

    @Test("a change sees what it has done, and where its journal stands")
    func ownWrites() async throws {
        let plan = try await Plan.make(in: journal)
        try await journal.change(plan.scope, by: .local) { tx in
            let card = plan.card("Seen", in: tx)
            try tx.put(card, as: .cardCreated)
            #expect(try tx.get(card.id) == card)
            #expect(try tx.position(of: plan.scope).seq == 4)
            #expect(try tx.position(of: .hub).seq == 1)
        }
    }

    @Test("a change without an event is committed and not told")
    func silent() async throws {
        let plan = try await Plan.make(in: journal)
        let witness = Witness(journal)
        let position = try await journal.change(plan.scope, by: .system) { _ in }.position
        #expect(position.seq == 3)
        #expect(witness.commits == [])
    }

    @Test("what concerns the project itself is told in its journal and in the hub's, each with its own number")
    func twoJournals() async throws {
        let first = try await Plan.make(in: journal, slug: "first")
        let second = try await Plan.make(in: journal, slug: "second")
        try await journal.change(second.scope, by: .local) { tx in
            var project = second.project
            project.name = "renamed"
            try tx.put(project, as: .projectUpdated)
        }
        let hub = try await journal.everything(in: .hub)
        #expect(hub.map(\.header.seq) == [1, 2, 3])
        #expect(hub.map(\.header.type) == [.projectCreated, .projectCreated, .projectUpdated])
        #expect(try hub.map { try Told($0).seq } == [1, 2, 3])
        #expect(try hub.map { try Told($0).projectId } == [first, second, second].map(\.project.id.rawValue))
        let own = try await journal.everything(in: second.scope)
        #expect(own.map(\.header.seq) == [1, 2, 3, 4])
        #expect(own.map(\.header.type) == [.projectCreated, .boardCreated, .columnCreated, .projectUpdated])
        #expect(Set([hub[0].epoch, own[0].epoch, try await journal.position(of: first.scope).epoch]).count == 3)
    }

    @Test("a note is an event without a row")
    func note() async throws {
        let plan = try await Plan.make(in: journal)
        let stats = DiffStats(filesChanged: 1, additions: 2, deletions: 3)
        let run = try await journal.change(plan.scope, by: .system) { tx in
            let run = plan.run(in: tx)
            try tx.put(run, as: .runCreated)
            try tx.note(.diffUpdated, about: run.context, data: stats)
            return run
        }.value
        let event = try #require(try await journal.everything(in: plan.scope).last)
        #expect(event.header.type == .diffUpdated && event.header.context == run.context)
        #expect(try Told(event).data == ["filesChanged": 1, "additions": 2, "deletions": 3])
    }

    @Test("a journal that nothing was told in is unknown, and asking for it makes none")
    func unknownJournal() async throws {
        let key = JournalKey.project(SeededIDs(seed: 9).make())
        await #expect(throws: JournalError.unknownJournal(key)) { try await journal.position(of: key) }
        await #expect(throws: JournalError.unknownJournal(key)) { try await journal.change(key, by: .system) { _ in } }
        await #expect(throws: JournalError.unknownJournal(key)) { try await journal.everything(in: key) }
        #expect(try await journal.position(of: .hub).seq == 0)
    }

    @Test("the caller's cancellation does not undo a change")
    func cancellation() async throws {
        let plan = try await Plan.make(in: journal)
        let gate = await Gate(journal)
        let change = Task.immediate { [journal] in
            try await journal.change(plan.scope, by: .local) { tx in
                try tx.put(plan.card("Kept", in: tx), as: .cardCreated)
            }
        }
        change.cancel()
        try await gate.open()
        #expect(try await change.value.position.seq == 4)
        #expect(try await journal.read { try $0.cards(of: plan.project.id).count } == 1)
    }

    @Test("closing commits what waits and refuses the rest")
    func close() async throws {
        let plan = try await Plan.make(in: journal)
        let gate = await Gate(journal)
        let waiting = Task.immediate { [journal] in
            try await journal.change(plan.scope, by: .local) { tx in
                try tx.put(plan.card("Kept", in: tx), as: .cardCreated)
            }
        }
        let closing = Task.immediate { [journal] in await journal.close() }
        await #expect(throws: JournalError.closed) { try await journal.change(plan.scope, by: .local) { _ in } }
        try await gate.open()
        await closing.value
        #expect(try await waiting.value.position.seq == 4)
        await #expect(throws: JournalError.closed) { try await journal.position(of: .hub) }
        await journal.close()
    }
}
