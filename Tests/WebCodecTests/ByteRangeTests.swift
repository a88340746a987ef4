import Testing
import WebCodec

@Suite("Ranges of bytes")
struct ByteRangeTests {
    /// RFC 9110 section 14.1.2, of 10,000 bytes.
    @Test(
        "the RFC's examples",
        arguments: [
            ("bytes=0-499", 0..<500), ("bytes=500-999", 500..<1000), ("bytes=-500", 9500..<10_000),
            ("bytes=9500-", 9500..<10_000), ("bytes=0-0", 0..<1), ("bytes=-1", 9999..<10_000),
            ("BYTES= 0-499 ", 0..<500), ("bytes=0-10000", 0..<10_000), ("bytes=0-99999999999999999999", 0..<10_000),
            ("bytes=-10001", 0..<10_000), ("bytes=-99999999999999999999", 0..<10_000), ("bytes=9999-", 9999..<10_000),
        ])
    func parts(field: String, range: Range<Int>) {
        #expect(ByteRange.outcome(field, byteCount: 10_000) == .part(range))
    }

    @Test(
        "what is not one range of bytes is not heeded",
        arguments: [
            nil, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=0", "bytes=0-1-2", "bytes=--1", "bytes=1-0",
            "bytes=0-4,6-9", "bytes= 0-999, 4500-5499, -1000", "bytes=0-0,-1", "bytes =0-4", "lines=0-4", "0-4",
            "bytes=+1-2", "bytes=0x1-2", "bytes=0 - 4", "bytes=\u{661}-2",
        ])
    func whole(field: String?) { #expect(ByteRange.outcome(field, byteCount: 10_000) == .whole) }

    @Test(
        "what lies behind the end is 416",
        arguments: ["bytes=10000-", "bytes=10000-10001", "bytes=-0", "bytes=99999999999999999999-"])
    func unsatisfiable(field: String) {
        #expect(ByteRange.outcome(field, byteCount: 10_000) == .unsatisfiable)
    }

    @Test("of nothing there is no first byte, and its end is all of it") func nothing() {
        #expect(ByteRange.outcome("bytes=0-", byteCount: 0) == .unsatisfiable)
        #expect(ByteRange.outcome("bytes=-5", byteCount: 0) == .whole)
        #expect(ByteRange.outcome("bytes=-0", byteCount: 0) == .unsatisfiable)
    }
}
