import Testing
import WebCodec

@Suite("Entity tags")
struct EntityTagTests {
    /// RFC 9110 section 8.8.3.2, its table.
    @Test(
        "compare as RFC 9110 says",
        arguments: [
            ("W/\"1\"", "W/\"1\"", false, true), ("W/\"1\"", "W/\"2\"", false, false),
            ("W/\"1\"", "\"1\"", false, true), ("\"1\"", "\"1\"", true, true), ("\"1\"", "\"2\"", false, false),
        ])
    func comparison(left: String, right: String, isStrong: Bool, isWeak: Bool) throws {
        let (left, right) = (try #require(EntityTag(parsing: left)), try #require(EntityTag(parsing: right)))
        #expect(left.matchesStrongly(right) == isStrong)
        #expect(left.matchesWeakly(right) == isWeak)
    }

    @Test(
        "are written as they are read", arguments: ["\"xyzzy\"", "W/\"xyzzy\"", "\"\"", "\"a,b\"", "\"ü\"", "\"!#~\""])
    func roundTrip(text: String) throws {
        #expect(try #require(EntityTag(parsing: text)).description == text)
    }

    @Test(
        "one is one and nothing else",
        arguments: [
            "", "*", "xyzzy", "\"", "\"a", "a\"", "w/\"a\"", "W/a", "W/", "\"a b\"", "\"a\"b\"", " \"a\"", "\"\u{7F}\"",
        ])
    func refused(text: String) { #expect(EntityTag(parsing: text) == nil) }

    /// RFC 9110 section 13.1.1; a recipient takes empty members of a list (section 5.6.1.2).
    @Test(
        "lists",
        arguments: [
            ("\"xyzzy\"", ["xyzzy"]), ("\"xyzzy\", \"r2d2xxxx\", \"c3piozzzz\"", ["xyzzy", "r2d2xxxx", "c3piozzzz"]),
            ("W/\"xyzzy\",W/\"r2d2xxxx\"", ["xyzzy", "r2d2xxxx"]), ("\"a,b\", \"c\"", ["a,b", "c"]), ("", []),
            (", \"a\" ,, \"b\",", ["a", "b"]), ("\"a\" \"b\"", nil), ("\"a\", b", nil), ("\"a\", \"b", nil),
        ] as [(String, [String]?)])
    func list(text: String, opaque: [String]?) {
        #expect(EntityTag.list(text)?.map(\.opaque) == opaque)
    }
}
