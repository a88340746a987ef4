import Journal
import Model
import Wire

/// A channel's state as JSON, put together from the rows' own text.
struct Snapshot {
    /// So many rows are in memory as they are, before they are cut.
    private static let pageRows = 100

    private let reader: Reader
    private let limits: LiveLimits
    private let caller: Caller
    /// Longer texts of rows in lists are cut; nil: none is.
    private let textBytesMax: Int?

    /// What fits is whole. Otherwise the long texts of its lists are cut, and those that are less long as well, until it does:
    /// whoever may write texts could else make a project that nobody can open.
    ///
    /// - Throws: `.limitExceeded` when it is larger than `snapshotBytesMax` nevertheless.
    static func json(
        of channel: Channel, _ reader: Reader, _ limits: LiveLimits, for caller: Caller
    ) throws -> [UInt8] {
        for textBytesMax in [nil] + limits.snapshotTextCuts {
            let snapshot = Snapshot(reader: reader, limits: limits, caller: caller, textBytesMax: textBytesMax)
            do {
                let json = try snapshot.of(channel)
                if json.count <= limits.snapshotBytesMax { return json }
            } catch is SnapshotList.Full {
                continue
            }
        }
        throw HubError.limit(
            "snapshotBytesMax", limits.snapshotBytesMax, "the snapshot of \(channel) has more bytes, long texts cut")
    }

    private func of(_ channel: Channel) throws -> [UInt8] {
        switch channel {
        case .hub: try hub()
        case .project(let id): try project(id)
        case .card(let id): try card(id)
        case .run(let id): try run(id)
        case .job(let id): try job(id)
        case .user(let id): try user(id)
        case .logs: preconditionFailure("the log is in no journal")
        }
    }

    private func hub() throws -> [UInt8] {
        var object = JSONObjectBytes()
        object.add(
            "projects", json: try list(reader.projects(among: caller.rights.readableProjects, as: Stored<Project>.self))
        )
        return object.finished()
    }

    private func project(_ id: Project.ID) throws -> [UInt8] {
        var object = JSONObjectBytes()
        object.add("project", json: try stored(id))
        object.add("boards", json: try list(reader.boards(of: id, as: Stored<Board>.self)))
        object.add("columns", json: try list(reader.columns(of: id, as: Stored<BoardColumn>.self)))
        object.add("cards", json: try cards(of: id))
        object.add("runs", json: try runs(of: id, card: nil))
        object.add(
            "approvals", json: try list(reader.approvals(of: id, status: .pending, as: Stored<Approval>.self)))
        object.add("sessions", json: try openSessions(of: id))
        return object.finished()
    }

    private func card(_ id: Card.ID) throws -> [UInt8] {
        let project = try reader.required(id).projectId
        var object = JSONObjectBytes()
        object.add("card", json: try stored(id))
        object.add("runs", json: try runs(of: project, card: id))
        object.add("attachments", json: array(try reader.attachments(of: id, as: Stored<Attachment>.self)))
        return object.finished()
    }

    private func run(_ id: Run.ID) throws -> [UInt8] {
        let count = try reader.entryCount(of: id)
        var object = JSONObjectBytes()
        object.add("run", json: try stored(id))
        object.add("processes", json: try list(reader.processes(of: id, as: Stored<ChildProcess>.self)))
        object.add("approvals", json: try list(reader.approvals(run: id, as: Stored<Approval>.self)))
        object.add("drafts", json: array(try reader.drafts(of: id, as: Stored<Draft>.self)))
        object.add("entries", json: try entries(of: id, from: max(0, count - limits.snapshotEntriesMax)))
        object.add("entriesTotal", .integer(Int64(count)))
        return object.finished()
    }

