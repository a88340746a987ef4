import Model
import Testing
import WebCodec
import Wire

@testable import Hub

@Suite("Searching")
struct SearchTests {
    @Test("finds by words, in pages, in a project by its slug") func pages() async throws {
        let hub = try TestHub()
        let (project, _) = try await hub.makeBoard()
        let card = try await hub.makeCard("Paint the needle", in: project)
        for number in 1...3 { _ = try await hub.makeCard("needle \(number)", in: project) }
        let found = try await hub.send("GET /api/search?q=paint%20needle&project=website&kinds=card")
        let hits = try #require(try found.data()["hits"]?.array)
        #expect(hits.map { $0["cardId"] } == [.string(card)])
        #expect(
            hits.first?["title"] == [
                ["text": "Paint", "match": true], ["text": " the "], ["text": "needle", "match": true],
            ])
        #expect(found.headers["Roost-Position"] != nil)

        let first = try await hub.send("GET /api/search?q=needle&limit=3")
        #expect(try first.data()["hits"]?.array?.count == 3)
        let cursor = try #require(try first.json()["meta"]?["nextCursor"]?.string)
        let second = try await hub.send("GET /api/search?q=needle&limit=3&cursor=\(cursor)")
        #expect(try second.data()["hits"]?.array?.count == 1)
        #expect(try second.json()["meta"] == nil)
        #expect(try await hub.send("GET /api/search?q=needle&kinds=entry").data()["hits"] == [])
    }

    @Test(
        "refuses what names no word, no project, no cursor",
        arguments: [
            ("", 422, "VALIDATION_FAILED"), ("?q=", 422, "VALIDATION_FAILED"), ("?q=***", 422, "VALIDATION_FAILED"),
            ("?q=x&project=nowhere", 404, "PROJECT_NOT_FOUND"),
            ("?q=x&project=prj_01JD6Z5Z0A0000000000000000", 404, "PROJECT_NOT_FOUND"),
            ("?q=x&cursor=1", 422, "VALIDATION_FAILED"), ("?q=x&kinds=run", 422, "VALIDATION_FAILED"),
            ("?q=a%20b%20c%20d%20e%20f%20g%20h%20i%20j%20k%20l%20m%20n%20o%20p%20q", 422, "LIMIT_EXCEEDED"),
        ])
    func refusals(query: String, status: Int, code: String) async throws {
        let answer = try await TestHub().send("GET /api/search" + query)
        #expect(try (answer.status, answer.code()) == (status, code))
    }
}
