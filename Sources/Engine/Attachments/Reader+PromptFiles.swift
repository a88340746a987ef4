import Agents
import Journal
import Model

extension Reader {
    /// Those of a project's files that a prompt names.
    /// - Throws: `HubError` for one that is not there, and for too many.
    func promptFiles(_ ids: [Attachment.ID], in project: Project.ID, _ limits: AttachmentLimits) throws -> [Attachment]
    {
        guard ids.count <= limits.attachmentsPerPromptMax else { throw Self.tooManyFiles(limits) }
        return try ids.enumerated().map { index, id in
            guard let row = try get(id), row.projectId == project else {
                throw HubError.invalid("/attachments/\(index)", "is no attachment of a card of this project")
            }
            return row
        }
    }

    /// What a card's agent is given when its prompt is the card's own words.
    func promptFiles(of card: Card.ID, _ limits: AttachmentLimits) throws -> [Attachment.ID]? {
        let ids = try attachments(of: card).prefix(limits.attachmentsPerPromptMax).map(\.id)
        return ids.isEmpty ? nil : ids
    }

    static func tooManyFiles(_ limits: AttachmentLimits) -> HubError {
        HubError.limit(
            "attachmentsPerPromptMax", limits.attachmentsPerPromptMax, "too many files are given with one prompt")
    }
}

extension Engine {
    /// Files for a run's agent, put where it finds them if it has a place already.
    func promptFiles(_ ids: [Attachment.ID], of id: Run.ID) async throws -> [TurnFile] {
        guard !ids.isEmpty else { return [] }
        let (rows, folder) = try await journal.read { [limits = settings.attachments] reader in
            let run = try reader.required(id)
            let project = try reader.required(run.projectId)
            return (
                try reader.promptFiles(ids, in: run.projectId, limits), run.workingDirectory(in: project)
            )
        }
        let store = PromptFiles(settings)
        let files = try store.given(rows, in: folder)
        if let folder, FolderOnDisk(folder).exists { try store.place(rows, in: folder) }
        return files
    }
}

extension RunContext {
    /// Those of the files that are still there.
    func promptFiles(_ ids: [Attachment.ID]?) async throws -> [Attachment] {
        guard let ids, !ids.isEmpty else { return [] }
        return try await journal.read { reader in try ids.compactMap { try reader.get($0) } }
    }
}
