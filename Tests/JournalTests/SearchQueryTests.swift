import Model
import RoostTesting
import Testing

@testable import Journal

@Suite("Search query")
struct SearchQueryTests {
    @Test(
        "becomes FTS5 strings and nothing else",
        arguments: [
            ("dark mode", #"{title text} : ("dark" "mode")"#),
            (#""dark mode" x"#, #"{title text} : ("dark mode" "x")"#),
            ("them*", #"{title text} : ("them*" *)"#),
            (#""them*""#, #"{title text} : ("them*")"#),
            ("* ** foo_bar", #"{title text} : ("foo_bar")"#),
            ("a OR b NOT (c) NEAR(d, 2)", #"{title text} : ("a" "OR" "b" "NOT" "(c)" "NEAR(d," "2)")"#),
            (#"title:x ^y -z +w"#, #"{title text} : ("title:x" "^y" "-z" "+w")"#),
            (#"never "closed"#, #"{title text} : ("never" "closed")"#),
            ("a\u{00}b", "{title text} : (\"a b\")"),
            ("it's", #"{title text} : ("it's")"#),
        ])
    func expression(text: String, expected: String) throws {
        #expect(try SearchQuery(text).expression([], in: nil) == expected)
    }

    @Test("without a word, or with too many, is refused", arguments: ["", " ", "*", "\"\"", "-- ... ()", "\u{00}"])
    func refused(text: String) {
        #expect(throws: HubError.self) { try SearchQuery(text) }
        #expect(throws: HubError.self) { try SearchQuery(String(repeating: "a ", count: Limits.searchTermsMax + 1)) }
        #expect(throws: Never.self) { try SearchQuery(String(repeating: "a ", count: Limits.searchTermsMax)) }
    }

    /// What people paste, and what they try.
    @Test("is never an error of FTS5, whatever it is made of", arguments: 0..<40)
    func chance(seed: UInt64) async throws {
        let journal = try Journal.forTesting()
        let pieces = [
            "\"", "*", "(", ")", "AND", "OR", "NOT", "NEAR", ":", "title", "{", "}", "^", "+", "-", "a", "é", "日本",
            "\u{00}", "\u{01}", "'", ";", "--", " ", "\n", "\u{0301}", "🙂", "_", "%", "\\", "0", "\u{FFFD}",
        ]
        var random = SeededRandom(seed: seed)
        for _ in 0..<50 {
            let count = Int.random(in: 1...12, using: &random)
            let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            guard let query = try? SearchQuery(text) else { continue }
            let page = try await journal.read { try $0.search(query, kinds: [.card], limit: 10) }
            #expect(page.hits.isEmpty, "\(text)")
        }
    }
}
