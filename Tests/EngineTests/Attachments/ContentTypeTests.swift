import Testing

@testable import Engine

@Suite("What a file is, by its first bytes")
struct ContentTypeTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]
    private static let text = "text/plain; charset=utf-8"

    private static let heads: [([UInt8], String?)] = [
        (png, "image/png"), ([0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg"), (Array("GIF89a...".utf8), "image/gif"),
        (Array("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ".utf8), "image/webp"), (Array("RIFF1234WAVE".utf8), text),
        (Array("%PDF-1.7\n".utf8), "application/pdf"), (Array("PK".utf8) + [3, 4, 0, 0], "application/zip"),
        ([0x1F, 0x8B, 8, 0], "application/gzip"), (Array("words, ü\tand\r\nlines\n".utf8), text),
        (Array("\u{1B}[31mred\u{1B}[0m".utf8), text), ([], nil), ([0xFF, 0xFE, 0x41, 0], nil), ([0x41, 0, 0x42], nil),
        (Array("ü".utf8.dropLast()), nil), (Array(String(repeating: "ü", count: 400).utf8.prefix(511)), nil),
        (Array(("a" + String(repeating: "ü", count: 400)).utf8.prefix(512)), text),
        (Array("<!DOCTYPE html><p>".utf8), "text/html"), (Array("  \n<HTML>".utf8), "text/html"),
        (Array("\u{FEFF}<script>".utf8), "text/html"), (Array("<svg xmlns=x>".utf8), "image/svg+xml"),
        (Array("<?xml version='1.0'?><SVG>".utf8), "image/svg+xml"), (Array("<?xml ?><a/>".utf8), "application/xml"),
        (Array("<- an arrow".utf8), text), (Array("< 3".utf8), text),
    ]

    @Test("signatures, and UTF-8 without controls", arguments: heads) func kinds(head: [UInt8], expected: String?) {
        #expect(ContentType.of(head) == expected)
    }

    private static let words: [(String?, [UInt8], String)] = [
        (nil, png, "image/png"), (nil, [0, 1], "application/octet-stream"),
        ("application/octet-stream", png, "image/png"),
        ("image/png", png, "image/png"), ("Image/PNG; a=b", png, "Image/PNG; a=b"), ("image/jpeg", png, "image/png"),
        ("image/png", Array("<script>".utf8), "text/html"), ("image/png", [0, 1], "application/octet-stream"),
        ("image/avif", [0, 1], "image/avif"), ("image/avif", png, "image/png"),
        ("image/svg+xml", Array("<svg>".utf8), "image/svg+xml"), ("text/html", Array("words".utf8), "text/html"),
        ("text/plain", png, "text/plain"), ("video/mp4", Array("words".utf8), "video/mp4"),
    ]

    @Test("a client's word counts where the bytes do not say otherwise", arguments: words)
    func claims(claim: String?, head: [UInt8], expected: String) {
        #expect(ContentType.of(head, claimed: claim) == expected)
    }
}
