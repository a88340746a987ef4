import Model
import RoostTesting
import Testing

@testable import Journal

@Suite("What the writer remembers of entities")
struct EntityCacheTests {
    @Test("is what the last change made of them, also within a unit of work and when one is undone")
    func latest() async throws {
        let journal = try Journal.forTesting()
        let plan = try await Plan.make(in: journal)
        var card = try await journal.change(plan.scope, by: .local) { tx in
            let card = plan.card("first", in: tx)
            try tx.put(card, as: .cardCreated)
            return card
        }.value
        card.title = "second"
        try await journal.change(plan.scope, by: .local) { [card] tx in
            #expect(try tx.get(card.id)?.title == "first")
            try tx.put(card, as: .cardUpdated)
            #expect(try tx.get(card.id)?.title == "second")
        }
        await #expect(throws: CancellationError.self) {
            try await journal.change(of: card.id, by: .local) { [card] tx in
                var undone = card
                undone.title = "undone"
                try tx.put(undone, as: .cardUpdated)
                throw CancellationError()
            }
        }
        #expect(try await title(of: card.id, in: journal) == "second")
        await journal.close()
    }

    @Test("what is removed is not there, in the same unit of work and afterwards")
    func removed() async throws {
        let journal = try Journal.forTesting()
        let plan = try await Plan.make(in: journal)
        let id = try await journal.change(plan.scope, by: .local) { tx in
            let card = plan.card("short-lived", in: tx)
            try tx.put(card, as: .cardCreated)
            try tx.delete(card, as: .cardDeleted)
            #expect(try tx.get(card.id) == nil)
            return card.id
        }.value
        #expect(try await title(of: id, in: journal) == nil)
        let kept = try await journal.change(plan.scope, by: .local) { tx in
            let card = plan.card("kept for a while", in: tx)
            try tx.put(card, as: .cardCreated)
            return card
        }.value
        try await journal.change(of: kept.id, by: .local) { tx in try tx.delete(kept, as: .cardDeleted) }
        #expect(try await title(of: kept.id, in: journal) == nil)
        await journal.close()
    }

    @Test("what has grown too large to be remembered is read from its row, and what shrinks is remembered again")
    func large() async throws {
        let journal = try Journal.forTesting()
        let plan = try await Plan.make(in: journal)
        let id = try await journal.change(plan.scope, by: .local) { tx in
            let card = plan.card("small", in: tx)
            try tx.put(card, as: .cardCreated)
            return card.id
        }.value
        let sizes = [EntityCache.bodyByteCountMax * 2, 1, EntityCache.bodyByteCountMax * 3, 5]
        for size in sizes {
            try await journal.change(of: id, by: .local) { tx in
                var card = try tx.required(id)
                card.prompt = String(repeating: "x", count: size)
                try tx.put(card, as: .cardUpdated)
                #expect(try tx.get(id)?.prompt.count == size)
            }
            let found = try await journal.change(of: id, by: .local) { try $0.required(id).prompt.count }.value
            #expect(found == size)
        }
        await journal.close()
    }

    @Test("is bounded")
    func bounded() {
        let cache = EntityCache()
        let project = Project(
            id: SeededIDs().make(), slug: "s", name: "n", path: "/p", defaultBranch: "main",
            at: Timestamp(millisecondsSince1970: 0))
        for start in stride(from: 0, to: 3 * EntityCache.countMax, by: 100) {
            cache.merge(Dictionary(uniqueKeysWithValues: (start..<start + 100).map { ("\($0)", project) }))
            #expect(cache.count <= EntityCache.countMax)
            #expect(cache["\(start)"] != nil)
        }
        cache.merge(
            Dictionary(
                uniqueKeysWithValues: (0..<2 * EntityCache.countMax).map { ("\($0)", $0 % 2 == 0 ? project : nil) }))
        #expect(cache.count <= EntityCache.countMax)
        #expect(cache["1"] == nil)
    }

    private func title(of id: Card.ID, in journal: Journal) async throws -> String? {
        try await journal.change(.hub, by: .local) { try $0.get(id)?.title }.value
    }
}
