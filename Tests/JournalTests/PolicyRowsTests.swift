import Foundation
import GRDB
import Model
import RoostTesting
import Testing

@testable import Journal

@Suite("Policies that were members of their projects") struct PolicyRowsTests {
    @Test("become rows of their own, and the project's row forgets them")
    func migrated() throws {
        let database = try DatabaseQueue()
        try Schema.migrator.migrate(database, upTo: "8-jobs")
        let id = "prj_01JD6Z5Z0A0000000000000000"
        let old =
            #"{"id":"\#(id)","slug":"s","policy":{"allow":["Read"],"deny":["rm *"],"autoApprove":true},"#
            + #""createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-02T00:00:00.000Z"}"#
        try database.write { db in
            try db.execute(
                sql: "INSERT INTO projects (id, slug, path, status, body) VALUES (?, 's', '/p', 'ready', ?)",
                arguments: [id, Data(old.utf8)])
        }
        try Schema.migrator.migrate(database)
        let (policy, project) = try database.read { db in
            (
                try String.fetchOne(
                    db, sql: "SELECT CAST(body AS TEXT) FROM policies WHERE projectId = ?", arguments: [id]),
                try String.fetchOne(db, sql: "SELECT CAST(body AS TEXT) FROM projects"),
            )
        }
        #expect(
            policy == #"{"id":"pol_01JD6Z5Z0A0000000000000000","projectId":"\#(id)","allow":["Read"],"deny":["rm *"],"#
                + #""autoApprove":true,"autoApproveWeb":false,"version":1,"createdAt":"2026-01-01T00:00:00.000Z","#
                + #""updatedAt":"2026-01-02T00:00:00.000Z"}"#)
        #expect(project?.contains("policy") == false && project?.contains(#""slug":"s""#) == true)
    }
}
