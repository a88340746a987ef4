import Glibc
import Journal
import Model

/// Writes a project's rows and files into an archive, a page at a time.
struct ExportWriting {
    /// Each is a file of JSON Lines.
    enum Part: String, CaseIterable {
        case project, policies, tags, boards, columns, cards, runs, processes, entries, approvals, reviews, sessions,
            drafts,
            attachments, events
    }

    private static let pageRowsMax = 500
    private static let pageByteCountMax = 4 << 20
    private static let pieceByteCount = 256 << 10

    private let reader: Reader
    private let tar: TarWriter
    private let project: Project
    private var runIDs: [Run.ID] = []
    private var cardIDs: [Card.ID] = []
    private var attachmentFiles: [(id: Attachment.ID, name: String)] = []
    private var files: [ProjectExport.Manifest.File] = []
    private var lineCount = 0
    private var kept = (count: 0, byteCount: 0)

    init(_ reader: Reader, _ tar: TarWriter, _ project: Project) {
        (self.reader, self.tar, self.project) = (reader, tar, project)
    }

    mutating func write(_ part: Part, step: () throws -> Void) throws {
        let name = part.rawValue + ".jsonl"
        lineCount = 0
        try tar.begin(name)
        switch part {
        case .project: try one(project.id)
        case .policies: try lines([reader.stored(Policy.ID(sharedWith: project.id))].compactMap(\.self))
        case .tags: try lines(reader.tags(of: project.id, as: Stored<Tag>.self))
        case .boards: try lines(reader.boards(of: project.id, as: Stored<Board>.self))
        case .columns: try lines(reader.columns(of: project.id, as: Stored<BoardColumn>.self))
        case .cards: try cards(step)
        case .runs: try runs(step)
        case .processes: try processes(step)
        case .entries: for run in runIDs { try entries(of: run, step) }
        case .approvals: try approvals(step)
        case .reviews: for run in runIDs { try lines(reader.reviews(of: run, as: Stored<Review>.self)) }
        case .sessions: for run in runIDs { try lines(reader.sessions(of: run, as: Stored<Session>.self)) }
        case .drafts: for run in runIDs { try lines(reader.drafts(of: run, as: Stored<Draft>.self)) }
        case .attachments: try attachments(step)
        case .events: try events(step)
        }
        try tar.end()
        files.append(ProjectExport.Manifest.File(name: name, lines: lineCount))
    }

    /// Those of which there is a file: one that went since the rows were read is left out.
    mutating func files(_ folder: AttachmentFolder, step: () throws -> Void) throws {
        for (id, name) in attachmentFiles {
            try step()
            guard let file = try Self.file(name, in: folder) else { continue }
            try tar.begin("attachments/\(id)")
            var rest = 0..<file.byteCount
            while !rest.isEmpty {
                let bytes = try file.read(rest.prefix(Self.pieceByteCount))
                guard !bytes.isEmpty else { throw JournalError.damaged("attachment \(id) became shorter") }
                try tar.write(bytes)
                rest = rest.dropFirst(bytes.count)
            }
            try tar.end()
            kept = (kept.count + 1, kept.byteCount + file.byteCount)
        }
    }

    func manifest(at now: Timestamp) throws -> ProjectExport.Manifest {
        let manifest = ProjectExport.Manifest(
            exportedAt: now, projectId: project.id, slug: project.slug,
            position: try reader.position(of: .project(project.id)).description, files: files,
            attachments: kept.count, attachmentsByteCount: kept.byteCount)
        try tar.begin("manifest.json")
        try tar.write(Array(try manifest.text))
        try tar.end()
        return manifest
    }

    private static func file(_ name: String, in folder: AttachmentFolder) throws -> KeptFile? {
        do {
            return try KeptFile(folder.file(name))
        } catch {
            if error == .failed(code: ENOENT) { return nil }
            throw error
        }
    }

    // MARK: Rows

    private mutating func processes(_ step: () throws -> Void) throws {
        for run in runIDs {
            try step()
            try lines(reader.processes(of: run, as: Stored<ChildProcess>.self))
        }
    }

    private mutating func attachments(_ step: () throws -> Void) throws {
        for card in cardIDs {
            try step()
            attachmentFiles += try reader.attachments(of: card).map { ($0.id, $0.storedName) }
            try lines(reader.attachments(of: card, as: Stored<Attachment>.self))
        }
    }

    private mutating func one<E: Entity>(_ id: Identifier<E>) throws {
        guard let row = try reader.stored(id) else { throw HubError.notFound(E.kind, id.rawValue) }
        try lines([row])
    }

    private mutating func lines(_ rows: [Stored<some Entity>]) throws {
        for row in rows { try line(row.json) }
    }

    private mutating func line(_ json: [UInt8]) throws {
        try tar.write(json + [UInt8(ascii: "\n")])
        lineCount += 1
    }

    private mutating func cards(_ step: () throws -> Void) throws {
        var place: CardPlace?
        while true {
            try step()
            let cards = try reader.cards(of: project.id, after: place, limit: Self.pageRowsMax)
            try lines(
                reader.cards(of: project.id, after: place, limit: Self.pageRowsMax, as: Stored<Card>.self))
            cardIDs += cards.map(\.id)
            guard let last = cards.last, cards.count == Self.pageRowsMax else { return }
            place = CardPlace(last)
        }
    }

    private mutating func runs(_ step: () throws -> Void) throws {
        var last: Run.ID?
        while true {
            try step()
            let runs = try reader.runs(of: project.id, after: last, limit: Self.pageRowsMax)
            try lines(reader.runs(of: project.id, after: last, limit: Self.pageRowsMax, as: Stored<Run>.self))
            runIDs += runs.map(\.id)
            guard runs.count == Self.pageRowsMax else { return }
            last = runs.last?.id
        }
    }

    private mutating func entries(of run: Run.ID, _ step: () throws -> Void) throws {
        var index: Int?
        while true {
            try step()
            let rows = try reader.entries(of: run, after: index, limit: Self.pageRowsMax, as: Stored<Entry>.self)
            try lines(rows)
            guard rows.count == Self.pageRowsMax else { return }
            // Indices have no holes.
            index = (index ?? -1) + rows.count
        }
    }

    private mutating func approvals(_ step: () throws -> Void) throws {
        var last: Approval.ID?
        while true {
            try step()
            let rows = try reader.approvals(of: project.id, after: last, limit: Self.pageRowsMax)
            try lines(
                reader.approvals(of: project.id, after: last, limit: Self.pageRowsMax, as: Stored<Approval>.self))
            guard rows.count == Self.pageRowsMax else { return }
            last = rows.last?.id
        }
    }

    /// Those that the journal keeps.
    private mutating func events(_ step: () throws -> Void) throws {
        let journal = JournalKey.project(project.id)
        var seq = try reader.oldestSeq(of: journal) - 1
        while true {
            try step()
            let page = try reader.events(
                in: journal, after: seq, limit: Self.pageRowsMax, byteCountMax: Self.pageByteCountMax)
            guard case .page(let events, let scannedTo, let hasMore) = page else {
                throw JournalError.damaged("\(journal) does not begin where it says")
            }
            for event in events { try line(event.payload) }
            guard hasMore else { return }
            seq = scannedTo
        }
    }
}
