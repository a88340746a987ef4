package import Model

/// What is being attached: its bytes are on their way to a file that nobody sees yet.
package struct AttachmentUpload: Sendable {
    let id: Attachment.ID
    let card: Card.ID
    let file: NewFile

    /// - Throws: `HubError` `.limitExceeded`, `.storageFull`, `.storageFailed`.
    package func write(_ bytes: [UInt8]) async throws(HubError) {
        do throws(FileError) { try await file.write(bytes) } catch { throw error.hubError }
    }
}

extension FileError {
    package var hubError: HubError {
        switch self {
        case .tooLarge(let byteCountMax):
            HubError.limit("attachmentByteCountMax", byteCountMax, "the file has too many bytes")
        case .diskFull: HubError(.storageFull, "the hub's disk is full; nothing of this was kept")
        case .failed(let code):
            HubError(.storageFailed, "the hub's disk failed (error \(code)); nothing of this was kept")
        }
    }
}
