import Journal
import Model

/// Lines of an archive as rows of this hub: with new identifiers, strictly read, and what does not hold here set right.
struct ImportedRows: Sendable {
    /// What is wrong with a line; whoever reads the file says which.
    struct Wrong: Error, Equatable {
        let reason: String
    }

    /// ±2^53: what counts up, as versions do, still can.
    private static let numbers = -(1 << 53)...(1 << 53)

    let coding: any JournalCoding
    let mapping: IdentifierMapping
    let project: Project
    let importer: Actor
    let now: Timestamp
    let attachments: AttachmentLimits
    let tagsMax: Int

    func row<E: Entity>(_ line: [UInt8], as _: E.Type = E.self) throws -> E {
        let entity: E
        do {
            entity = try coding.decode(E.self, from: mapping.map(line))
        } catch let error as HubError {
            throw Wrong(reason: "is no \(E.kind.rawValue): \(error.detail)")
        } catch {
            throw Wrong(reason: "is no \(E.kind.rawValue): \(error)")
        }
        guard Identifier<E>(entity.id.rawValue) != nil else { throw Wrong(reason: "has no identifier") }
        for (name, value) in Mirror(reflecting: entity).children {
            guard let number = value as? Int, !Self.numbers.contains(number) else { continue }
            throw Wrong(
                reason: "has a \(name ?? "number") outside \(Self.numbers.lowerBound)...\(Self.numbers.upperBound)")
        }
        return entity
    }

    /// Of this project.
    func own<E: ProjectEntity>(_ line: [UInt8], as type: E.Type = E.self) throws -> E {
        let entity = try row(line, as: type)
        guard entity.projectId == project.id else { throw Wrong(reason: "is of another project") }
        return entity
    }

    func board(_ line: [UInt8]) throws -> Board {
        let board: Board = try own(line)
        try Self.requireLine(board.name, "name", Limits.nameCharactersMax)
        return board
    }

    func column(_ line: [UInt8]) throws -> BoardColumn {
        let column: BoardColumn = try own(line)
        try Self.requireLine(column.name, "name", Limits.nameCharactersMax)
        try Self.requireText(column.prompt, "prompt")
        return column
    }

    func card(_ line: [UInt8]) throws -> Card {
        let card: Card = try own(line)
        // Older than the rule that a title is one line.
        guard !card.title.isEmpty, card.title.count <= Limits.titleCharactersMax else {
            throw Wrong(reason: "has no title of 1 to \(Limits.titleCharactersMax) characters")
        }
        try Self.requireText(card.prompt, "prompt")
        guard card.labels.count <= Limits.labelsMax else { throw Wrong(reason: "has too many labels") }
        for label in card.labels { try Self.requireLine(label, "label", Limits.labelCharactersMax) }
        return card
    }

    func run(_ line: [UInt8]) throws -> Run {
        var run: Run = try own(line)
        try Self.requireText(run.prompt, "prompt")
        run.settle(importedBy: importer, at: now)
        // Branches are made and removed by name.
        if let branch = run.branch, branch.wholeMatch(of: #/roost\/[a-z0-9-]{1,80}/#) == nil { run.branch = nil }
        return run
    }

    func process(_ line: [UInt8]) throws -> ChildProcess {
        var process: ChildProcess = try own(line)
        if process.status == .queued || process.status == .running {
            (process.status, process.detail) = (.interrupted, "it was at work when its project was exported")
            (process.endedAt, process.updatedAt) = (now, now)
        }
        return process
    }

    func approval(_ line: [UInt8]) throws -> Approval {
        var approval: Approval = try own(line)
        if approval.status == .pending { try approval.cancel(at: now) }
        return approval
    }

    func tag(_ line: [UInt8]) throws -> Tag {
        let tag: Tag = try row(line)
        guard tag.projectId == project.id else { throw Wrong(reason: "is of another project") }
        guard tag.name.wholeMatch(of: #/[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}/#) != nil else {
            throw Wrong(reason: "has no name that a tag can have")
        }
        try Self.requireText(tag.content, "content")
        return tag
    }

    func draft(_ line: [UInt8]) throws -> Draft {
        var draft: Draft = try own(line)
        try Self.requireText(draft.text, "text")
        // Nothing of the run is at work here whose end it could be sent at.
        if draft.queued {
            draft.queued = false
            draft.touch(at: now)
        }
        return draft
    }

    func attachment(_ line: [UInt8]) throws -> Attachment {
        let attachment: Attachment = try own(line)
        guard try AttachmentName.checked(attachment.filename) == attachment.filename,
            AttachmentName.checkedType(attachment.contentType) == attachment.contentType
        else { throw Wrong(reason: "has a name or type that no attachment has") }
        guard attachment.byteCount <= attachments.attachmentByteCountMax else {
            throw HubError.limit(
                "attachmentByteCountMax", attachments.attachmentByteCountMax, "attachment \(attachment.id) is too large"
            )
        }
        return attachment
    }

    private static func requireLine(_ text: String, _ name: String, _ charactersMax: Int) throws(Wrong) {
        let isLine = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        guard !text.isEmpty, text.count <= charactersMax, isLine else {
            throw Wrong(reason: "has a \(name) that is no line of 1 to \(charactersMax) characters")
        }
    }

    private static func requireText(_ text: String?, _ name: String) throws(Wrong) {
        guard text?.utf8.count ?? 0 <= Limits.promptBytesMax else {
            throw Wrong(reason: "has a \(name) of more than \(Limits.promptBytesMax) bytes")
        }
    }
}
