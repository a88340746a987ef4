import Engine
import Foundation
import Model
import RoostTesting
import Testing
import Transport
import WebCodec
import Wire

@testable import Hub

@Suite("Attachments' door")
struct AttachmentDoorTests {
    private let folder: TemporaryFolder
    private let hub: TestHub
    private let door: AttachmentDoor

    init() throws {
        folder = try TemporaryFolder()
        hub = try TestHub(dataFolder: folder.path)
        door = AttachmentDoor(hub.operations)
        try FileManager.default.createDirectory(
            atPath: folder.file("attachments"), withIntermediateDirectories: false)
    }

    private func send(
        _ line: String, _ body: String = "", headers: HTTPHeaders = [:], caller: Caller = .local
    ) async throws -> Response? {
        try await send(line, Array(body.utf8), headers: headers, caller: caller)
    }

    private func send(
        _ line: String, _ body: [UInt8], headers: HTTPHeaders = [:], caller: Caller = .local
    ) async throws -> Response? {
        var fields = headers
        fields.append("Host", "localhost")
        let request = Request(
            id: "req_1", head: try TestHub.head(line, fields), body: body,
            remote: .unix)
        return await door.respond(to: request, for: caller)
    }

    private static let png = "\u{89}PNG\r\n\u{1A}\n".unicodeScalars.map { UInt8($0.value) }

