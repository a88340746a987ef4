import Journal
import Model
import RoostTesting
import Testing

@Suite("Snapshots beside the writer")
struct SnapshotTests {
    /// A project's rows of every kind, as their text by id, and where the journal stood.
    struct Snapshot: Sendable, Equatable {
        var rows: [String: String] = [:]
        var seq: UInt64

        init(_ plan: Plan, _ reader: Reader) throws {
            let project = plan.project.id
            seq = try reader.position(of: plan.scope).seq
            try add([try reader.stored(project)].compactMap(\.self))
            try add(reader.boards(of: project, as: Stored.self))
            try add(reader.columns(of: project, as: Stored.self))
            try add(reader.cards(of: project, as: Stored.self))
            try add(reader.runs(of: project, as: Stored.self))
            try add(reader.approvals(of: project, as: Stored.self))
            for run in try reader.runs(of: project) {
                try add(reader.processes(of: run.id, as: Stored.self))
                try add(reader.entries(of: run.id, as: Stored.self))
            }
        }

        /// What a client does: upsert or remove by id.
        mutating func apply(_ event: CommittedEvent) throws {
            #expect(event.header.seq == seq + 1)
            seq = event.header.seq
            let data = event.payload.split(separator: Array(#","data":"#.utf8), maxSplits: 1)[1].dropLast()
            let isDeletion = event.header.type.rawValue.hasSuffix(".deleted")
            rows[try id(in: Array(data))] = isDeletion ? nil : String(decoding: data, as: UTF8.self)
        }

        private mutating func add<E: Entity>(_ stored: [Stored<E>]) throws {
            for row in stored { rows[try id(in: row.json)] = String(decoding: row.json, as: UTF8.self) }
        }

        private func id(in json: [UInt8]) throws -> String {
            struct Named: Decodable { let id: String }
            return try PlainCoding().decode(Named.self, from: json).id
        }
    }

    @Test("the snapshot at N and the events after N are the final state, for every kind", arguments: 1...4)
    func convergence(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let journal = try Journal.forTesting(.file(folder.file("journal.sqlite")), ids: SeededIDs(seed: seed))
        let plan = try await Plan.make(in: journal)
        let other = try await Plan.make(in: journal, slug: "other")

        let writers = [(plan, seed), (plan, seed + 100), (other, seed + 200)].map { plan, seed in
            Task {
                var story = Story(plan: plan, seed: seed)
                for _ in 0..<100 { try await story.step(in: journal) }
            }
        }
        var snapshots: [Snapshot] = []
        for _ in 0..<8 { snapshots.append(try await journal.read { try Snapshot(plan, $0) }) }
        for writer in writers { try await writer.value }

        let final = try await journal.read { try Snapshot(plan, $0) }
        let kinds = Set(final.rows.keys.map { $0.prefix { $0 != "_" } })
        #expect(kinds == ["prj", "brd", "col", "crd", "run", "prc", "ent", "apr"])
        for snapshot in snapshots {
            var replayed = snapshot
            for event in try await journal.everything(in: plan.scope, after: snapshot.seq) {
                try replayed.apply(event)
            }
            let different = Set(replayed.rows.keys).union(final.rows.keys).filter {
                replayed.rows[$0] != final.rows[$0]
            }
            #expect(replayed.seq == final.seq)
            #expect(different == [])
        }
        await journal.close()
    }
}
