import Journal
import Model
import Wire

/// A channel's state as JSON, put together from the rows' own text.
struct Snapshot {
    private let reader: Reader
    private let limits: LiveLimits
    private let caller: Caller

    init(_ reader: Reader, _ limits: LiveLimits, for caller: Caller) {
        self.reader = reader
        self.limits = limits
        self.caller = caller
    }

    /// - Throws: `.limitExceeded` when it is larger than `snapshotBytesMax`.
    func of(_ channel: Channel) throws -> [UInt8] {
        let json =
            switch channel {
            case .hub: try hub()
            case .project(let id): try project(id)
            case .card(let id): try card(id)
            case .run(let id): try run(id)
            case .job(let id): try job(id)
            case .user(let id): try user(id)
            case .logs: preconditionFailure("the log is in no journal")
            }
        guard json.count <= limits.snapshotBytesMax else {
            throw HubError.limit(
                "snapshotBytesMax", limits.snapshotBytesMax, "the snapshot of \(channel) has \(json.count) bytes")
        }
        return json
    }

    private func hub() throws -> [UInt8] {
        var object = JSONObjectBytes()
        object.add(
            "projects",
            json: array(try reader.projects(among: caller.rights.readableProjects, as: Stored<Project>.self)))
        return object.finished()
    }

    private func project(_ id: Project.ID) throws -> [UInt8] {
        var object = JSONObjectBytes()
        object.add("project", json: try stored(id))
        object.add("boards", json: array(try reader.boards(of: id, as: Stored<Board>.self)))
        object.add("columns", json: array(try reader.columns(of: id, as: Stored<BoardColumn>.self)))
        object.add("cards", json: array(try reader.cards(of: id, as: Stored<Card>.self)))
        object.add(
            "runs", json: array(try reader.runs(of: id, limit: limits.snapshotRunsMax, as: Stored<Run>.self)))
        object.add(
            "approvals", json: array(try reader.approvals(of: id, status: .pending, as: Stored<Approval>.self)))
        let open = SessionFilter(status: .open)
        object.add(
            "sessions",
            json: array(try reader.sessions(of: id, open, limit: limits.snapshotRunsMax, as: Stored<Session>.self)))
        return object.finished()
    }

    private func card(_ id: Card.ID) throws -> [UInt8] {
        let project = try reader.required(id).projectId
        let runs = try reader.runs(of: project, card: id, limit: limits.snapshotRunsMax, as: Stored<Run>.self)
        var object = JSONObjectBytes()
        object.add("card", json: try stored(id))
        object.add("runs", json: array(runs))
        object.add("attachments", json: array(try reader.attachments(of: id, as: Stored<Attachment>.self)))
        return object.finished()
    }

    private func run(_ id: Run.ID) throws -> [UInt8] {
        let entries = try reader.latestEntries(of: id, limit: limits.snapshotEntriesMax, as: Stored<Entry>.self)
        var object = JSONObjectBytes()
        object.add("run", json: try stored(id))
        object.add("processes", json: array(try reader.processes(of: id, as: Stored<ChildProcess>.self)))
        object.add("approvals", json: array(try reader.approvals(run: id, as: Stored<Approval>.self)))
        object.add("drafts", json: array(try reader.drafts(of: id, as: Stored<Draft>.self)))
        object.add("entries", json: array(entries))
        object.add("entriesTotal", .integer(Int64(try reader.entryCount(of: id))))
        return object.finished()
    }

    private func user(_ id: User.ID?) throws -> [UInt8] {
        var object = JSONObjectBytes()
        if let id {
            object.add("user", json: try stored(id))
            object.add("tokens", json: array(try reader.tokens(of: id, as: Stored<Token>.self)))
            object.add("members", json: array(try reader.members(of: id, as: Stored<Member>.self)))
            object.add("seats", json: array(try reader.seats(of: id, as: Stored<Seat>.self)))
        }
        let projects = try reader.projects(among: caller.rights.answerableProjects)
        let approvals = try projects.flatMap {
            try reader.approvals(of: $0.id, status: .pending, as: Stored<Approval>.self)
        }
        object.add("approvals", json: array(approvals))
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

    private func stored<E: Entity>(_ id: Identifier<E>) throws -> [UInt8] {
        guard let stored = try reader.stored(id) else { throw HubError.notFound(E.kind, id.rawValue) }
        return stored.json
    }

    private func array(_ rows: [Stored<some Entity>]) -> [UInt8] { OperationAnswer.array(rows.lazy.map(\.json)) }
}
