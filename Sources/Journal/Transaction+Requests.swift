package import Model
internal import Foundation
internal import GRDB

// What requests came to, for those who ask again. No events.
extension Transaction {
    /// Keeps an answer under a key; what the key stood for before is forgotten.
    package func keep(_ answer: [UInt8], fingerprint: [UInt8], for key: RequestKey) throws {
        try wholly {
            try forgetOldAnswers()
            try db.cachedStatement(sql: "DELETE FROM answers WHERE caller = ? AND key = ?")
                .execute(arguments: [key.caller, key.key])
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO answers (caller, key, madeAt, bytesTo, fingerprint, answer)
                    VALUES (?, ?, ?, ? + ifnull((SELECT bytesTo FROM answers ORDER BY id DESC LIMIT 1), 0), ?, ?)
                    """)
            try statement.execute(arguments: [
                key.caller, key.key, now.millisecondsSince1970, answer.count, Data(fingerprint), Data(answer),
            ])
        }
    }

    private func forgetOldAnswers() throws {
        let newest = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT id, bytesTo FROM answers ORDER BY id DESC LIMIT 1"))
        guard let newest else { return }
        let idMin: Int64 = newest[0] - Int64(Receipt.keptCountMax) + 2
        let bytesToMin: Int64 = newest[1] - Int64(Receipt.keptBytesMax)
        let madeAtMin = now.millisecondsSince1970 - Int64(Receipt.keptSeconds) * 1_000
        let oldest = try Row.fetchCursor(
            db.cachedStatement(
                sql: "SELECT id, bytesTo, madeAt FROM answers ORDER BY id LIMIT \(Receipt.forgottenAtOnceMax)"))
        var last: Int64?
        while let row = try oldest.next(), row[0] < idMin || row[1] <= bytesToMin || row[2] < madeAtMin {
            last = row[0]
        }
        guard let last else { return }
        try db.cachedStatement(sql: "DELETE FROM answers WHERE id <= ?").execute(arguments: [last])
    }
}

extension Reader {
    /// What the request of this key came to, if that is kept and not older than `madeAtMin`.
    package func keptAnswer(for key: RequestKey, since madeAtMin: Timestamp) throws -> KeptAnswer? {
        let statement = try db.cachedStatement(
            sql: "SELECT fingerprint, answer FROM answers WHERE caller = ? AND key = ? AND madeAt >= ?")
        let rows = try Row.fetchCursor(
            statement, arguments: [key.caller, key.key, madeAtMin.millisecondsSince1970])
        return try rows.next().map { KeptAnswer(fingerprint: try $0.bytes(at: 0), answer: try $0.bytes(at: 1)) }
    }
}
