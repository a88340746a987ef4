import WebCodec

/// Families 12 and 13: permessage-deflate.
extension ConformanceCase {
    static let deflate: [ConformanceCase] = offers.enumerated().flatMap { number, offer in
        kinds.flatMap { kind in
            byteCounts.map { byteCount in
                let payload = kind.make(byteCount)
                let pieces = cut(deflated(payload), every: max(1, byteCount / 3))
                let message = fragmented(kind.isText ? 1 : 2, pieces, between: ping(), reserved: 4)
                let echo: Reply = kind.isText ? .text(payload) : .binary(payload)
                let once: [Reply] = pieces.dropFirst().map { _ in .pong([]) } + [echo]
                return ConformanceCase(
                    "13.\(number + 1) five messages of \(byteCount) \(kind.name)",
                    (0..<5).flatMap { _ in message }, offer: offer, echoes: (0..<5).flatMap { _ in once })
            }
        }
    }

    /// As Autobahn's client offers them in 13.1 to 13.7.
    private static let offers = [
        "permessage-deflate; client_no_context_takeover; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover; client_max_window_bits",
        "permessage-deflate; client_max_window_bits; server_max_window_bits=9",
        "permessage-deflate; client_max_window_bits; server_max_window_bits=15",
        "permessage-deflate; server_no_context_takeover; server_max_window_bits=9",
        "permessage-deflate; server_no_context_takeover; server_max_window_bits=15",
        "permessage-deflate; server_max_window_bits=8, permessage-deflate; server_no_context_takeover, permessage-deflate",
    ]

    private static let byteCounts = [0, 1, 16, 1_023, 1_024, 65_535, 131_072]

    private struct Kind: Sendable {
        let name: String
        let isText: Bool
        let make: @Sendable (Int) -> [UInt8]
    }

    private static let kinds = [
        Kind(name: "of text", isText: true) { byteCount in
            let text = Array(#"{"type":"card.moved","data":{"id":"crd_01","title":"Bericht"}} "#.utf8)
            return (0..<byteCount).map { text[$0 % text.count] }
        },
        Kind(name: "of one byte", isText: false) { [UInt8](repeating: 7, count: $0) },
        Kind(name: "of chance", isText: false) { byteCount in
            var generator = SeededGenerator(seed: UInt64(byteCount))
            return (0..<byteCount).map { _ in .random(in: 0 ... .max, using: &generator) }
        },
    ]

    /// Shorter where it can be; else in blocks without compression (RFC 1951 section 3.2.4).
    private static func deflated(_ payload: [UInt8]) -> [UInt8] {
        if let shorter = payload.withUnsafeBytes({ MessageDeflater.deflate($0, window: .wide) }) { return shorter }
        let blocks = cut(payload, every: 65_535).flatMap { block in
            let (low, high) = (UInt8(block.count & 0xFF), UInt8(block.count >> 8))
            return [0, low, high, ~low, ~high] + block
        }
        return blocks + [0]
    }
}
