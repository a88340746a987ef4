// The door for what is not JSON: the files of cards, in and out. Their rows are operations like all others
// (../Operations/Table/AttachmentOperations.swift).
//
//   POST /api/cards/{card}/attachments     a form with one file, or the file itself
//   GET  /api/attachments/{attachment}     the file, with conditions and ranges

import Engine
import Journal
import Model
package import Transport
package import WebCodec

package struct AttachmentDoor: Sendable {
    private enum Place {
        case files(of: String)
        case file(String)

        init?(_ path: [String]) {
            switch (path.count, path.first, path.dropFirst().first, path.last) {
            case (4, "api", "cards", "attachments"): self = .files(of: path[2])
            case (3, "api", "attachments", let id?) where !id.isEmpty: self = .file(id)
            default: return nil
            }
        }

        /// Also those that are operations.
        var methods: [HTTPMethod] {
            switch self {
            case .files: [.get, .post]
            case .file: [.get, .delete]
            }
        }
    }

    private let engine: Engine
    private let operations: Operations

    package init(_ operations: Operations) { (engine, self.operations) = (operations.engine, operations) }

    /// Whose bodies are taken as they come.
    package static let bodyRule: BodyHandling.Rule = { head in
        if head.method == .post, case .files? = Place(head.path) { return .streamed }
        return .whole
    }

    /// - Returns: nil for what is none of its paths, or an operation.
    package func respond(to request: Request, for caller: Caller) async -> Response? {
        let head = request.head
        guard let place = Place(head.path) else { return nil }
        switch (place, head.method) {
        case (.files(let card), .post): return await answer(head) { try await receive(request, card, caller) }
        case (.file(let id), .get), (.file(let id), .head):
            return await answer(head) { try await send(id, head, caller) }
        case (.files, .get), (.files, .head), (.file, .delete): return nil
        case (_, .options): return .options(place.methods)
        case (_, .post), (_, .put), (_, .patch), (_, .delete), (_, .other):
            return .wrongMethod(head, allowed: place.methods)
        }
    }

    private func answer(_ head: RequestHead, _ make: () async throws -> Response) async -> Response {
        do {
            return try await make()
        } catch is RequestBodyError {
            // The transport has said what there is to be said.
            return .problem(HubError(.badRequest, "the body did not come to its end"), at: head)
        } catch {
            return .problem(operations.hubError(for: error, in: "an attachment"), at: head)
        }
    }

    // MARK: In

    private func receive(_ request: Request, _ text: String, _ caller: Caller) async throws -> Response {
        try await operations.admit(caller, to: .attachmentsUpload, on: .card, text)
        guard let card = Card.ID(text) else { throw HubError.notFound(.card, text) }
        guard !request.head.headers.contains("Idempotency-Key") else {
            throw HubError(.badRequest, "an upload takes no Idempotency-Key")
        }
        var intake = try AttachmentIntake(request.head)
        let announced: Int? = if case .counted(let count) = request.head.bodyLength { count } else { nil }
        // A form is larger than its file.
        let upload = try await engine.beginAttachment(to: card, byteCount: intake.isForm ? nil : announced)
        if let stream = request.stream {
            for try await piece in stream { try await take(piece, &intake, upload) }
        } else {
            try await take(request.body, &intake, upload)
        }
        let file = try intake.finish()
        // It may have taken long: what is attached is attached by who may do it now.
        let now = operations.access.caller(caller.pass)
        try await operations.authorize(now, for: .attachmentsUpload, on: .card, text)
        // A client that leaves now has its file attached, as with every change.
        let made = try await engine.finishAttachment(
            upload, filename: file.name, contentType: file.type, by: operations.principal(now))
        return Response(try .changed(made), .created, for: request.head)
    }

    private func take(_ piece: [UInt8], _ intake: inout AttachmentIntake, _ upload: AttachmentUpload) async throws {
        for bytes in try intake.fileBytes(of: piece) { try await upload.write(bytes) }
    }

    // MARK: Out

    private func send(_ text: String, _ head: RequestHead, _ caller: Caller) async throws -> Response {
        try await operations.admit(caller, to: .attachmentsDownload, on: .attachment, text)
        guard let id = Attachment.ID(text) else { throw HubError.notFound(.attachment, text) }
        let attachment = try await engine.journal.read { try $0.required(id) }
        let file: KeptFile
        do throws(FileError) {
            file = try engine.attachments.file(of: attachment)
        } catch {
            throw HubError(.storageFailed, "the file of attachment \(id) cannot be read")
        }
        return .file(
            file, tag: EntityTag(attachment.hash?.rawValue ?? id.rawValue),
            modifiedUnixSeconds: attachment.createdAt.millisecondsSince1970 / 1000,
            content: AttachmentServing(attachment).headers, for: head)
    }
}
