import Model
import Testing
import Transport
import WebCodec

@testable import Hub

@Suite("Conditions and codings of JSON")
struct ConditionalJSONTests {
    private static let gzip: HTTPHeaders = ["Accept-Encoding": "gzip"]

    private static func makeCard(promptByteCount: Int) async throws -> (hub: TestHub, line: String) {
        let hub = try TestHub()
        let (project, _) = try await hub.makeBoard()
        let input: JSONValue = ["title": "A card", "prompt": .string(String(repeating: "x", count: promptByteCount))]
        let card = try await hub.send("POST /api/projects/\(project.slug)/cards", input).data()
        return (hub, "/api/cards/\(try #require(card["id"]?.string))")
    }

    @Test("a small answer stays plain; what was read is not sent again") func small() async throws {
        let (hub, card) = try await Self.makeCard(promptByteCount: 10)
        let answer = try await hub.send("GET \(card)", headers: Self.gzip)
        #expect(answer.headers["Content-Encoding"] == nil)
        #expect(answer.headers["ETag"] == "\"1\"")
        for tag in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "\"1-gzip\"", "*"] {
            let again = try await hub.send("GET \(card)", headers: ["If-None-Match": tag])
            #expect((again.status, again.body.count) == (304, 0), "\(tag)")
            #expect(again.headers["ETag"] == "\"1\"")
            #expect(try await hub.send("HEAD \(card)", headers: ["If-None-Match": tag]).status == 304)
        }
        _ = try await hub.send("PATCH \(card)", ["title": "Another"])
        #expect(try await hub.send("GET \(card)", headers: ["If-None-Match": "\"1\""]).status == 200)
        #expect(try await hub.send("GET \(card)", headers: ["If-Match": "\"1\""]).status == 412)
        #expect(try await hub.send("GET \(card)", headers: ["If-Match": "\"2-gzip\""]).status == 200)
    }

    @Test("a large answer is gzipped where that is wanted, with a tag of its own that an edit takes for the version")
    func large() async throws {
        let (hub, card) = try await Self.makeCard(promptByteCount: AnswerCompression.byteCountMin)
        let plain = try await hub.send("GET \(card)")
        let gzipped = try await hub.send("GET \(card)", headers: Self.gzip)
        #expect(gzipped.headers["Content-Encoding"] == "gzip" && gzipped.body.count < plain.body.count)
        #expect(try gzipped.json() == plain.json())
        #expect((plain.headers["ETag"], gzipped.headers["ETag"]) == ("\"1\"", "\"1-gzip\""))
        #expect(gzipped.headers.list("Vary").contains("Accept-Encoding"))
        #expect(plain.headers.list("Vary").contains("Accept-Encoding"))
        let known: HTTPHeaders = ["Accept-Encoding": "gzip", "If-None-Match": "\"1-gzip\""]
        #expect(try await hub.send("GET \(card)", headers: known).status == 304)
        let edit: JSONValue = ["title": "Another"]
        #expect(try await hub.send("PATCH \(card)", edit, headers: ["If-Match": "\"1-gzip\""]).status == 200)
        #expect(try await hub.send("PATCH \(card)", edit, headers: ["If-Match": "\"1-gzip\""]).status == 412)
    }

    @Test("what would hold others up stays plain") func tooLarge() throws {
        let head = try TestHub.head("GET /", ["Host": "localhost", "Accept-Encoding": "gzip"])
        func coding(_ byteCount: Int) -> String? {
            let bytes = [UInt8](repeating: UInt8(ascii: "1"), count: byteCount)
            return Response.json(bytes, version: nil, headers: [:], for: head).headers["Content-Encoding"]
        }
        #expect(coding(AnswerCompression.byteCountMin - 1) == nil)
        #expect(coding(AnswerCompression.byteCountMin) == "gzip")
        #expect(coding(AnswerCompression.byteCountMax) == "gzip")
        #expect(coding(AnswerCompression.byteCountMax + 1) == nil)
    }

    @Test("a list has no version, so it has no tag") func list() async throws {
        let answer = try await TestHub().send("GET /api/projects", headers: ["If-None-Match": "*"])
        #expect((answer.status, answer.headers["ETag"]) == (200, nil))
    }

    @Test("who wants no coding at all is refused before anything is done") func refused() async throws {
        let hub = try TestHub()
        let answer = try await hub.send("GET /api/projects", headers: ["Accept-Encoding": "*;q=0"])
        #expect((answer.status, try answer.code()) == (406, "NOT_ACCEPTABLE"))
    }
}
