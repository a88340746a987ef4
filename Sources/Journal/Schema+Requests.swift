internal import GRDB

extension Schema {
    // In the order of their making; `bytesTo` counts all answers' bytes up to a row's own, so that what is kept can be
    // bounded without counting it.
    static let answers = """
        CREATE TABLE answers (
            id INTEGER PRIMARY KEY,
            caller TEXT NOT NULL,
            key TEXT NOT NULL,
            madeAt INTEGER NOT NULL,
            bytesTo INTEGER NOT NULL,
            fingerprint BLOB NOT NULL,
            answer BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX answersByKey ON answers (caller, key);
        """

    /// Of the making of webhooks whole answers were kept, with the secret. Who asks again then makes another.
    static func removeSecretAnswers(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM answers WHERE instr(answer, CAST('\"secret\":\"whsec_' AS BLOB)) > 0")
    }
}
