package import Model
internal import GRDB

extension Reader {
    /// Newest first.
    ///
    /// - Parameters:
    ///   - admitted: only of these projects; nil for all.
    ///   - withHubs: whether those that are no project's are meant too.
    package func jobs<Form: RowForm>(
        among admitted: Set<Project.ID>? = nil, withHubs: Bool = true, statuses: Set<Job.Status> = [],
        kind: Job.Kind? = nil, project: Project.ID? = nil, after cursor: Job.ID? = nil,
        limit: Int? = nil, as form: Form.Type = Decoded<Job>.self
    ) throws -> [Form.Output] where Form.Subject == Job {
        var selection = Selection(orderedBy: "id DESC", limit: limit)
        selection.require("status", in: statuses)
        selection.require("kind = ?", kind?.rawValue)
        selection.require("projectId = ?", project?.rawValue)
        selection.require("id < ?", cursor?.rawValue)
        if let admitted {
            let ours = "projectId IN (SELECT value FROM json_each(?))"
            selection.require(withHubs ? "(projectId IS NULL OR \(ours))" : ours, try Self.list(admitted))
        } else if !withHubs {
            selection.require("projectId IS NOT NULL", [])
        }
        return try rows(form, selection)
    }

    /// In their order, from the one after `index`.
    package func log(of job: Job.ID, after index: Int? = nil, limit: Int) throws -> [JobLine] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT "index", ts, text FROM jobLog WHERE jobId = ? AND "index" > ? ORDER BY "index" LIMIT ?
                """)
        return try Row.fetchAll(statement, arguments: [job.rawValue, index ?? -1, limit]).map { row in
            JobLine(index: row[0], ts: Timestamp(millisecondsSince1970: row[1]), text: row[2])
        }
    }

    /// The index of the next line.
    package func logCount(of job: Job.ID) throws -> Int {
        try integer("SELECT max(\"index\") + 1 FROM jobLog WHERE jobId = ?", [job.rawValue]) ?? 0
    }
}

extension Transaction {
    /// No events: lines are shown as they come, and can be read again.
    ///
    /// - Parameter kept: how many lines of the log are.
    /// - Returns: the index of the first of `lines`.
    @discardableResult
    package func append(_ lines: [(ts: Timestamp, text: String)], to job: Job.ID, kept: Int) throws -> Int {
        let first = try logCount(of: job)
        for (place, line) in lines.enumerated() {
            try write(
                "INSERT INTO jobLog (jobId, \"index\", ts, text) VALUES (?, ?, ?, ?)",
                [job.rawValue, first + place, line.ts.millisecondsSince1970, line.text])
        }
        try write(
            "DELETE FROM jobLog WHERE jobId = ? AND \"index\" < ?", [job.rawValue, first + lines.count - kept])
        return first
    }
}
