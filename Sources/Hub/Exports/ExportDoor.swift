// The door for the archives of exported projects; the rest of what can be done with them is operations
// (../Operations/Table/ExportOperations.swift).
//
//   GET /api/exports/{export}     the archive, with conditions and ranges

import Engine
import Model
package import Transport
import WebCodec

package struct ExportDoor: Sendable {
    private let engine: Engine
    private let operations: Operations

    package init(_ operations: Operations) { (engine, self.operations) = (operations.engine, operations) }

    /// - Returns: nil for what is not its path, or an operation.
    package func respond(to request: Request, for caller: Caller) -> Response? {
        let head = request.head
        guard head.path.count == 3, head.path[..<2] == ["api", "exports"], !head.path[2].isEmpty else { return nil }
        switch head.method {
        case .get, .head:
            do {
                return try send(head.path[2], head, caller)
            } catch {
                return .problem(operations.hubError(for: error, in: "an export"), at: head)
            }
        case .delete: return nil
        case .options: return .options([.get, .delete])
        case .post, .put, .patch, .other: return .wrongMethod(head, allowed: [.get, .delete])
        }
    }

    private func send(_ name: String, _ head: RequestHead, _ caller: Caller) throws -> Response {
        try caller.require(.hubAdmin, for: "an export")
        return .file(
            try engine.exports.file(name), tag: EntityTag(name), modifiedUnixSeconds: nil,
            content: [
                "Content-Type": "application/x-tar",
                "Content-Disposition": AttachmentName.disposition("attachment", name),
            ], for: head)
    }
}
