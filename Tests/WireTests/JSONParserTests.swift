import Model
import Testing

@testable import Wire

@Suite("JSON parser")
struct JSONParserTests {
    static let legal: [(String, JSONValue)] = [
        ("null", .null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .integer(0)), ("-0", .integer(0)),
        ("-12", .integer(-12)), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.0", .number(1)), ("1e2", .number(100)),
        ("1E-2", .number(0.01)), ("1.5e+3", .number(1_500)), (#""""#, ""), (#""ä🪶""#, "ä🪶"),
        (#""a\"\\\/\b\f\n\r\tz""#, "a\"\\/\u{8}\u{C}\n\r\tz"), (#""\u00e4\u0000""#, "ä\u{0}"),
        (#""\ud83e\udEB6!""#, "🪶!"), ("\"\u{7F}\"", "\u{7F}"), ("[]", []), ("{}", [:]),
        ("[ 1 ,\n[ ] , {\t} ]", [1, [], [:]]),
        (#"{"a":1, "b" : [null] }"#, ["a": 1, "b": [nil]]), (#"{"":0}"#, ["": 0]),
    ]

    @Test("reads what RFC 8259 allows", arguments: legal)
    func reads(text: String, value: JSONValue) throws {
        #expect(try WireJSON.parse(Array(text.utf8)) == value)
    }

    /// Text, and the offset at which it stops being JSON.
    static let illegal: [(String, Int)] = [
        ("", 0), ("  ", 2), ("nul", 0), ("truE", 0), ("True", 0), ("+1", 0), ("01", 1), ("1.", 2), (".5", 0), ("-", 1),
        ("1e", 2), ("1e+", 3), ("0x1", 1), ("NaN", 0), ("1e400", 0), ("-1e400", 0), ("1 2", 2), ("[1,]", 3), ("[1", 2),
        ("[1 2]", 3), ("[,1]", 1), ("]", 0), ("{", 1), ("{\"a\"}", 4), ("{\"a\":}", 5), ("{\"a\":1,}", 7), ("{a:1}", 1),
        ("{'a':1}", 1), ("{\"a\":1 \"b\":2}", 7), ("{\"a\":1,\"a\":2}", 7), ("\"", 1), ("\"a\nb\"", 2), ("\"\\x\"", 1),
        ("\"\\u12G4\"", 5), ("\"\\ud800\"", 1), ("\"\\ud800\\n\"", 1), ("\"\\ud800\\u0041\"", 1), ("\"\\udc00\"", 1),
        ("\"\\", 2), ("// a\n1", 0), ("\u{FEFF}1", 0), ("1\u{0}", 1), ("[1]x", 3), ("\"\\u", 3),
    ]

    @Test("refuses the rest, and says where", arguments: illegal)
    func refuses(text: String, offset: Int) throws {
        let error = try #require(throws: HubError.self) { try WireJSON.parse(Array(text.utf8)) }
        #expect(error.code == .malformedJSON)
        #expect(error.members["offset"] == .integer(Int64(offset)), "\(text): \(error.detail)")
    }

    @Test("refuses bytes that are not UTF-8", arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]])
    func refusesInvalidUTF8(bytes: [UInt8]) throws {
        let error = try #require(throws: HubError.self) {
            try WireJSON.parse(Array("[\"".utf8) + bytes + Array("\"]".utf8))
        }
        #expect(error.members["offset"] == 2)
    }

    @Test("names line and column of a mistake") func position() throws {
        let error = try #require(throws: HubError.self) {
            try WireJSON.parse(Array("{\n  \"ä\": 1,\n  \"ö\": oops\n}".utf8))
        }
        #expect(error.members == ["line": 3, "column": 8, "offset": 21])
        #expect(error.detail == "line 3, column 8 (byte 21): a value is due here")
    }

    @Test("reads nesting up to depthMax, and refuses the level after it") func depth() throws {
        func nested(_ levels: Int) -> [UInt8] {
            Array((String(repeating: "[", count: levels) + String(repeating: "]", count: levels)).utf8)
        }
        _ = try WireJSON.parse(nested(JSONParser.depthMax))
        let error = try #require(throws: HubError.self) { try WireJSON.parse(nested(JSONParser.depthMax + 1)) }
        #expect(error.detail.contains("depthMax"))
        #expect(throws: HubError.self) { try WireJSON.parse([UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)) }
    }

    @Test("mutated texts either parse and come back the same, or are refused", arguments: 0..<8)
    func fuzz(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let corpus = (Self.legal.map(\.0) + Self.illegal.map(\.0)).map { Array($0.utf8) }
        let spice = Array("{}[]\",:\\u0e-+.tfn d8\u{1}".utf8) + [0xFF, 0xC3]
        for _ in 0..<4_000 {
            var bytes = corpus.randomElement(using: &random) ?? []
            bytes += corpus.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = spice.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(spice.randomElement(using: &random) ?? 0, at: place)
                }
            }
            do {
                let text = WireJSON.encode(try WireJSON.parse(bytes))
                #expect(WireJSON.encode(try WireJSON.parse(text)) == text)
            } catch {
                #expect(error.code == .malformedJSON)
            }
        }
    }
}

/// Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
