import Testing
import WebCodec

@Suite("gzip")
struct GzipTests {
    static let bodies: [[UInt8]] = [
        [], [0], Array("hello".utf8), [UInt8](repeating: 7, count: 200_000),
        (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 5) },
    ]

    @Test("what is compressed comes back", arguments: bodies.indices)
    func roundTrip(index: Int) throws {
        let body = Self.bodies[index]
        for level in [1, Gzip.quickLevel, Gzip.keptLevel] {
            let compressed = try #require(Gzip.compressed(body, level: level))
            #expect(compressed.starts(with: [0x1F, 0x8B]))
            #expect(Gzip.decompressed(compressed, byteCountMax: body.count) == body)
        }
    }

    @Test("more than the limit, less than a whole, and anything behind it are refused")
    func refused() throws {
        let compressed = try #require(Gzip.compressed(Self.bodies[3]))
        #expect(Gzip.decompressed(compressed, byteCountMax: 199_999) == nil)
        #expect(Gzip.decompressed(Array(compressed.dropLast()), byteCountMax: 1 << 20) == nil)
        #expect(Gzip.decompressed(compressed + [0], byteCountMax: 1 << 20) == nil)
        #expect(Gzip.decompressed(Array("hello".utf8), byteCountMax: 1 << 20) == nil)
        #expect(Gzip.decompressed([], byteCountMax: 1 << 20) == nil)
    }
}
