/// RFC 4648 section 4.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << ((3 - group.count) * 8)
            for index in 0..<4 {
                text.append(index <= group.count ? alphabet[bits >> (18 - index * 6) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// How many bytes canonical base64 stands for; nil when it is none.
    static func decodedByteCount(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        let padding = bytes.suffix(2).count { $0 == UInt8(ascii: "=") }
        let digits = bytes.dropLast(padding)
        guard bytes.count % 4 == 0, let last = digits.last else { return nil }
        guard digits.allSatisfy({ alphabet.contains($0) }), let value = alphabet.firstIndex(of: last),
            value & (1 << (padding * 2) - 1) == 0
        else { return nil }
        return bytes.count / 4 * 3 - padding
    }
}
