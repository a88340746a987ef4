import Engine
import Journal
import Model
import Wire

// The rows of files beside cards. The files themselves come and go by Attachments/AttachmentDoor.swift.
extension OperationTable {
    private static let exampleAttachment = "att_01JD6Z5Z0A0000000000000000"

    static let attachments: [Operation] = [
        Operation(
            "attachments.list", .get("/api/cards/{card}/attachments"),
            summary: "Lists a card's attachments in the order of their making.", input: [.subject(Card.self)],
            output: .array(.attachment, max: nil), ability: .projectRead,
            example: ["card": "crd_01JD6Z5Z0A0000000000000000"]
        ) { call in
            let id: Card.ID = try call.id()
            return try await call.read { reader in
                let card = try reader.required(id)
                return .list(
                    try reader.attachments(of: id, as: Stored<Attachment>.self), at: try reader.position(of: card))
            }
        },
        Operation(
            "attachments.delete", .delete("/api/attachments/{attachment}"),
            summary: "Deletes an attachment and its file.",
            input: [.subject(Attachment.self), .version], success: .noContent, ability: .boardWrite,
            events: [.attachmentDeleted], example: ["attachment": .string(exampleAttachment)]
        ) { call in
            .removed(try await call.engine.deleteAttachment(try call.id(), version: call.version, by: call.principal))
        },
    ]
}
