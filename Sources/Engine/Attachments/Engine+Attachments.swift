package import Journal
internal import Logging
package import Model

extension Engine {
    /// Before any of its bytes is taken: refuses what could not be kept.
    ///
    /// - Parameter byteCount: where the client says it.
    package func beginAttachment(to card: Card.ID, byteCount: Int?) async throws -> AttachmentUpload {
        let limits = settings.attachments
        _ = try await journal.read { reader in try reader.requireRoom(for: card, limits) }
        do throws(FileError) {
            guard byteCount ?? 0 <= limits.attachmentByteCountMax else {
                throw .tooLarge(byteCountMax: limits.attachmentByteCountMax)
            }
            let id: Attachment.ID = ids.make()
            let file = try attachments.newFile(for: id, byteCountMax: limits.attachmentByteCountMax)
            return AttachmentUpload(id: id, card: card, file: file)
        } catch {
            throw error.hubError
        }
    }

    /// The file is durable before its row is.
    package func finishAttachment(
        _ upload: AttachmentUpload, filename: String, contentType: String, by actor: Actor
    ) async throws -> Committed<Attachment> {
        do throws(FileError) { try await upload.file.keep() } catch { throw error.hubError }
        let byteCount = await upload.file.byteCount
        do {
            return try await journal.change(of: upload.card, by: actor) { [limits = settings.attachments] tx in
                let card = try tx.requireRoom(for: upload.card, limits)
                let attachment = Attachment(
                    id: upload.id, projectId: card.projectId, cardId: card.id, filename: filename,
                    contentType: contentType, byteCount: byteCount, at: tx.now)
                try tx.put(attachment, as: .attachmentCreated)
                return attachment
            }
        } catch let error as HubError {
            removeFiles([upload.id])
            throw error
        }
        // After another error a row may yet be found when the hub starts: its file is left, or swept away.
    }

    package func deleteAttachment(
        _ id: Attachment.ID, version: Int? = nil, by actor: Actor
    ) async throws -> Committed<Attachment> {
        let removed = try await journal.change(of: id, by: actor) { tx in
            let attachment = try tx.required(id)
            _ = try tx.open(attachment.projectId)
            try requireVersion(version, attachment.version, of: "attachment \(id)")
            try tx.delete(attachment, as: .attachmentDeleted)
            return attachment
        }
        removeFiles([id])
        return removed
    }

    /// Files that a hub's death left without a row.
    func sweepAttachments() async throws {
        try attachments.prepare()
        let known = try await journal.read { try $0.attachmentIDs() }
        let count = try attachments.sweep(keeping: known)
        if count > 0 { log.notice("files of no attachment were removed", metadata: ["count": "\(count)"]) }
    }

    /// Their rows are gone: what cannot be removed now is swept away later.
    func removeFiles(_ ids: [Attachment.ID]) {
        do throws(FileError) {
            try attachments.remove(ids)
        } catch {
            log.warning("an attachment's file could not be removed", metadata: ["error": "\(error)"])
        }
    }
}

extension Reader {
    fileprivate func requireRoom(for id: Card.ID, _ limits: AttachmentLimits) throws -> Card {
        let card = try required(id)
        _ = try open(card.projectId)
        guard try attachmentCount(of: id) < limits.attachmentsPerCardMax else {
            throw HubError.limit(
                "attachmentsPerCardMax", limits.attachmentsPerCardMax, "card \(id) has no room for another attachment")
        }
        return card
    }
}
