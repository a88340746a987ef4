/// Families 1 to 5: framing, pings, reserved bits, opcodes, fragments.
extension ConformanceCase {
    static let framing: [ConformanceCase] =
        [0, 125, 126, 127, 128, 65_535, 65_536].flatMap { byteCount in
            let payload = pattern(byteCount)
            return [
                ConformanceCase("1.1 text of \(byteCount)", frame(1, payload), echoes: [.text(payload)]),
                ConformanceCase("1.2 binary of \(byteCount)", frame(2, payload), echoes: [.binary(payload)]),
            ]
        } + [
            ConformanceCase("1.3 a frame that is not masked", frame(1, [0x61], isMasked: false), closes: 1002),
            ConformanceCase("1.3 a ping that is not masked", frame(9, isMasked: false), closes: 1002),
            ConformanceCase(
                "1.3 a length of 16 bits that fits into 7", [0x82, 0xFE, 0, 125, 0, 0, 0, 0], closes: 1002),
            ConformanceCase(
                "1.3 a length of 64 bits that fits into 16", [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0],
                closes: 1002),
            ConformanceCase(
                "1.3 a length with its highest bit", [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], closes: 1002),
        ]

    static let pings: [ConformanceCase] = [
        ConformanceCase("2.1 without payload", ping(), echoes: [.pong([])]),
        ConformanceCase("2.2 with text", ping(pattern(12)), echoes: [.pong(pattern(12))]),
        ConformanceCase(
            "2.3 with bytes", ping([0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF]),
            echoes: [.pong([0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF])]),
        ConformanceCase(
            "2.4 with 125 bytes", ping([UInt8](repeating: 0xFE, count: 125)),
            echoes: [.pong([UInt8](repeating: 0xFE, count: 125))]),
        ConformanceCase("2.5 with 126 bytes", ping([UInt8](repeating: 0xFE, count: 126)), closes: 1002),
        ConformanceCase("2.7 a pong that nobody asked for", pong(), echoes: []),
        ConformanceCase("2.8 one with payload", pong(pattern(20)), echoes: []),
        ConformanceCase("2.9 one, then a ping", pong([1]), ping([2]), echoes: [.pong([2])]),
        ConformanceCase(
            "2.10 ten at once", (0..<10).flatMap { ping([$0]) }, echoes: (0..<10).map { .pong([$0]) }),
        ConformanceCase("2.5 a pong of 126 bytes", pong([UInt8](repeating: 0, count: 126)), closes: 1002),
    ]

    static let reserved: [ConformanceCase] =
        (1...7 as ClosedRange<UInt8>).flatMap { bits in
            [1, 2, 8, 9, 10].map { opcode in
                ConformanceCase("3 bits \(bits), opcode \(opcode)", frame(opcode, reserved: bits), closes: 1002)
            } + [
                ConformanceCase(
                    "3 bits \(bits) after a message", text("good"), frame(1, [0x61], reserved: bits), ping(),
                    echoes: [.text(Array("good".utf8))], closes: 1002),
                ConformanceCase(
                    "3 bits \(bits) on a continuation", frame(1, [0x61], isFinal: false), frame(0, reserved: bits),
                    closes: 1002),
            ]
        }

    static let opcodes: [ConformanceCase] =
        [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap { (opcode: UInt8) in
            [
                ConformanceCase("4 opcode \(opcode)", frame(opcode), closes: 1002),
                ConformanceCase("4 opcode \(opcode) with payload", frame(opcode, pattern(20)), closes: 1002),
                ConformanceCase(
                    "4 opcode \(opcode) after a message", text("good"), frame(opcode, [0x61]), ping(),
                    echoes: [.text(Array("good".utf8))], closes: 1002),
            ]
        }

    private static let parts = (1...5).map { Array("fragment\($0)".utf8) }
    private static let joined = parts.flatMap { $0 }

    static let fragments: [ConformanceCase] =
        [
            ConformanceCase("5.1 a ping in fragments", fragmented(9, Array(parts[..<2])), closes: 1002),
            ConformanceCase("5.2 a pong in fragments", fragmented(10, Array(parts[..<2])), closes: 1002),
            ConformanceCase("5.2 a close in fragments", frame(8, [0x03, 0xE8], isFinal: false), closes: 1002),
            ConformanceCase(
                "5.3 two fragments", fragmented(1, Array(parts[..<2])), echoes: [.text(parts[0] + parts[1])]),
            ConformanceCase(
                "5.6 a ping between", fragmented(1, Array(parts[..<2]), between: ping([7])),
                echoes: [.pong([7]), .text(parts[0] + parts[1])]),
            ConformanceCase("5.9 a continuation of nothing", frame(0, parts[0]), text("x"), closes: 1002),
            ConformanceCase(
                "5.12 one that would go on", frame(0, parts[0], isFinal: false), text("x"), closes: 1002),
            ConformanceCase(
                "5.15 one after a message in fragments", fragmented(1, Array(parts[..<2])),
                frame(0, parts[2], isFinal: false), text("x"), echoes: [.text(parts[0] + parts[1])], closes: 1002),
            ConformanceCase(
                "5.16 again and again", frame(0, parts[0], isFinal: false), frame(1, parts[1], isFinal: false),
                frame(0, parts[2]), closes: 1002),
            ConformanceCase(
                "5.18 a message inside another", frame(1, parts[0], isFinal: false), frame(1, parts[1]), closes: 1002),
            ConformanceCase(
                "5.18 bytes inside text", frame(1, parts[0], isFinal: false), frame(2, parts[1]), closes: 1002),
            ConformanceCase(
                "5.19 five fragments, pings between", fragmented(1, parts, between: ping([7])),
                echoes: (0..<4).map { _ in .pong([7]) } + [.text(joined)]),
            ConformanceCase(
                "5.20 five of bytes", fragmented(2, parts, between: ping()),
                echoes: (0..<4).map { _ in .pong([]) } + [.binary(joined)]),
            ConformanceCase("5.3 empty ones", fragmented(1, [[], [], []]), echoes: [.text([])]),
        ]
}
