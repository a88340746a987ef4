/// Families 7, 9 and 10: the closing handshake, large and many messages, fragments of the network.
extension ConformanceCase {
    static let closing: [ConformanceCase] =
        [
            ConformanceCase("7.1.1 after a message", text("hi"), echoes: [.text(Array("hi".utf8))]),
            ConformanceCase("7.1.2 twice", close(1000), close(1000), closes: 1000),
            ConformanceCase("7.1.3 then a ping", close(1000), ping(), closes: 1000),
            ConformanceCase("7.1.4 then a message", close(1000), text("late"), closes: 1000),
            ConformanceCase(
                "7.1.5 inside a message", frame(1, [0x61], isFinal: false), close(1000), frame(0), closes: 1000),
            ConformanceCase(
                "7.1.6 behind a large message", frame(1, pattern(256 << 10)), text("hi"), close(1000), ping(),
                echoes: [.text(pattern(256 << 10)), .text(Array("hi".utf8))], closes: 1000),
            ConformanceCase("7.3.1 without a code", frame(8), closes: 1005),
            ConformanceCase("7.3.2 with half a code", frame(8, [0x03]), closes: 1002),
            ConformanceCase("7.3.4 with a reason", close(1000, pattern(20)), closes: 1000),
            ConformanceCase("7.3.5 with the longest", close(1000, pattern(123)), closes: 1000),
            ConformanceCase("7.3.6 with one too long", close(1000, pattern(124)), closes: 1002),
            ConformanceCase(
                "7.5.1 with one that is not UTF-8", close(1000, [0xCE, 0xBA, 0xED, 0xA0, 0x80]), closes: 1007),
        ]
        + [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999].map { code in
            ConformanceCase("7.7 code \(code)", close(code), closes: code)
        }
        + [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].map { code in
            ConformanceCase("7.9 code \(code)", close(code), closes: 1002)
        }

    static let large: [ConformanceCase] =
        [64 << 10, 256 << 10, 1 << 20, 4 << 20].flatMap { byteCount in
            [
                ConformanceCase(
                    "9.1 text of \(byteCount)", frame(1, pattern(byteCount)), echoes: [.text(pattern(byteCount))]),
                ConformanceCase(
                    "9.2 binary of \(byteCount)", frame(2, pattern(byteCount)), echoes: [.binary(pattern(byteCount))]),
            ]
        }
        + [64, 1_000, 4_096, 65_536].map { byteCount in
            ConformanceCase(
                "9.3 in fragments of \(byteCount)", fragmented(1, cut(pattern(256 << 10), every: byteCount)),
                echoes: [.text(pattern(256 << 10))])
        }
        + [0, 16, 64, 256, 1_024].map { byteCount in
            ConformanceCase(
                "9.7 three hundred of \(byteCount)", (0..<300).flatMap { _ in frame(1, pattern(byteCount)) },
                echoes: (0..<300).map { _ in .text(pattern(byteCount)) })
        }
        + [
            ConformanceCase(
                "9 more than a message may have", [0x82, 0xFF, 0, 0, 0, 0, 0, 0x40, 0, 1, 0, 0, 0, 0], closes: 1009),
            ConformanceCase(
                "10.1 in fragments of 1300", fragmented(1, cut(pattern(65_536), every: 1_300)),
                echoes: [.text(pattern(65_536))]),
        ]
}
