import Journal
import Model

/// Reads an archive from beginning to end and changes nothing: every line is a row that may stand here, and belongs to another
/// that is there.
struct ImportCheck {
    typealias Wrong = ImportedRows.Wrong

    private let archive: ImportArchive
    private let rows: ImportedRows
    private var boards: Set<Board.ID> = []
    private var columns: [BoardColumn.ID: Board.ID] = [:]
    private var columnCounts: [Board.ID: Int] = [:]
    /// With what each refers to.
    private var cards: [Card.ID: [Card.ID]] = [:]
    /// With the index of the entry that comes next.
    private var runs: [Run.ID: Int] = [:]
    private var processes: [ChildProcess.ID: Run.ID] = [:]
    private var approvals: Set<Approval.ID> = []
    private var reviews: Set<Review.ID> = []
    private var sessions: Set<Session.ID> = []
    private var attachments: Set<Attachment.ID> = []
    private var attachmentCounts: [Card.ID: Int] = [:]
    private var policies = 0
    private var tags: Set<[String]> = []
    private var drafts: Set<[String]> = []
    private(set) var firstSeq: UInt64?
    private(set) var lastSeq: UInt64?

    init(_ archive: ImportArchive, _ rows: ImportedRows) { (self.archive, self.rows) = (archive, rows) }

    /// - Throws: `HubError` with the part and the line.
    mutating func run(_ step: (Double, String) throws -> Void) throws {
        let total = Double(max(1, archive.manifest.files.reduce(0) { $0 + $1.lines }))
        var done = 0
        for part in ExportWriting.Part.allCases {
            try step(Double(done) / total / 2, "checking \(part.rawValue)")
            var lines = archive.lines(of: part)
            while let line = try Self.at(lines, part, { try lines.next() }) {
                try Self.at(lines, part) { try take(line, of: part) }
                done += 1
                if done.isMultiple(of: 10_000) { try step(Double(done) / total / 2, "checking \(part.rawValue)") }
            }
            guard lines.number == archive.lineCount(of: part) else {
                throw HubError.notAnExport(
                    "\(part.fileName) should have \(archive.lineCount(of: part)) lines, and has \(lines.number)")
            }
        }
        try checkEnds()
    }

    private func checkEnds() throws {
        guard attachments.count == archive.manifest.attachments else {
            throw HubError.notAnExport("the archive has files of no attachment")
        }
        try checkLinks()
        guard let last = archive.lastSeq, lastSeq == nil || lastSeq == last, last < 1 << 53 else {
            throw HubError.notAnExport("the events do not end where the manifest says")
        }
    }

    /// Cards refer to cards that are there, and to none that come back to them: each round takes out those that refer to none
    /// that is left (Kahn's way), from their end.
    private func checkLinks() throws {
        var referring: [Card.ID: [Card.ID]] = [:]
        var open: [Card.ID: Int] = [:]
        for (card, others) in cards {
            guard others.allSatisfy({ cards[$0] != nil }) else {
                throw HubError.notAnExport("cards.jsonl: card \(card) refers to a card that is not there")
            }
            open[card] = others.count
            for other in others { referring[other, default: []].append(card) }
        }
        var free = open.filter { $0.value == 0 }.map(\.key)
        var done = 0
        while let card = free.popLast() {
            done += 1
            for other in referring[card] ?? [] {
                open[other, default: 0] -= 1
                if open[other] == 0 { free.append(other) }
            }
        }
        guard done == cards.count else {
            throw HubError.notAnExport("cards.jsonl: cards wait for one another, or are parts of one another")
        }
    }

    private static func at<Value>(
        _ lines: LineReader, _ part: ExportWriting.Part, _ work: () throws -> Value
    ) throws -> Value {
        do {
            return try work()
        } catch let wrong as Wrong {
            throw HubError.notAnExport("\(part.fileName), line \(lines.number): \(wrong.reason)")
        } catch let refused as TarIndex.Refused {
            throw HubError.notAnExport("\(part.fileName): \(refused.reason)")
        } catch let error as HubError {
            throw HubError(
                error.code, "\(part.fileName), line \(max(1, lines.number)): \(error.detail)", members: error.members)
        }
    }