    private func user(_ id: User.ID?) throws -> [UInt8] {
        var object = JSONObjectBytes()
        if let id {
            object.add("user", json: try stored(id))
            // What `tokens.list` shows, to those to whom it does.
            if caller.rights.hub.contains(.tokenWrite) {
                object.add("tokens", json: array(try reader.tokens(of: id, as: Stored<Token>.self)))
            }
            object.add("members", json: array(try reader.members(of: id, as: Stored<Member>.self)))
            object.add("seats", json: array(try reader.seats(of: id, as: Stored<Seat>.self)))
        }
        var approvals = SnapshotList(limits, textBytesMax)
        for project in try reader.projects(among: caller.rights.answerableProjects) {
            try approvals.add(reader.approvals(of: project.id, status: .pending, as: Stored<Approval>.self))
        }
        object.add("approvals", json: approvals.finished())
        return object.finished()
    }

    private func job(_ id: Job.ID) throws -> [UInt8] {
        let count = try reader.logCount(of: id)
        let lines = try reader.log(
            of: id, after: count - limits.snapshotEntriesMax - 1, limit: limits.snapshotEntriesMax)
        var object = JSONObjectBytes()
        object.add("job", json: try stored(id))
        object.add("log", json: try WireJSON.encode(lines))
        object.add("logTotal", .integer(Int64(count)))
        return object.finished()
    }

    // MARK: Lists

    private func cards(of project: Project.ID) throws -> [UInt8] {
        var last: Card?
        return try pages { count in
            let rows = try reader.cards(
                of: project, after: last.map(CardPlace.init), limit: count, as: Stored<Card>.self)
            last = try decoded(rows.last)
            return rows
        }
    }

    private func runs(of project: Project.ID, card: Card.ID?) throws -> [UInt8] {
        var last: Run?
        return try pages(rowsMax: limits.snapshotRunsMax) { count in
            let rows = try reader.runs(of: project, card: card, after: last?.id, limit: count, as: Stored<Run>.self)
            last = try decoded(rows.last)
            return rows
        }
    }

    private func openSessions(of project: Project.ID) throws -> [UInt8] {
        var last: Session?
        return try pages(rowsMax: limits.snapshotRunsMax) { count in
            let rows = try reader.sessions(
                of: project, SessionFilter(status: .open), after: last?.id, limit: count, as: Stored<Session>.self)
            last = try decoded(rows.last)
            return rows
        }
    }

    private func entries(of run: Run.ID, from first: Int) throws -> [UInt8] {
        // Indices have no holes.
        var next = first
        return try pages(rowsMax: limits.snapshotEntriesMax) { count in
            let rows = try reader.entries(of: run, after: next - 1, limit: count, as: Stored<Entry>.self)
            next += rows.count
            return rows
        }
    }

    /// - Parameter page: up to so many rows, behind those that it gave before.
    private func pages<E: Entity>(
        rowsMax: Int = .max, _ page: (_ count: Int) throws -> [Stored<E>]
    ) throws -> [UInt8] {
        var list = SnapshotList(limits, textBytesMax)
        var rest = rowsMax
        while rest > 0 {
            let count = min(rest, Self.pageRows)
            let rows = try page(count)
            try list.add(rows)
            guard rows.count == count else { break }
            rest -= count
        }
        return list.finished()
    }

    private func list(_ rows: [Stored<some Entity>]) throws -> [UInt8] {
        var list = SnapshotList(limits, textBytesMax)
        try list.add(rows)
        return list.finished()
    }

    private func decoded<E: Entity>(_ row: Stored<E>?) throws -> E? {
        try row.map { try WireJSON.decode(E.self, from: $0.json) }
    }

    private func stored<E: Entity>(_ id: Identifier<E>) throws -> [UInt8] {
        guard let stored = try reader.stored(id) else { throw HubError.notFound(E.kind, id.rawValue) }
        return stored.json
    }

    /// Of rows without long texts, or too few to matter.
    private func array(_ rows: [Stored<some Entity>]) -> [UInt8] { OperationAnswer.array(rows.lazy.map(\.json)) }
}
