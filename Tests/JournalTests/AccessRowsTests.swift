import GRDB
import Model
import RoostTesting
import Testing

@testable import Journal

@Suite("Who may do what") struct AccessRowsTests {
    private func makeUser(_ name: String, in tx: Transaction) throws -> User {
        let user = User(id: tx.make(), name: name, type: .person, role: .member, at: tx.now)
        try tx.put(user, as: .userCreated)
        return user
    }

    @Test("is told in the hub's journal, filed under whom it concerns, and a membership in its project's too")
    func told() async throws {
        let journal = try Journal.forTesting()
        let plan = try await Plan.make(in: journal)
        let (user, member) = try await journal.change(.hub, by: .local) { tx in
            let user = try makeUser("ada", in: tx)
            let token = Token(id: tx.make(), userId: user.id, name: "laptop", at: tx.now)
            try tx.put(token, as: .tokenCreated)
            try tx.setHash([1, 2, 3], of: token.id)
            let member = Member(id: tx.make(), projectId: plan.project.id, user: user, role: .editor, at: tx.now)
            try tx.put(member, as: .memberCreated)
            return (user, member)
        }.value
        guard case .page(let events, _, _) = try await journal.events(in: .hub, after: 1, limit: 9, byteCountMax: .max)
        else { return #expect(Bool(false), "the hub's events are gone") }
        #expect(events.map(\.header.type) == [.userCreated, .tokenCreated, .memberCreated])
        #expect(events.map(\.header.context.userId) == [user.id, user.id, user.id])
        #expect(events.map(\.header.projectId) == [nil, nil, plan.project.id])
        #expect(!events.contains { String(decoding: $0.payload, as: UTF8.self).contains("hash") })
        let told = try await journal.events(in: plan.scope, after: 3, limit: 9, byteCountMax: .max)
        guard case .page(let own, _, _) = told else { return #expect(Bool(false), "the project's events are gone") }
        #expect(own.map(\.header.type) == [.memberCreated])
        #expect(own.first?.header.projectId == plan.project.id)
        #expect(try await journal.read { try $0.member(user.id, of: plan.project.id) } == member)
    }

    @Test("a token's hash goes with it")
    func hashes() async throws {
        let journal = try Journal.forTesting()
        let token = try await journal.change(.hub, by: .local) { tx in
            let token = Token(id: tx.make(), userId: try makeUser("ada", in: tx).id, name: "laptop", at: tx.now)
            try tx.put(token, as: .tokenCreated)
            try tx.setHash([1, 2, 3], of: token.id)
            return token
        }.value
        #expect(try await journal.read { try $0.tokenHashes() } == [token.id: [1, 2, 3]])
        _ = try await journal.change(.hub, by: .local) { tx in try tx.delete(token, as: .tokenDeleted) }
        #expect(try await journal.read { try $0.tokenHashes() } == [:])
    }

    @Test("the hub's events of an older version say whose project they are about")
    func migrated() throws {
        let database = try DatabaseQueue()
        try Schema.migrator.migrate(database, upTo: "5-attachments")
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO journals (id, name, epoch, seq) VALUES (1, 'hub', 'e', 1), (2, 'prj_1', 'e', 1);
                    INSERT INTO events (journal, seq, ts, type, severity, payload) VALUES
                        (1, 1, 0, 'project.created', 'info', CAST('{"projectId":"prj_1"}' AS BLOB)),
                        (2, 1, 0, 'project.created', 'info', CAST('{"projectId":"prj_1"}' AS BLOB));
                    """)
        }
        try Schema.migrator.migrate(database)
        let projects = try database.read { try String?.fetchAll($0, sql: "SELECT projectId FROM events ORDER BY id") }
        #expect(projects == ["prj_1", nil])
    }
}
