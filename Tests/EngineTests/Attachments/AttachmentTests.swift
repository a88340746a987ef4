import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("Attachments")
struct AttachmentTests {
    private static func files(_ workshop: Workshop) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: workshop.engine.settings.dataFolder + "/attachments"))
    }

    private static func attach(_ text: String, to card: Card.ID, _ workshop: Workshop) async throws -> Model.Attachment
    {
        let upload = try await workshop.engine.beginAttachment(to: card, byteCount: text.utf8.count)
        try await upload.write(Array(text.utf8))
        return try await workshop.engine.finishAttachment(
            upload, filename: "notes.txt", contentType: "text/plain", by: Workshop.by
        ).value
    }

    @Test("a file has a row, and goes with it; those of a card go with the card") func life() async throws {
        let workshop = try await Workshop()
        let card = try await workshop.card("A card", in: try await workshop.project())
        let (first, second) = (
            try await Self.attach("one", to: card.id, workshop), try await Self.attach("three", to: card.id, workshop)
        )
        #expect(try Self.files(workshop) == [first.id.rawValue, second.id.rawValue])
        #expect((first.byteCount, second.byteCount) == (3, 5))
        _ = try await workshop.engine.deleteAttachment(first.id, by: Workshop.by)
        #expect(try Self.files(workshop) == [second.id.rawValue])
        _ = try await workshop.engine.deleteCard(card.id, by: Workshop.principal)
        #expect(try Self.files(workshop).isEmpty)
        #expect(try await workshop.journal.read { try $0.attachmentIDs() }.isEmpty)
        let page = try await workshop.journal.read { reader in
            try reader.events(in: .project(card.projectId), after: 0, limit: 100, byteCountMax: 1 << 20)
        }
        guard case .page(let events, _, _) = page else { throw Unexpected("the journal is kept") }
        let kinds = events.map(\.header.type)
        #expect(
            kinds.suffix(5) == [
                .attachmentCreated, .attachmentCreated, .attachmentDeleted, .attachmentDeleted, .cardDeleted,
            ])
    }

    @Test("what a crash leaves without a row is swept away; what has a row stays") func sweep() async throws {
        let workshop = try await Workshop()
        let card = try await workshop.card("A card", in: try await workshop.project())
        let kept = try await Self.attach("one", to: card.id, workshop)
        let folder = workshop.engine.settings.dataFolder + "/attachments/"
        try Data().write(to: URL(fileURLWithPath: folder + "att_01JD6Z5Z0A0000000000000000"))
        try Data().write(to: URL(fileURLWithPath: folder + ".new-att_01JD6Z5Z0A0000000000000000"))
        await workshop.close()
        let next = try await Workshop(after: workshop)
        #expect(try Self.files(next) == [kept.id.rawValue])
    }

    @Test("a card takes attachmentsPerCardMax of attachmentByteCountMax") func limits() async throws {
        var limits = AttachmentLimits()
        (limits.attachmentsPerCardMax, limits.attachmentByteCountMax) = (2, 3)
        let workshop = try await Workshop(attachments: limits)
        let card = try await workshop.card("A card", in: try await workshop.project())
        await #expect(throws: HubError.self, "announced") {
            try await workshop.engine.beginAttachment(to: card.id, byteCount: 4)
        }
        let upload = try await workshop.engine.beginAttachment(to: card.id, byteCount: nil)
        let late = try await workshop.engine.beginAttachment(to: card.id, byteCount: 3)
        try await upload.write([1, 2, 3])
        await #expect(throws: HubError.self, "unannounced") { try await upload.write([4]) }
        for _ in 0..<2 { _ = try await Self.attach("abc", to: card.id, workshop) }
        await #expect(throws: HubError.self, "one too many") {
            try await workshop.engine.beginAttachment(to: card.id, byteCount: 1)
        }
        await #expect(throws: HubError.self, "one too many, though it began in time") {
            try await workshop.engine.finishAttachment(late, filename: "a", contentType: "b/c", by: Workshop.by)
        }
        #expect(try Self.files(workshop).count == 2)
    }

    @Test("a card that went meanwhile has no file left") func cardGone() async throws {
        let workshop = try await Workshop()
        let card = try await workshop.card("A card", in: try await workshop.project())
        let upload = try await workshop.engine.beginAttachment(to: card.id, byteCount: 1)
        _ = try await workshop.engine.deleteCard(card.id, by: Workshop.principal)
        await #expect(throws: HubError.self) {
            try await workshop.engine.finishAttachment(upload, filename: "a", contentType: "b/c", by: Workshop.by)
        }
        #expect(try Self.files(workshop).isEmpty)
        await #expect(throws: HubError.self) { try await workshop.engine.beginAttachment(to: card.id, byteCount: 1) }
    }
}
