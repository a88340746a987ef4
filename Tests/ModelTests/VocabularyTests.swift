import Foundation
@testable import Model
import Testing

@Suite("Names and numbers of the vocabulary")
struct VocabularyTests {
    @Test("a ULID sorts by time and has 26 characters of Crockford's alphabet")
    func ulid() {
        let early = ULID(milliseconds: 1_700_000_000_000, randomHigh: .max, randomLow: .max)
        let late = ULID(milliseconds: 1_700_000_000_001, randomHigh: 0, randomLow: 0)
        #expect(early.description < late.description)
        #expect(early.description.utf8.count == 26)
        // The example of the specification: 2016-07-30T23:54:10.259Z.
        let known = ULID(milliseconds: 1_469_922_850_259, randomHigh: 0, randomLow: 0)
        #expect(known.description == "01ARZ3NDEK0000000000000000")
    }

    @Test("an identifier has its kind's prefix, and nothing else is one")
    func identifiers() {
        let ulid = ULID(milliseconds: 5, randomHigh: 6, randomLow: .max)
        let id = Card.ID(ulid)
        #expect(Card.ID(id.rawValue) == id)
        #expect(Run.ID(id.rawValue) == nil)
        for text in ["", "crd_", "crd_1", id.rawValue + "A", id.rawValue.lowercased(), "crd-" + ulid.description] {
            #expect(Card.ID(text) == nil, "\(text)")
        }
    }

    @Test(
        "a timestamp reads what it writes",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (1_795_251_986_123, "2026-11-21T09:06:26.123Z"),
        ] as [(Int64, String)])
    func timestamps(milliseconds: Int64, text: String) {
        let stamp = Timestamp(millisecondsSince1970: milliseconds)
        #expect(stamp.description == text)
        #expect(Timestamp(text) == stamp)
    }

    @Test(
        "seconds that no calendar has are the nearest that one has, and nothing goes beyond what can be counted",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-62_167_219_201, "0000-01-01T00:00:00.000Z"),
            (253_402_300_799, "9999-12-31T23:59:59.000Z"), (253_402_300_800, "9999-12-31T23:59:59.999Z"),
            (.max, "9999-12-31T23:59:59.999Z"), (.min, "0000-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func seconds(seconds: Int64, text: String) {
        let stamp = Timestamp(secondsSince1970: seconds)
        #expect(stamp.description == text && Timestamp(text) == stamp)
        #expect(stamp.adding(milliseconds: .max) > stamp && stamp.adding(milliseconds: .min) < stamp)
        let latest = Timestamp(millisecondsSince1970: .max)
        #expect(latest.adding(milliseconds: 1) == latest)
    }

    @Test(
        "a text that is no UTC time is none",
        arguments: [
            "", "2026-11-21", "2026-11-21T09:06:26", "2026-11-21T09:06:26+01:00", "2026-13-01T00:00:00Z",
            "2026-11-21T24:00:00Z", "2026-11-21T09:06:26.1234Z", "2026-11-21T09:06:+6Z", "2026-11-21T09:06:26.Z",
        ])
    func notTimestamps(text: String) { #expect(Timestamp(text) == nil) }

    @Test("positions and channels read what they write")
    func positions() {
        let position = JournalPosition(epoch: "a-b", seq: 17)
        #expect(JournalPosition(position.description) == position)
        for text in ["", "-", "-1", "e-", "e-x", "e-1.5"] { #expect(JournalPosition(text) == nil, "\(text)") }
        let ulid = ULID(milliseconds: 5, randomHigh: 6, randomLow: 7)
        for channel in [Channel.hub, .project(.init(ulid)), .run(.init(ulid)), .card(.init(ulid))] {
            #expect(Channel(channel.description) == channel)
        }
        #expect(Channel("run:prj_" + ulid.description) == nil)
        #expect(Channel("nothing") == nil)
    }

    @Test("every error code has a row that fits its kind")
    func errorTable() {
        for code in HubError.Code.allCases {
            #expect((400...599).contains(code.http.status) && !code.http.title.isEmpty, "\(code)")
            #expect(code.rawValue == code.rawValue.uppercased())
        }
    }

    @Test("a JSON value survives the common coder")
    func json() throws {
        let value: JSONValue = ["a": [1, 2.5.json, nil, true, "x"], "b": ["c": [:]], "big": .integer(.max)]
        let data = try JSONEncoder().encode(value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: data) == value)
    }

    @Test("usage adds up, and what nobody knows stays unknown")
    func usage() {
        let sum = Usage(inputTokens: 1, costUsd: 0.5).adding(Usage(inputTokens: 2, outputTokens: 3))
        #expect(sum == Usage(inputTokens: 3, outputTokens: 3, costUsd: 0.5))
        let most = Usage(inputTokens: .max, outputTokens: .min).adding(Usage(inputTokens: 1, outputTokens: -1))
        #expect(most == Usage(inputTokens: .max, outputTokens: .min), "what an agent reports cannot overflow the hub")
    }

    @Test("a filter admits by topic, type, card and run")
    func filters() {
        let ulid = ULID(milliseconds: 5, randomHigh: 6, randomLow: 7)
        let header = EventHeader(
            seq: 1, type: .entryAdded, severity: .info, context: EventContext(cardId: .init(ulid), runId: nil))
        #expect(EventFilter().admits(header))
        #expect(EventFilter(topics: ["entry"]).admits(header))
        #expect(!EventFilter(topics: ["card"]).admits(header))
        #expect(EventFilter(types: ["entry.added"], cardId: .init(ulid)).admits(header))
        #expect(!EventFilter(types: ["entry.updated"]).admits(header))
        #expect(!EventFilter(runId: .init(ulid)).admits(header))
    }
}

extension Double {
    fileprivate var json: JSONValue { .number(self) }
}
