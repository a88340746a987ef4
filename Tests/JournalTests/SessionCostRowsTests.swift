import Foundation
import GRDB
import Model
import RoostTesting
import Testing

@testable import Journal

@Suite("What sessions have cost, of runs from before that was written down") struct SessionCostRowsTests {
    @Test("is what their run had; a run without a session or a cost knows nothing of it")
    func migrated() throws {
        let database = try DatabaseQueue()
        try Schema.migrator.migrate(database, upTo: "34-attachment-files")
        let bodies = [
            #"{"sessionId":"s","usage":{"costUsd":0.5}}"#, #"{"usage":{"costUsd":0.5}}"#, #"{"sessionId":"s"}"#,
        ]
        try database.write { db in
            try db.execute(
                sql: "INSERT INTO projects (id, slug, path, status, body) VALUES ('p', 's', '/p', 'ready', ?)",
                arguments: [Data("{}".utf8)])
            for (number, body) in bodies.enumerated() {
                try db.execute(
                    sql: "INSERT INTO runs (id, projectId, status, body) VALUES (?, 'p', 'completed', ?)",
                    arguments: ["r\(number)", Data(body.utf8)])
            }
        }
        try Schema.migrator.migrate(database)
        let costs = try database.read { db in
            try Double?.fetchAll(
                db, sql: "SELECT json_extract(CAST(body AS TEXT), '$.sessionCostUsd') FROM runs ORDER BY id")
        }
        #expect(costs == [0.5, nil, nil])
    }
}
