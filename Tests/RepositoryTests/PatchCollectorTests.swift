import Testing

@testable import Repository

@Suite("Cutting a stream of patches")
struct PatchCollectorTests {
    private let stream = "diff --git a/x b/x\n@@ -1 +1 @@\n-diff --git \n+y\ndiff --git a/z b/z\n+é\n"

    @Test("wherever the stream is cut, the sections are the same", arguments: [1, 2, 3, 7, 11, 12, 1_000])
    func pieces(count: Int) {
        var collector = PatchCollector(limits: DiffLimits())
        let bytes = Array(stream.utf8)
        for start in stride(from: 0, to: bytes.count, by: count) {
            let wantsMore = collector.take(Array(bytes[start...].prefix(count)))
            #expect(wantsMore)
        }
        let texts = collector.sections.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(texts == ["diff --git a/x b/x\n@@ -1 +1 @@\n-diff --git \n+y\n", "diff --git a/z b/z\n+é\n"])
    }

    @Test("a full collector wants no more")
    func full() {
        var limits = DiffLimits()
        limits.patchBytesMax = 20
        var collector = PatchCollector(limits: limits)
        let wantsMore = collector.take(Array(stream.utf8))
        #expect(!wantsMore)
        #expect(collector.sections.map(\.isTruncated) == [true])
        #expect(collector.sections.map { String(decoding: $0.bytes, as: UTF8.self) } == ["diff --git a/x b/x\n"])
    }
}
