import GRDB
import Model
import RoostTesting
import Testing

@testable import Journal

@Suite("Pages of events")
struct EventPageTests {
    let journal: Journal

    init() throws { journal = try .forTesting() }

    @Test("a page ends at its limit and says how to go on")
    func limit() async throws {
        let plan = try await Plan.make(in: journal)
        guard
            case .page(let events, 2, true) = try await journal.events(
                in: plan.scope, after: 0, limit: 2, byteCountMax: .max)
        else { throw Failure() }
        #expect(events.map(\.header.seq) == [1, 2])
        guard
            case .page(let rest, 3, false) = try await journal.events(
                in: plan.scope, after: 2, limit: 2, byteCountMax: .max)
        else { throw Failure() }
        #expect(rest.map(\.header.seq) == [3])
        #expect(
            try await journal.events(in: plan.scope, after: 3, limit: 2, byteCountMax: .max)
                == .page(events: [], scannedTo: 3, more: false))
    }

    @Test("a page ends before the event that would not fit, and has one event at least")
    func bytes() async throws {
        let plan = try await Plan.make(in: journal)
        let sizes = try await journal.everything(in: plan.scope).map(\.payload.count)
        for (byteCountMax, count) in [(1, 1), (sizes[0], 1), (sizes[0] + sizes[1], 2), (sizes[0] + sizes[1] + 1, 2)] {
            guard
                case .page(let events, let scannedTo, true) = try await journal.events(
                    in: plan.scope, after: 0, limit: 10, byteCountMax: byteCountMax)
            else { throw Failure() }
            #expect(events.count == count && scannedTo == UInt64(count))
        }
    }

    @Test("a filter picks by topic, type, card, run and severity")
    func filters() async throws {
        let plan = try await Plan.make(in: journal)
        let (card, run) = try await journal.change(plan.scope, by: .local) { tx in
            let card = plan.card("One", in: tx)
            let run = plan.run(of: card, in: tx)
            try tx.put(card, as: .cardCreated)
            try tx.put(plan.card("Two", in: tx), as: .cardCreated)
            try tx.put(run, as: .runCreated)
            try tx.put(try plan.entry(of: run, "hm", in: tx), as: .entryAdded, severity: .error)
            return (card, run)
        }.value
        let cases: [(EventFilter, Severity?, [UInt64])] = [
            (EventFilter(), nil, [1, 2, 3, 4, 5, 6, 7]),
            (EventFilter(topics: ["card", "run"]), nil, [4, 5, 6]),
            (EventFilter(types: ["board.created"]), nil, [2]),
            (EventFilter(cardId: card.id), nil, [4, 6, 7]),
            (EventFilter(runId: run.id), nil, [6, 7]),
            (EventFilter(), .error, [7]),
            (EventFilter(topics: ["card"]), .error, []),
        ]
        for (filter, severity, expected) in cases {
            guard
                case .page(let events, let scannedTo, let more) = try await journal.events(
                    in: plan.scope, after: 0, filter: filter, severity: severity, limit: 10, byteCountMax: .max)
            else { throw Failure() }
            #expect(events.map(\.header.seq) == expected && scannedTo == 7 && !more)
        }
    }

    @Test("a filter that admits nothing stops after 10,000 events and says where")
    func scanLimit() async throws {
        let plan = try await Plan.make(in: journal)
        let last = UInt64(EventPage.scanCountMax) + 5
        try await journal.change(plan.scope, by: .system) { tx in
            while try tx.position(of: plan.scope).seq < last {
                try tx.note(.diffUpdated, about: EventContext(), data: ["filesChanged": 0])
            }
        }
        let nothing = EventFilter(types: ["entry.added"])
        let scanned = UInt64(EventPage.scanCountMax)
        #expect(
            try await journal.events(in: plan.scope, after: 0, filter: nothing, limit: 10, byteCountMax: .max)
                == .page(events: [], scannedTo: scanned, more: true))
        #expect(
            try await journal.events(in: plan.scope, after: scanned, filter: nothing, limit: 10, byteCountMax: .max)
                == .page(events: [], scannedTo: last, more: false))
    }

    @Test("what is not kept any more, and what never was, is gone")
    func gone() async throws {
        let plan = try await Plan.make(in: journal)
        let page = { (seq: UInt64) in
            try await journal.events(in: plan.scope, after: seq, limit: 10, byteCountMax: .max)
        }
        #expect(try await page(4) == .gone(oldest: 1))
        #expect(try await page(.max) == .gone(oldest: 1))

        try await journal.change(plan.scope, by: .system) { tx in
            try tx.forget(plan.scope, upTo: 2)
        }
        #expect(try await page(0) == .gone(oldest: 3))
        #expect(try await page(1) == .gone(oldest: 3))
        guard case .page(let events, 3, false) = try await page(2) else { throw Failure() }
        #expect(events.map(\.header.seq) == [3])

        try await journal.change(plan.scope, by: .system) { tx in
            try tx.forget(plan.scope, upTo: 3)
        }
        #expect(try await page(2) == .gone(oldest: 4))
        #expect(try await page(3) == .page(events: [], scannedTo: 3, more: false))
        #expect(try await journal.position(of: plan.scope).seq == 3, "numbers go on after retention")
    }
}