    private mutating func take(_ line: [UInt8], of part: ExportWriting.Part) throws {
        switch part {
        case .project:
            let project: Project = try rows.row(line)
            try require(project.id == rows.project.id, "is another project than the manifest says")
        case .policies:
            let policy: Policy = try rows.own(line)
            policies += 1
            try require(policy.id == Policy.ID(sharedWith: policy.projectId) && policies == 1, "is one too many")
        case .boards:
            try require(boards.insert(try rows.board(line).id).inserted, "is there twice")
            try requireRoom(boards.count - 1, Limits.boardsPerProjectMax, "boardsPerProjectMax", "boards a project")
        case .columns: try take(try rows.column(line))
        case .cards: try take(try rows.card(line))
        case .runs: try require(runs.updateValue(0, forKey: try rows.run(line).id) == nil, "is there twice")
        case .processes:
            let process = try rows.process(line)
            try require(runs[process.runId] != nil, "is of a run that is not there")
            try require(processes.updateValue(process.runId, forKey: process.id) == nil, "is there twice")
        case .entries: try take(try rows.own(line, as: Entry.self))
        case .approvals:
            let approval = try rows.approval(line)
            try require(runs[approval.runId] != nil, "is of a run that is not there")
            try require(approvals.insert(approval.id).inserted, "is there twice")
        case .reviews:
            let review: Review = try rows.own(line)
            try require(runs[review.runId] != nil, "is of a run that is not there")
            try require(reviews.insert(review.id).inserted, "is there twice")
        case .sessions:
            let session: Session = try rows.own(line)
            try require(runs[session.runId] != nil, "is of a run that is not there")
            try require(sessions.insert(session.id).inserted, "is there twice")
        case .tags:
            let tag = try rows.tag(line)
            try require(tags.insert([tag.type.rawValue, tag.name]).inserted, "is there twice")
            try requireRoom(tags.count - 1, rows.tagsMax, "tagsPerOwnerMax", "tags of a project")
        case .drafts:
            let draft = try rows.draft(line)
            try require(runs[draft.runId] != nil, "is of a run that is not there")
            try require(drafts.insert([draft.runId.rawValue, draft.type.rawValue]).inserted, "is there twice")
        case .attachments: try take(try rows.attachment(line), line)
        case .events:
            let event = try rows.event(line, seq: lastSeq.map { $0 + 1 })
            firstSeq = firstSeq ?? event.header.seq
            lastSeq = event.header.seq
        }
    }

    private mutating func take(_ column: BoardColumn) throws {
        try require(boards.contains(column.boardId), "is of a board that is not there")
        try require(columns.updateValue(column.boardId, forKey: column.id) == nil, "is there twice")
        try requireRoom(
            columnCounts[column.boardId, default: 0], Limits.columnsPerBoardMax, "columnsPerBoardMax", "columns a board"
        )
        columnCounts[column.boardId, default: 0] += 1
    }

    private mutating func take(_ card: Card) throws {
        try require(columns[card.columnId] == card.boardId, "is in a column that is not there")
        try require(card.blockedBy?.count ?? 0 <= Limits.dependenciesPerCardMax, "waits for too many")
        let others = (card.blockedBy ?? []) + [card.parentId].compactMap(\.self)
        try require(cards.updateValue(others, forKey: card.id) == nil, "is there twice")
    }

    /// That its identifier is its own is seen when it is written.
    private mutating func take(_ entry: Entry) throws {
        guard let next = runs[entry.runId] else { throw Wrong(reason: "is of a run that is not there") }
        try require(entry.index == next, "is not the next entry of its run")
        runs[entry.runId] = next + 1
    }

    private mutating func take(_ attachment: Attachment, _ line: [UInt8]) throws {
        try require(cards[attachment.cardId] != nil, "is of a card that is not there")
        try require(attachments.insert(attachment.id).inserted, "is there twice")
        let count = attachmentCounts[attachment.cardId, default: 0]
        try requireRoom(count, rows.attachments.attachmentsPerCardMax, "attachmentsPerCardMax", "attachments a card")
        attachmentCounts[attachment.cardId] = count + 1
        let place = archive.attachment(try rows.originalID(of: line))
        try require(place?.count == attachment.byteCount, "has no file of \(attachment.byteCount) bytes")
        // With another's hash it would be given another's file.
        guard let hash = attachment.hash, let place else { return }
        try require(try archive.hash(of: place) == hash, "has a file that is not what its hash says")
    }

    private func require(_ isSo: Bool, _ reason: String) throws(Wrong) {
        guard isSo else { throw Wrong(reason: reason) }
    }
}

extension ImportedRows {
    private struct Named: Decodable {
        let id: Attachment.ID
    }

    /// As the archive has it.
    func originalID(of line: [UInt8]) throws -> Attachment.ID { try coding.decode(Named.self, from: line).id }
}

extension HubError {
    static func notAnExport(_ reason: String) -> HubError { HubError.invalid("/export", reason) }
}
