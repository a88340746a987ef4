package import Model
internal import GRDB

// Runs and what happens in them.
extension Reader {
    /// Newest first.
    ///
    /// - Parameter statuses: any of these; an empty set means any.
    package func runs<Form: RowForm>(
        of project: Project.ID, card: Card.ID? = nil, statuses: Set<Run.Status> = [], after cursor: Run.ID? = nil,
        limit: Int? = nil, as form: Form.Type = Decoded<Run>.self
    ) throws -> [Form.Output] where Form.Subject == Run {
        var selection = Selection(orderedBy: "id DESC", limit: limit)
        selection.require("projectId = ?", project.rawValue)
        selection.require("cardId = ?", card?.rawValue)
        selection.require("status", in: statuses)
        selection.require("id < ?", cursor?.rawValue)
        return try rows(form, selection)
    }

    /// What the runs of a card came to, the newest first; nothing else of their rows is read.
    package func runResults(of card: Card.ID) throws -> [RunResult] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT id, status, json_extract(CAST(body AS TEXT), '$.provider'),
                    json_extract(CAST(body AS TEXT), '$.merge') FROM runs WHERE cardId = ? ORDER BY id DESC
                """)
        return try Row.fetchAll(statement, arguments: [card.rawValue]).map { row in
            let id: String = row[0]
            guard let status = Run.Status(rawValue: row[1]), let provider = Provider(rawValue: row[2]),
                let merge = Run.Merge(rawValue: row[3])
            else { throw JournalError.damaged("run \(id) is in no state that there is") }
            return RunResult(id: Run.ID(trusted: id), status: status, provider: provider, merge: merge)
        }
    }

    /// Over several projects, the newest first.
    ///
    /// - Parameter admitted: only theirs; nil for all projects there are.
    package func runs<Form: RowForm>(
        among admitted: Set<Project.ID>?, statuses: Set<Run.Status> = [], after cursor: Run.ID? = nil, limit: Int,
        as form: Form.Type = Decoded<Run>.self
    ) throws -> [Form.Output] where Form.Subject == Run {
        var selection = Selection(orderedBy: "id DESC", limit: limit)
        selection.require("projectId NOT IN (SELECT projectId FROM imports)", StatementArguments())
        if let admitted { selection.require("projectId IN (SELECT value FROM json_each(?))", try Self.list(admitted)) }
        selection.require("status", in: statuses)
        selection.require("id < ?", cursor?.rawValue)
        return try rows(form, selection)
    }

    /// Over all projects, in the order of their queueing: the engine's queue.
    package func runs<Form: RowForm>(
        statuses: Set<Run.Status>, as form: Form.Type = Decoded<Run>.self
    ) throws -> [Form.Output] where Form.Subject == Run {
        var selection = Selection(orderedBy: "queuedAt, id", limit: nil)
        selection.require("status", in: statuses)
        return try rows(form, selection)
    }

    /// Over all projects, in the order of their making.
    package func runsWithOpenPullRequest() throws -> [Run.ID] {
        let sql = "SELECT id FROM runs WHERE \(Schema.openPullRequest) ORDER BY id"
        return try String.fetchAll(db.cachedStatement(sql: sql)).map(Run.ID.init(trusted:))
    }

    /// In the order of their making.
    package func processes<Form: RowForm>(
        of run: Run.ID, as form: Form.Type = Decoded<ChildProcess>.self
    ) throws -> [Form.Output] where Form.Subject == ChildProcess {
        try rows(form, "WHERE runId = ? ORDER BY id", [run.rawValue])
    }

    /// Over all runs, in the order of their making: what the engine takes up when it starts.
    package func processes(statuses: Set<ChildProcess.Status>) throws -> [ChildProcess] {
        var selection = Selection(orderedBy: "id", limit: nil)
        selection.require("status", in: statuses)
        return try rows(Decoded<ChildProcess>.self, selection)
    }

    /// By index, from the one after `index`.
    ///
    /// - Parameters:
    ///   - since, before: when they were made.
    ///   - action: only uses of tools that do this.
    package func entries<Form: RowForm>(
        of run: Run.ID, after index: Int? = nil, since: Timestamp? = nil, before: Timestamp? = nil,
        action: ToolUse.Action? = nil, limit: Int? = nil, as form: Form.Type = Decoded<Entry>.self
    ) throws -> [Form.Output] where Form.Subject == Entry {
        var selection = Selection(orderedBy: "\"index\"", limit: limit)
        selection.require("runId = ?", run.rawValue)
        selection.require("\"index\" > ?", index)
        for (comparison, time) in [(">=", since), ("<", before)] {
            guard let time else { continue }
            selection.require(
                "json_extract(CAST(body AS TEXT), '$.createdAt') \(comparison) json_extract(?, '$')",
                String(decoding: try coding.encode(time), as: UTF8.self))
        }
        selection.require("json_extract(CAST(body AS TEXT), '$.content.tool.action') = ?", action?.rawValue)
        return try rows(form, selection)
    }

    package func entry(of run: Run.ID, index: Int) throws -> Entry? {
        try first(Decoded<Entry>.self, "WHERE runId = ? AND \"index\" = ?", [run.rawValue, index])
    }

    /// The last `limit` of them, by index.
    package func latestEntries<Form: RowForm>(
        of run: Run.ID, limit: Int, as form: Form.Type = Decoded<Entry>.self
    ) throws -> [Form.Output] where Form.Subject == Entry {
        try rows(form, "WHERE runId = ? ORDER BY \"index\" DESC LIMIT \(limit)", [run.rawValue]).reversed()
    }

    /// The index of the next entry: indices have no holes.
    package func entryCount(of run: Run.ID) throws -> Int {
        try integer("SELECT max(\"index\") + 1 FROM entries WHERE runId = ?", [run.rawValue]) ?? 0
    }

    /// In the order of their asking.
    package func approvals<Form: RowForm>(
        of project: Project.ID? = nil, run: Run.ID? = nil, status: Approval.Status? = nil,
        after cursor: Approval.ID? = nil, limit: Int? = nil, as form: Form.Type = Decoded<Approval>.self
    ) throws -> [Form.Output] where Form.Subject == Approval {
        var selection = Selection(orderedBy: "id", limit: limit)
        selection.require("projectId = ?", project?.rawValue)
        selection.require("runId = ?", run?.rawValue)
        selection.require("status = ?", status?.rawValue)
        selection.require("id > ?", cursor?.rawValue)
        return try rows(form, selection)
    }

    /// Those still pending whose time is up at `moment`, the most overdue first.
    package func approvals(expiringBefore moment: Timestamp) throws -> [Approval] {
        try rows(
            Decoded<Approval>.self, "WHERE status = 'pending' AND expiresAt < ? ORDER BY expiresAt, id",
            [moment.millisecondsSince1970])
    }
}

/// What a run came to, or has come to so far.
package struct RunResult: Sendable, Equatable, Codable {
    package let id: Run.ID
    package let status: Run.Status
    package let provider: Provider
    package let merge: Run.Merge
}
