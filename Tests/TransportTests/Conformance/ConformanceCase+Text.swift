/// Family 6: UTF-8. The sequences are those of Markus Kuhn's stress test, by family number; whether each is right is
/// what Unicode (table 3-7) says.
extension ConformanceCase {
    private static let greek = Array("κόσμε".utf8)

    static let utf8Handling: [ConformanceCase] =
        [
            ConformanceCase("6.1 empty", frame(1), echoes: [.text([])]),
            ConformanceCase("6.1 empty fragments", fragmented(1, [[], [], []]), echoes: [.text([])]),
            ConformanceCase("6.1 one that is not", fragmented(1, [[], greek, []]), echoes: [.text(greek)]),
            ConformanceCase(
                "6.2 in fragments of an octet", fragmented(1, greek.map { [$0] }), echoes: [.text(greek)]),
            ConformanceCase(
                "6.2 a ping inside a character", fragmented(1, greek.map { [$0] }, between: ping()),
                echoes: greek.dropLast().map { _ in .pong([]) } + [.text(greek)]),
            ConformanceCase(
                "6.3 wrong in fragments of an octet",
                fragmented(1, (greek + [0xED, 0xA0, 0x80] + greek).map { [$0] }), closes: 1007),
            // Not one byte more than shows it.
            ConformanceCase(
                "6.4 fails in the middle of a frame", Array(frame(1, greek + [0xF4, 0x90, 0x80, 0x80]).dropLast(2)),
                closes: 1007),
            ConformanceCase(
                "6.4 fails in a fragment that is not the last", frame(1, greek, isFinal: false),
                frame(0, [0xF4, 0x90], isFinal: false), closes: 1007),
            ConformanceCase(
                "6.4 fails at once", Array(frame(1, greek + [0xED, 0xA0] + pattern(60_000)).prefix(8 + 12)),
                closes: 1007),
            ConformanceCase(
                "6 bytes are not text", frame(2, [0xFF, 0xC0, 0x80]), echoes: [.binary([0xFF, 0xC0, 0x80])]),
        ]
        + right.flatMap { bytes in
            [
                ConformanceCase("6 right \(hex(bytes))", frame(1, bytes), echoes: [.text(bytes)]),
                ConformanceCase(
                    "6 right inside text \(hex(bytes))", fragmented(1, cut(greek + bytes + greek, every: 3)),
                    echoes: [.text(greek + bytes + greek)]),
            ]
        }
        + wrong.flatMap { bytes in
            [
                ConformanceCase("6 wrong \(hex(bytes))", frame(1, bytes), closes: 1007),
                ConformanceCase(
                    "6 wrong inside text \(hex(bytes))", fragmented(1, cut(greek + bytes + greek, every: 3)),
                    closes: 1007),
            ]
        }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0, radix: 16) }.joined(separator: " ")
    }

    /// Hexadecimal, a sequence a word.
    private static func sequences(_ text: String) -> [[UInt8]] {
        text.split { $0 == " " || $0 == "\n" }.map { word in
            var (bytes, rest) = ([UInt8](), word)
            while let byte = UInt8(rest.prefix(2), radix: 16) {
                bytes.append(byte)
                rest = rest.dropFirst(2)
            }
            return bytes
        }
    }

    // 6.5: whole characters of a word. 6.7, 6.9: the first and the last of each length. 6.11: beside the surrogates and
    // at the end. 6.22: what is no character, and may be sent. 6.23: specials.
    private static let right = sequences(
        """
        ceba cebae1bdb9 cebae1bdb9cf83 cebae1bdb9cf83cebc cebae1bdb9cf83cebcceb5
        00 c280 e0a080 f0908080 7f dfbf efbfbf f48fbfbf
        ed9fbf ee8080 efbfbd
        efbfbe f09fbfbe f09fbfbf f0afbfbe f18fbfbf f3bfbfbe efb790 efb7af
        efbfb9 efbfba efbfbb efbfbc
        """)

    // 6.6: a word cut inside a character. 6.8, 6.10: five and six bytes, and beyond the end. 6.12: continuations of
    // nothing. 6.13: starts, and a space behind each. 6.14: the last byte is missing. 6.15: several of them. 6.16: what
    // never occurs. 6.17 to 6.19: a slash, the largest and NUL in too many bytes. 6.20, 6.21: surrogates, alone and in
    // pairs.
    private static let wrong = sequences(
        """
        ce cebae1 cebae1bd cebae1bdb9cf cebae1bdb9cf83ce cebae1bdb9cf83cebcce
        f888808080 fc8480808080 f7bfbfbf fbbfbfbfbf fdbfbfbfbfbf f4908080
        80 bf 80bf 80bf80 808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1bebf
        c020c120 df20 e020 ef20 f020f720 f820fb20 fc20fd20
        c0 e080 f08080 f8808080 df efbf f7bfbf f48fbf fbbfbfbf c0e080f08080dfefbff7bfbf
        fe ff fefeffff
        c0af e080af f08080af f8808080af fc80808080af c1bf e09fbf f08fbfbf f887bfbfbf fc83bfbfbfbf
        c080 e08080 f0808080 f880808080
        eda080 edadbf edae80 edafbf edb080 edbe80 edbfbf eda080edb080 edadbfedbfbf edafbfedbfbf
        """)
}
