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
            upload, filename: "notes.txt", contentType: "text/plain", by: Workshop.principal
        ).value
    }

    @Test("a file has a row, and goes with it; those of a card go with the card") func life() async throws {
        let workshop = try await Workshop()
        let card = try await workshop.card("A card", in: try await workshop.project())
        let (first, second) = (
            try await Self.attach("one", to: card.id, workshop), try await Self.attach("three", to: card.id, workshop)
        )
        #expect(try Self.files(workshop) == [first.storedName, second.storedName])
        #expect((first.byteCount, second.byteCount) == (3, 5))
        _ = try await workshop.engine.deleteAttachment(first.id, by: Workshop.principal)
        #expect(try Self.files(workshop) == [second.storedName])
        _ = try await workshop.engine.deleteCard(card.id, by: Workshop.principal)
        #expect(try Self.files(workshop).isEmpty)
        #expect(try await workshop.journal.read { try $0.attachmentFiles() }.isEmpty)
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
        #expect(try Self.files(next) == [kept.storedName])
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
        for text in ["abc", "abd"] { _ = try await Self.attach(text, to: card.id, workshop) }
        await #expect(throws: HubError.self, "one too many") {
            try await workshop.engine.beginAttachment(to: card.id, byteCount: 1)
        }
        await #expect(throws: HubError.self, "one too many, though it began in time") {
            try await workshop.engine.finishAttachment(late, filename: "a", contentType: "b/c", by: Workshop.principal)
        }
        #expect(try Self.files(workshop).count == 2)
    }

    @Test("a card that went meanwhile has no file left") func cardGone() async throws {
        let workshop = try await Workshop()
        let card = try await workshop.card("A card", in: try await workshop.project())
        let upload = try await workshop.engine.beginAttachment(to: card.id, byteCount: 1)
        _ = try await workshop.engine.deleteCard(card.id, by: Workshop.principal)
        await #expect(throws: HubError.self) {
            try await workshop.engine.finishAttachment(
                upload, filename: "a", contentType: "b/c", by: Workshop.principal)
        }
        #expect(try Self.files(workshop).isEmpty)
        await #expect(throws: HubError.self) { try await workshop.engine.beginAttachment(to: card.id, byteCount: 1) }
    }

    /// sha256sum's.
    private static let hashOfOne = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"

    @Test("equal files are one file, under its hash, until the last row that has it is gone") func shared() async throws
    {
        let workshop = try await Workshop()
        let project = try await workshop.project()
        let cards = [try await workshop.card("First", in: project), try await workshop.card("Second", in: project)]
        var rows: [Model.Attachment] = []
        for card in cards + cards { rows.append(try await Self.attach("one", to: card.id, workshop)) }
        #expect(Set(rows.map { $0.hash?.rawValue }) == ["sha256:" + Self.hashOfOne])
        #expect(try Self.files(workshop) == [Self.hashOfOne])
        _ = try await workshop.engine.deleteCard(cards[0].id, by: Workshop.principal)
        _ = try await workshop.engine.deleteAttachment(rows[1].id, by: Workshop.principal)
        #expect(try workshop.engine.attachments.file(of: rows[3]).read(0..<3) == Array("one".utf8))
        _ = try await workshop.engine.deleteAttachment(rows[3].id, by: Workshop.principal)
        #expect(try Self.files(workshop).isEmpty)
        await workshop.close()
    }

    @Test("whoever brings a file while its last row goes has it", arguments: 0..<20) func contended(round: Int)
        async throws
    {
        let workshop = try await Workshop()
        let card = try await workshop.card("A card", in: try await workshop.project())
        let before = try await Self.attach("one", to: card.id, workshop)
        async let removed = workshop.engine.deleteAttachment(before.id, by: Workshop.principal)
        let after = try await Self.attach("one", to: card.id, workshop)
        _ = try await removed
        #expect(try workshop.engine.attachments.file(of: after).read(0..<3) == Array("one".utf8))
        await workshop.close()
    }

    @Test("one from before files were hashed lies under its identifier, and goes on") func older() async throws {
        let workshop = try await Workshop()
        let card = try await workshop.card("A card", in: try await workshop.project())
        let old = try await workshop.journal.change(.project(card.projectId), by: Workshop.by) { tx in
            let row = Model.Attachment(
                id: tx.make(), projectId: card.projectId, cardId: card.id, filename: "a", contentType: "text/plain",
                byteCount: 3, hash: nil, at: tx.now)
            try tx.put(row, as: .attachmentCreated)
            return row
        }.value
        let data = workshop.engine.settings.dataFolder
        try Data("old".utf8).write(to: URL(fileURLWithPath: data + "/attachments/" + old.id.rawValue))
        let new = try await Self.attach("old", to: card.id, workshop)
        await workshop.close()
        let next = try await Workshop(after: workshop)
        #expect(try Self.files(next) == [old.id.rawValue, new.storedName])
        #expect(try next.engine.attachments.file(of: old).read(0..<3) == Array("old".utf8))
        let copy = next.folder.file("copy")
        #expect(try DataBackup(of: data, to: copy).run(at: next.clock.now()).attachments == 2)
        _ = try await next.engine.deleteAttachment(old.id, by: Workshop.principal)
        #expect(try Self.files(next) == [new.storedName])
        await next.close()
    }

    @Test("what the client does not say of a type, or says wrongly of an image, the bytes say") func type() async throws
    {
        let workshop = try await Workshop()
        let card = try await workshop.card("A card", in: try await workshop.project())
        for (claim, expected) in [
            (nil, "text/plain; charset=utf-8"), ("application/octet-stream", "text/plain; charset=utf-8"),
            ("image/png", "text/plain; charset=utf-8"), ("text/csv", "text/csv"),
        ] {
            let upload = try await workshop.engine.beginAttachment(to: card.id, byteCount: nil)
            // The first bytes may come one by one.
            for byte in "plain words".utf8 { try await upload.write([byte]) }
            let made = try await workshop.engine.finishAttachment(
                upload, filename: "a", contentType: claim, by: Workshop.principal)
            #expect(made.value.contentType == expected)
        }
        await workshop.close()
    }
}