    private func attach(
        _ type: String?, _ name: String = "a", _ bytes: [UInt8] = Array("0123456789".utf8)
    ) async throws -> Model.Attachment {
        let card = try await hub.makeCard(in: try await hub.makeBoard().project)
        let response = try #require(
            try await send(
                "POST /api/cards/\(card)/attachments?filename=\(name)", bytes,
                headers: type.map { ["Content-Type": $0] } ?? [:]))
        #expect(response.status == 201)
        guard case .bytes(let bytes) = response.body else { throw HubError(.internal, "no body") }
        let data = try #require(try WireJSON.parse(bytes)["data"])
        #expect(response.headers["Location"] == "/api/attachments/\(data["id"]?.string ?? "")")
        return try WireJSON.decode(Model.Attachment.self, from: data)
    }

    @Test("what is attached is listed, and can be had whole and in parts") func roundTrip() async throws {
        let attachment = try await attach("text/plain")
        #expect(attachment.byteCount == 10)
        let list = try await hub.send("GET /api/cards/\(attachment.cardId)/attachments").data()
        #expect(list.array?.first?["id"]?.string == attachment.id.rawValue)
        let path = "/api/attachments/\(attachment.id)"
        let whole = try #require(try await send("GET \(path)"))
        #expect((whole.status, whole.headers["Accept-Ranges"]) == (200, "bytes"))
        guard case .stream(byteCount: 10, _) = whole.body else {
            Issue.record("a file is streamed, with its length")
            return
        }
        let part = try #require(try await send("GET \(path)", headers: ["Range": "bytes=2-4"]))
        #expect((part.status, part.headers["Content-Range"]) == (206, "bytes 2-4/10"))
        let tag = try #require(whole.headers["ETag"])
        #expect(try await send("GET \(path)", headers: ["If-None-Match": tag])?.status == 304)
        #expect(try await send("GET \(path)", headers: ["Range": "bytes=10-"])?.status == 416)
        #expect(try await hub.send("DELETE \(path)").status == 204)
        #expect(try await send("GET \(path)")?.status == 404)
    }

    @Test(
        "nothing that a browser could run keeps its type",
        arguments: [
            ("text/html", nil), ("image/svg+xml", nil), ("text/javascript", nil), ("text/css", nil),
            ("application/xhtml+xml", nil), ("text/xml", nil), ("application/pdf", nil), ("IMAGE/SVG+XML", nil),
            ("image/png", "image/png"), ("text/plain; charset=latin1", "text/plain; charset=utf-8"),
            ("Image/PNG", "image/png"), ("image/png; x=text/html", "image/png"),
        ] as [(String, String?)])
    func types(type: String, served: String?) async throws {
        let attachment = try await attach(
            type, "a", type.lowercased().hasPrefix("image/png") ? Self.png : [0x20, 0x21])
        let headers = try #require(try await send("GET /api/attachments/\(attachment.id)")).headers
        #expect(headers["Content-Type"] == served ?? "application/octet-stream")
        #expect(headers["Content-Disposition"]?.hasPrefix(served == nil ? "attachment;" : "inline;") == true)
        #expect(headers["Content-Security-Policy"]?.contains("sandbox") == true)
    }

    @Test(
        "what is called an image and is none is not shown as one; without a word of the client the bytes decide",
        arguments: [
            ("image/png", "<svg onload=alert(1)>", nil), (nil, "<script>alert(1)</script>", nil), (nil, "<svg/>", nil),
            ("application/octet-stream", "words", "text/plain; charset=utf-8"), ("image/gif", "\u{1}", nil),
        ] as [(String?, String, String?)])
    func sniffed(type: String?, bytes: String, served: String?) async throws {
        let attachment = try await attach(type, "a", Array(bytes.utf8))
        let headers = try #require(try await send("GET /api/attachments/\(attachment.id)")).headers
        #expect(headers["Content-Type"] == served ?? "application/octet-stream")
        #expect(headers["Content-Disposition"]?.hasPrefix(served == nil ? "attachment;" : "inline;") == true)
    }

    @Test("its tag is the hash of what it holds") func tag() async throws {
        let row = try await attach("text/plain")
        #expect(
            try await send("GET /api/attachments/\(row.id)")?.headers["ETag"]
                == "\"sha256:84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882\"")
    }

    @Test("refusals") func refusals() async throws {
        let card = "/api/cards/crd_01JD6Z5Z0A0000000000000000/attachments"
        for (line, status) in [
            ("POST \(card)?filename=a", 404), ("POST /api/cards/x/attachments?filename=a", 404),
            ("GET /api/attachments/x", 404), ("GET /api/attachments/att_01JD6Z5Z0A0000000000000000", 404),
            ("POST \(card)", 422), ("PUT \(card)", 405), ("POST /api/attachments/x", 405), ("OPTIONS \(card)", 204),
        ] {
            #expect(try await send(line)?.status == status, "\(line)")
        }
        #expect(
            try await send("POST \(card)?filename=a", headers: ["Idempotency-Key": "0c8e1f"])?.status == 400)
        #expect(try await send("OPTIONS \(card)")?.headers["Allow"] == "GET, HEAD, OPTIONS, POST")
        let reader = Caller(.local, .local, Rights(hub: [], everywhere: [.projectRead]))
        #expect(try await send("POST \(card)?filename=a", caller: reader)?.status == 403)
        for line in ["GET \(card)", "DELETE /api/attachments/x", "GET /api/cards", "GET /"] {
            let isOther = try await send(line) == nil
            #expect(isOther, "\(line) is another's")
        }
    }

    @Test("what was refused leaves no file") func nothingLeft() async throws {
        let card = try await hub.makeCard(in: try await hub.makeBoard().project)
        let response = try await send(
            "POST /api/cards/\(card)/attachments",
            "--b\r\nContent-Disposition: form-data; name=a; filename=a\r\n\r\nhalf a file",
            headers: ["Content-Type": "multipart/form-data; boundary=b"])
        #expect(response?.status == 400)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("attachments")).isEmpty)
    }

    @Test("only uploads are taken as they come") func bodyRule() throws {
        func handling(_ line: String) throws -> BodyHandling {
            AttachmentDoor.bodyRule(try TestHub.head(line, ["Host": "localhost"]))
        }
        #expect(try handling("POST /api/cards/x/attachments") == .streamed)
        for line in ["PUT /api/cards/x/attachments", "POST /api/cards/x/move", "POST /api/attachments/x"] {
            #expect(try handling(line) == .whole)
        }
    }
}
