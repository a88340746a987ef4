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
    ///
    /// - Parameter contentType: as the client says; nil: it says nothing.
    package func finishAttachment(
        _ upload: AttachmentUpload, filename: String, contentType: String?, by principal: Principal
    ) async throws -> Committed<Attachment> {
        let (byteCount, head, hash): (Int, [UInt8], ContentHash)
        do throws(FileError) {
            (byteCount, head, hash) = try await upload.file.summary()
        } catch { throw error.hubError }
        let type = ContentType.of(head, claimed: contentType)
        let name = hash.hexadecimal
        do {
            return try await attachments.alone(with: name) { [journal, limits = settings.attachments] in
                do throws(FileError) { try await upload.file.keepByContent() } catch { throw error.hubError }
                return try await journal.change(of: upload.card, by: principal.actor) { tx in
                    let card = try tx.requireRoom(for: upload.card, limits)
                    let attachment = Attachment(
                        id: upload.id, projectId: card.projectId, cardId: card.id, filename: filename,
                        contentType: type, byteCount: byteCount, hash: hash, at: tx.now)
                    try tx.put(attachment, as: .attachmentCreated)
                    try tx.parkChanged(card, by: principal)
                    return attachment
                }
            }
        } catch let error as HubError {
            await removeFiles([name])
            throw error
        }
        // After another error a row may yet be found when the hub starts: its file is left, or swept away.
    }

    package func deleteAttachment(
        _ id: Attachment.ID, version: Int? = nil, by principal: Principal
    ) async throws -> Committed<Attachment> {
        let removed = try await journal.change(of: id, by: principal.actor) { tx in
            let attachment = try tx.required(id)
            _ = try tx.open(attachment.projectId)
            try requireVersion(version, attachment.version, of: "attachment \(id)")
            try tx.delete(attachment, as: .attachmentDeleted)
            try tx.parkChanged(try tx.required(attachment.cardId), by: principal)
            return attachment
        }
        await removeFiles([removed.value.storedName])
        return removed
    }

    /// Files that a hub's death left without a row.
    func sweepAttachments() async throws {
        try attachments.prepare()
        let known = try await journal.read { try $0.attachmentFiles() }
        let count = try attachments.sweep(keeping: known)
        if count > 0 { log.notice("files of no attachment were removed", metadata: ["count": "\(count)"]) }
    }

    /// A row of each is gone, and if it was the last one, the file goes: what cannot be removed now is swept away later.
    func removeFiles(_ names: Set<String>) async {
        for name in names {
            do {
                try await attachments.alone(with: name) { [journal, attachments] in
                    guard try await journal.read({ try $0.attachmentCount(ofFile: name) }) == 0 else { return }
                    try attachments.remove(name)
                }
            } catch {
                log.warning("an attachment's file could not be removed", metadata: ["error": "\(error)"])
            }
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
