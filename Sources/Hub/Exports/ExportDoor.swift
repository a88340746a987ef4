// The door for the archives of exported projects; the rest of what can be done with them is operations
// (../Operations/Table/ExportOperations.swift).
//
//   POST /api/exports             an archive of another hub's, as the body
//   GET  /api/exports/{export}    the archive, with conditions and ranges

import Engine
import Model
package import Transport
package import WebCodec
import Wire

package struct ExportDoor: Sendable {
    private let engine: Engine
    private let operations: Operations

    package init(_ operations: Operations) { (engine, self.operations) = (operations.engine, operations) }

    /// Whose bodies are taken as they come.
    package static let bodyRule: BodyHandling.Rule = { head in
        head.method == .post && head.path == ["api", "exports"] ? .streamed : .whole
    }

    /// - Returns: nil for what is not its path, or an operation.
    package func respond(to request: Request, for caller: Caller) async -> Response? {
        let head = request.head
        guard head.path.prefix(2) == ["api", "exports"] else { return nil }
        switch head.path.count {
        case 2: return await respondAboutAll(to: request, for: caller)
        case 3 where !head.path[2].isEmpty: return await respondAboutOne(to: request, for: caller)
        default: return nil
        }
    }

    private func respondAboutAll(to request: Request, for caller: Caller) async -> Response? {
        let head = request.head
        switch head.method {
        case .post: return await answer(head) { try await receive(request, caller) }
        case .get, .head: return nil
        case .options: return .options([.get, .post])
        case .put, .patch, .delete, .other: return .wrongMethod(head, allowed: [.get, .post])
        }
    }

    private func respondAboutOne(to request: Request, for caller: Caller) async -> Response? {
        let head = request.head
        switch head.method {
        case .get, .head: return await answer(head) { try send(head.path[2], head, caller) }
        case .delete: return nil
        case .options: return .options([.get, .delete])
        case .post, .put, .patch, .other: return .wrongMethod(head, allowed: [.get, .delete])
        }
    }

    private func answer(_ head: RequestHead, _ make: () async throws -> Response) async -> Response {
        do {
            return try await make()
        } catch is RequestBodyError {
            // The transport has said what there is to be said.
            return .problem(HubError(.badRequest, "the body did not come to its end"), at: head)
        } catch {
            return .problem(operations.hubError(for: error, in: "an export"), at: head)
        }
    }

    /// What it is nobody looks at before it is imported.
    private func receive(_ request: Request, _ caller: Caller) async throws -> Response {
        try operations.admit(caller, to: .exportsUpload)
        guard !request.head.headers.contains("Idempotency-Key") else {
            throw HubError(.badRequest, "an upload takes no Idempotency-Key")
        }
        let upload = try await engine.beginExportUpload()
        if let stream = request.stream {
            for try await piece in stream { try await upload.write(piece) }
        } else {
            try await upload.write(request.body)
        }
        let item = try await engine.finish(upload)
        return Response(OperationAnswer(data: try WireJSON.encode(item)), .created, for: request.head)
    }

    private func send(_ name: String, _ head: RequestHead, _ caller: Caller) throws -> Response {
        try operations.admit(caller, to: .exportsDownload)
        return .file(
            try engine.exports.file(name), tag: EntityTag(name), modifiedUnixSeconds: nil,
            content: [
                "Content-Type": "application/x-tar",
                "Content-Disposition": AttachmentName.disposition("attachment", name),
            ], for: head)
    }
}
