import Testing
import WebCodec

@Suite("Content codings")
struct ContentNegotiationTests {
    /// RFC 9110 section 12.5.3, its examples first.
    @Test(
        "are chosen by weight",
        arguments: [
            ("compress, gzip", .gzip), ("", .identity), ("*", .gzip), ("compress;q=0.5, gzip;q=1.0", .gzip),
            ("gzip;q=1.0, identity; q=0.5, *;q=0", .gzip), ("gzip, deflate, br, zstd", .gzip), ("GZIP", .gzip),
            ("x-gzip", .gzip), ("br", .identity), ("identity", .identity), ("gzip;q=0", .identity),
            ("gzip;q=0.000, *", .identity), ("*;q=0", nil), ("identity;q=0", nil), ("identity;q=0, gzip;q=0", nil),
            ("identity;q=0, gzip;q=0.001", .gzip), ("gzip;q=0.5", .gzip), ("gzip;q=0.5, identity", .identity),
            ("gzip;q=0.2, *;q=0.5", .identity), ("*;q=0, identity", .identity), ("*;q=0, gzip", .gzip),
            ("gzip;q=0.5, identity;q=0.5", .gzip), ("gzip;q=2", .identity), ("gzip;q=a", .identity),
            ("gzip;q=0.1234", .identity), ("gzip;q=", .identity), ("gzip ; Q=0.8", .gzip), ("gzip;q=1.", .gzip),
        ] as [(String, ContentNegotiation.Coding?)])
    func coding(field: String, expected: ContentNegotiation.Coding?) throws {
        #expect(ContentNegotiation.coding(for: try .forTesting([("Accept-Encoding", field)])) == expected)
    }

    @Test("who says nothing gets it plain; several fields are one list") func fields() throws {
        #expect(ContentNegotiation.coding(for: try .forTesting([])) == .identity)
        let head = try RequestHead.forTesting([("Accept-Encoding", "br"), ("Accept-Encoding", "gzip")])
        #expect(ContentNegotiation.coding(for: head) == .gzip)
    }
}
