import Model
import Testing

@testable import Wire

@Suite("JSON coding")
struct WireJSONTests {
    static let now = Timestamp(millisecondsSince1970: 1_700_000_000_123)
    static let ulid = ULID(milliseconds: 1_700_000_000_000, randomHigh: 1, randomLow: 2)
    static let run = Run(
        id: .init(ulid), projectId: .init(ulid), cardId: .init(ulid), provider: .command,
        options: RunOptions(argv: ["make", "a/b"]), prompt: "Say \"hi\"\n", targetBranch: "main", at: now)

    @Test("writes members in the order of their declaration, without escaped slashes") func order() throws {
        let project = Project(
            id: .init(Self.ulid), slug: "s", name: "n", path: "/srv/repo", defaultBranch: "main", at: Self.now)
        let text = String(decoding: try WireJSON.encode(project), as: UTF8.self)
        #expect(
            text
                == """
                {"id":"prj_01HF7YAT00000G0000000000G2","slug":"s","name":"n","path":"/srv/repo","defaultBranch":"main",\
                "status":"ready","version":1,\
                "createdAt":"2023-11-14T22:13:20.123Z","updatedAt":"2023-11-14T22:13:20.123Z"}
                """.replacing("01HF7YAT00000G0000000000G2", with: Self.ulid.description))
    }

    @Test("entities come back from their own text") func roundTrip() throws {
        let bytes = try WireJSON.encode(Self.run)
        #expect(try WireJSON.decode(Run.self, from: bytes) == Self.run)
        var approval = Approval(
            id: .init(Self.ulid), projectId: .init(Self.ulid), cardId: nil, runId: Self.run.id,
            processId: .init(Self.ulid), requestKey: "k", type: .question, title: "t", tool: nil,
            input: ["a": [1, .number(2.5), nil], "b": ["c": true]], at: Self.now, expiresAt: Self.now)
        try approval.decide(.init(.approve, answers: ["z": "1", "a": "2"]), by: .local, at: Self.now)
        #expect(try WireJSON.decode(Approval.self, from: try WireJSON.encode(approval)) == approval)
    }

    @Test("dictionaries are sorted, so that the same value is the same bytes") func dictionaries() throws {
        let names = (0..<20).map { "name\($0)" }
        let text = String(
            decoding: try WireJSON.encode(Dictionary(uniqueKeysWithValues: names.map { ($0, 1) })), as: UTF8.self)
        #expect(text == "{" + names.sorted().map { "\"\($0)\":1" }.joined(separator: ",") + "}")
    }

    @Test("numbers are written shortest, and never as what JSON does not have") func numbers() {
        let values: JSONValue = .array([.number(1), .number(0.1), .number(1e300), .number(.infinity), .number(.nan)])
        #expect(String(decoding: WireJSON.encode(values), as: UTF8.self) == "[1,0.1,1e+300,null,null]")
    }

    @Test("every character survives") func characters() throws {
        let text = String(String.UnicodeScalarView((0...0x2FF).compactMap(Unicode.Scalar.init))) + "🪶\u{2028}"
        #expect(try WireJSON.parse(WireJSON.encode(.string(text))) == .string(text))
    }

    private struct Input: Decodable {
        struct Column: Decodable {
            var name: String
            var limit: UInt8?
        }
        var columns: [Column]
        var ratio: Double?
    }

    @Test(
        "a value that does not fit is named by its place",
        arguments: [
            (#"{}"#, "/columns"), (#"{"columns":{}}"#, "/columns"), (#"{"columns":[{"name":1}]}"#, "/columns/0/name"),
            (#"{"columns":[{"name":"a"},{}]}"#, "/columns/1/name"),
            (#"{"columns":[{"name":"a","limit":256}]}"#, "/columns/0/limit"),
            (#"{"columns":[],"ratio":"1"}"#, "/ratio"),
        ])
    func mismatch(text: String, pointer: String) throws {
        let error = try #require(throws: HubError.self) { try WireJSON.decode(Input.self, from: Array(text.utf8)) }
        #expect(error.code == .validationFailed)
        #expect(error.members["errors"]?.array?.first?["pointer"]?.string == pointer)
    }

    /// A coder by hand, with containers within containers and a superclass's.
    private struct ByHand: Encodable {
        enum Key: String, CodingKey { case list, inner, `super` }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            var list = container.nestedUnkeyedContainer(forKey: .list)
            var inner = container.nestedContainer(keyedBy: Key.self, forKey: .inner)
            try list.encode(1)
            try inner.encodeNil(forKey: .list)
            try list.encodeNil()
            var deep = list.nestedUnkeyedContainer()
            try deep.encode(UInt64.max)
            try "base".encode(to: container.superEncoder())
        }
    }

    @Test("containers within containers") func nesting() throws {
        let text = String(decoding: try WireJSON.encode(ByHand()), as: UTF8.self)
        #expect(text == #"{"list":[1,null,[1.8446744073709552e+19]],"inner":{"list":null},"super":"base"}"#)
    }

    private struct Refusing: Encodable {
        func encode(to encoder: any Encoder) throws { throw CancellationError() }
    }

    @Test("a value that refuses to be encoded is an error of the hub") func refusing() throws {
        let error = try #require(throws: HubError.self) { try WireJSON.encode([Refusing()]) }
        #expect(error.code == .internal)
    }
}
