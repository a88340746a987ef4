internal import GRDB

extension Schema {
    /// What was a member of the project's row becomes a row of its own.
    static func addPolicies(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE policies (
                    id TEXT PRIMARY KEY,
                    projectId TEXT NOT NULL UNIQUE REFERENCES projects (id),
                    body BLOB NOT NULL
                ) STRICT;
                INSERT INTO policies (id, projectId, body)
                    SELECT 'pol_' || substr(id, 5), id, CAST(json_object(
                        'id', 'pol_' || substr(id, 5), 'projectId', id,
                        'allow', json(coalesce(text ->> '$.policy.allow', '[]')),
                        'deny', json(coalesce(text ->> '$.policy.deny', '[]')),
                        'autoApprove', json(iif(text ->> '$.policy.autoApprove', 'true', 'false')),
                        'autoApproveWeb', json('false'), 'version', 1,
                        'createdAt', text ->> '$.createdAt', 'updatedAt', text ->> '$.updatedAt') AS BLOB)
                    FROM (SELECT id, CAST(body AS TEXT) AS text FROM projects)
                    WHERE json_type(text, '$.policy') IS NOT NULL;
                UPDATE projects SET body = CAST(json_remove(CAST(body AS TEXT), '$.policy') AS BLOB);
                """)
    }
}
