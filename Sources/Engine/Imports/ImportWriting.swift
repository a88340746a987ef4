import Journal
import Model

/// Brings a checked archive into the journal, a page at a time; nobody sees anything of it before its end.
struct ImportWriting {
    private static let pageRowsMax = 500
    private static let pageByteCountMax = 4 << 20

    let journal: Journal
    let archive: ImportArchive
    let rows: ImportedRows
    let folder: AttachmentFolder
    let importer: Actor
    /// Says how far it is, 0 to 1.
    let step: @Sendable (Double, String) async throws -> Void

    /// - Parameter admits: throws when the project has no place here any more; asked when it takes it.
    /// - Throws: whatever stops it; then `remove()` is due.
    func run(admits: @escaping @Sendable (Reader) throws -> Void) async throws -> Committed<Project> {
        let project = rows.project
        try await journal.change(.hub, by: importer) { tx in
            try admits(tx)
            guard try !tx.isTaken(slug: project.slug) else {
                throw HubError(
                    .alreadyExists, "slug \(project.slug) is taken", members: ["slug": .string(project.slug)])
            }
            try tx.beginImport(project)
        }
        let total = Double(max(1, archive.manifest.files.reduce(0) { $0 + $1.lines }))
        var done = 0
        for part in ExportWriting.Part.allCases {
            var lines = archive.lines(of: part)
            while let page = try Self.page(&lines) {
                try await store(page, of: part)
                done += page.count
                try await step(0.5 + Double(done) / total * 0.4, part.rawValue)
            }
        }
        try await storeFiles()
        return try await tell(project)
    }

    /// Removes what `run` has left.
    func remove() async throws { try await Self.remove(rows.project.id, from: journal) }

    static func remove(_ project: Project.ID, from journal: Journal) async throws {
        while try await journal.change(.hub, by: .system, { try $0.removeImport(of: project) }).value {}
    }

    private static func page(_ lines: inout LineReader) throws -> [[UInt8]]? {
        var (page, byteCount): ([[UInt8]], Int) = ([], 0)
        while page.count < pageRowsMax, byteCount < pageByteCountMax, let line = try lines.next() {
            page.append(line)
            byteCount += line.count
        }
        return page.isEmpty ? nil : page
    }

    private func store(_ page: [[UInt8]], of part: ExportWriting.Part) async throws {
        switch part {
        // It came first.
        case .project: break
        case .policies: try await store(page) { try $0.own($1, as: Policy.self) }
        case .tags: try await store(page) { try $0.tag($1) }
        case .boards: try await store(page) { try $0.board($1) }
        case .columns: try await store(page) { try $0.column($1) }
        case .cards: try await store(page) { try $0.card($1) }
        case .runs: try await store(page) { try $0.run($1) }
        case .processes: try await store(page) { try $0.process($1) }
        case .entries: try await store(page) { try $0.own($1, as: Entry.self) }
        case .approvals: try await store(page) { try $0.approval($1) }
        case .reviews: try await store(page) { try $0.own($1, as: Review.self) }
        case .sessions: try await store(page) { try $0.own($1, as: Session.self) }
        case .drafts: try await store(page) { try $0.draft($1) }
        case .attachments: try await store(page) { try $0.attachment($1) }
        case .events:
            let events = try page.map { try rows.event($0, seq: nil) }
            try await journal.change(.hub, by: importer) { [id = rows.project.id] tx in try tx.store(events, of: id) }
        }
    }

    private func store<E: Entity>(_ page: [[UInt8]], _ read: (ImportedRows, [UInt8]) throws -> E) async throws {
        let entities = try page.map { try read(rows, $0) }
        try await journal.change(.hub, by: importer) { tx in
            for entity in entities { try tx.store(entity) }
        }
    }

