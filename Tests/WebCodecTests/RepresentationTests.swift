import Testing
import WebCodec

@Suite("Conditions and ranges of a request")
struct RepresentationTests {
    private static let strong = Representation(
        byteCount: 100, tag: EntityTag("xyzzy"), modifiedUnixSeconds: 783_459_811)
    private static let weak = Representation(
        byteCount: 100, tag: EntityTag("xyzzy", isWeak: true), modifiedUnixSeconds: nil)
    private static let (before, then, after) = (
        "Sat, 29 Oct 1994 19:43:30 GMT", "Sat, 29 Oct 1994 19:43:31 GMT", "Sat, 29 Oct 1994 19:43:32 GMT"
    )

    /// In the order of RFC 9110 section 13.2.2.
    @Test(
        "what is left to be sent",
        arguments: [
            ([], .whole),
            ([("If-Match", "*")], .whole), ([("If-Match", "\"xyzzy\"")], .whole),
            ([("If-Match", "\"a\", \"xyzzy\"")], .whole), ([("If-Match", "\"a\"")], .preconditionFailed),
            ([("If-Match", "W/\"xyzzy\"")], .preconditionFailed), ([("If-Match", "xyzzy")], .preconditionFailed),
            ([("If-Unmodified-Since", then)], .whole), ([("If-Unmodified-Since", after)], .whole),
            ([("If-Unmodified-Since", before)], .preconditionFailed), ([("If-Unmodified-Since", "yesterday")], .whole),
            ([("If-Match", "*"), ("If-Unmodified-Since", before)], .whole),
            ([("If-None-Match", "*")], .notModified), ([("If-None-Match", "\"xyzzy\"")], .notModified),
            ([("If-None-Match", "W/\"xyzzy\"")], .notModified), ([("If-None-Match", "\"a\", \"b\"")], .whole),
            ([("If-None-Match", "\"a\""), ("If-None-Match", "\"xyzzy\"")], .notModified),
            ([("If-None-Match", "\"a\""), ("If-Modified-Since", then)], .whole),
            ([("If-Modified-Since", then)], .notModified), ([("If-Modified-Since", after)], .notModified),
            ([("If-Modified-Since", before)], .whole), ([("If-Modified-Since", "1994-10-29")], .whole),
            ([("If-Match", "\"a\""), ("If-None-Match", "\"xyzzy\"")], .preconditionFailed),
            ([("Range", "bytes=0-9")], .part(0..<10)), ([("Range", "bytes=100-")], .unsatisfiable),
            ([("Range", "bytes=0-9"), ("Range", "bytes=0-9")], .whole),
            ([("If-None-Match", "\"xyzzy\""), ("Range", "bytes=100-")], .notModified),
            ([("If-Match", "\"a\""), ("Range", "bytes=0-9")], .preconditionFailed),
            ([("Range", "bytes=0-9"), ("If-Range", "\"xyzzy\"")], .part(0..<10)),
            ([("Range", "bytes=0-9"), ("If-Range", "W/\"xyzzy\"")], .whole),
            ([("Range", "bytes=0-9"), ("If-Range", "\"a\"")], .whole),
            ([("Range", "bytes=100-"), ("If-Range", "\"a\"")], .whole),
            ([("Range", "bytes=0-9"), ("If-Range", then)], .part(0..<10)),
            ([("Range", "bytes=0-9"), ("If-Range", after)], .whole),
            ([("Range", "bytes=0-9"), ("If-Range", before)], .whole),
            ([("Range", "bytes=0-9"), ("If-Range", "\"xyzzy\""), ("If-Range", "\"xyzzy\"")], .whole),
            ([("If-Range", "\"a\"")], .whole),
        ] as [([(String, String)], Representation.Outcome)])
    func outcome(fields: [(String, String)], expected: Representation.Outcome) throws {
        #expect(Self.strong.outcome(for: try .forTesting(fields)) == expected)
    }

    @Test("a HEAD is conditional, and knows no ranges") func head() throws {
        #expect(Self.strong.outcome(for: try .forTesting([("Range", "bytes=0-9")], method: "HEAD")) == .whole)
        #expect(Self.strong.outcome(for: try .forTesting([("If-None-Match", "*")], method: "HEAD")) == .notModified)
    }

    @Test(
        "without a date no date counts, and a weak tag is not the same byte by byte",
        arguments: [
            ([("If-Modified-Since", after)], .whole), ([("If-Unmodified-Since", before)], .whole),
            ([("If-None-Match", "\"xyzzy\"")], .notModified), ([("If-Match", "W/\"xyzzy\"")], .preconditionFailed),
            ([("Range", "bytes=0-9"), ("If-Range", then)], .whole),
            ([("Range", "bytes=0-9"), ("If-Range", "W/\"xyzzy\"")], .whole),
        ] as [([(String, String)], Representation.Outcome)])
    func weak(fields: [(String, String)], expected: Representation.Outcome) throws {
        #expect(Self.weak.outcome(for: try .forTesting(fields)) == expected)
    }
}