    private func storeFiles() async throws {
        var lines = archive.lines(of: .attachments)
        while let line = try lines.next() {
            let attachment = try rows.attachment(line)
            guard var rest = archive.attachment(try rows.originalID(of: line)) else { continue }
            let file = try folder.newFile(for: attachment.id, byteCountMax: attachment.byteCount)
            while !rest.isEmpty {
                try await file.write(try archive.file.whole(rest.prefix(ImportArchive.pieceByteCount)))
                rest = rest.dropFirst(ImportArchive.pieceByteCount)
            }
            try await folder.alone(with: attachment.storedName) {
                if attachment.hash == nil { try await file.keep() } else { try await file.keepByContent() }
            }
            try await step(0.9, "attachments")
        }
    }

    // MARK: Telling

    /// What became otherwise on the way is told behind what was told before, so that who replays the events comes to the rows;
    /// the project itself comes last, for everybody.
    private func tell(_ project: Project) async throws -> Committed<Project> {
        let id = project.id
        guard let seq = archive.lastSeq else { throw HubError.notAnExport("the manifest has no position") }
        try await journal.change(.hub, by: importer) { try $0.openImport(of: id, at: seq) }
        try await step(0.95, "what is different here")
        let told = try await journal.read { try $0.lastTold(in: id) }
        try await tellMissing(told)
        try await tellChanged(Policy.self, told) { _ in .policyUpdated }
        try await tellChanged(Board.self, told) { _ in .boardUpdated }
        try await tellChanged(BoardColumn.self, told) { _ in .columnUpdated }
        try await tellChanged(Card.self, told) { _ in .cardUpdated }
        try await tellChanged(Run.self, told) { $0.endedAt == rows.now ? .runInterrupted : .runUpdated }
        try await tellChanged(ChildProcess.self, told) { $0.endedAt == rows.now ? .processCompleted : .processUpdated }
        try await tellChanged(Entry.self, told) { _ in .entryUpdated }
        try await tellChanged(Approval.self, told) { _ in .approvalResolved }
        try await tellChanged(Review.self, told) { _ in .reviewSubmitted }
        try await tellChanged(Session.self, told) { _ in .sessionUpdated }
        try await tellChanged(Draft.self, told) { _ in .draftUpdated }
        try await tellChanged(Tag.self, told) { _ in .tagUpdated }
        try await tellChanged(Attachment.self, told) { _ in .attachmentCreated }
        return try await journal.change(.project(id), by: importer) { tx in
            try tx.put(project, as: .projectCreated)
            try tx.endImport(of: id)
            return project
        }
    }

    private func tellChanged<E: Entity>(_: E.Type, _ told: [LastTold], _ type: (E) -> EventType) async throws {
        let id = rows.project.id
        for page in Self.pages(told.filter { $0.id.hasPrefix(E.idPrefix + "_") }) {
            let changed = try await journal.read { try $0.rowsBeside(page, of: id, E.self) }.map { ($0, type($0)) }
            guard !changed.isEmpty else { continue }
            try await journal.change(.project(id), by: importer) { tx in
                for (entity, type) in changed { try tx.put(entity, as: type) }
            }
        }
    }

    /// Jobs, consumers, members and the like stay where they are; what else is told of and not there makes a history that is none.
    private func tellMissing(_ told: [LastTold]) async throws {
        let id = rows.project.id
        for page in Self.pages(told) {
            let missing = try await journal.read { try $0.withoutRows(page) }.map { last in
                guard let type = last.type.removal else {
                    throw HubError.notAnExport("events.jsonl tells of \(last.id), which is not in the archive")
                }
                return (last.id, type)
            }
            guard !missing.isEmpty else { continue }
            try await journal.change(.project(id), by: importer) { tx in
                for (missing, type) in missing { try tx.tellMissing(missing, type, in: id) }
            }
        }
    }

    private static func pages(_ told: [LastTold]) -> [ArraySlice<LastTold>] {
        stride(from: 0, to: told.count, by: pageRowsMax).map { told[$0..<min(told.count, $0 + pageRowsMax)] }
    }
}

extension EventType {
    /// Of what does not come along with a project: whatever an export has no part for.
    fileprivate var removal: EventType? {
        switch EntityKind(rawValue: topic) {
        case .project, .board, .column, .card, .run, .process, .entry, .approval, .policy, .review, .session,
            .attachment, .draft, .tag:
            nil
        default: EventType(rawValue: "\(topic).deleted")
        }
    }
}
