/// What bytes are known by, whatever they are called: `sha256:` and 64 lower-case hexadecimal digits.
package struct ContentHash: Sendable, Hashable, Codable, CustomStringConvertible {
    private static let prefix = "sha256:"
    package static let byteCount = 32

    /// The 64 digits.
    package let hexadecimal: String

    package var rawValue: String { Self.prefix + hexadecimal }
    package var description: String { rawValue }

    /// - Parameter digest: SHA-256's 32 bytes.
    package init(digest: [UInt8]) {
        precondition(digest.count == Self.byteCount, "SHA-256 has 32 bytes")
        let digits = Array("0123456789abcdef".utf8)
        hexadecimal = String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    package init?(hexadecimal text: String) {
        let isHash =
            text.utf8.count == 2 * Self.byteCount
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard isHash else { return nil }
        hexadecimal = text
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard text.hasPrefix(Self.prefix), let hash = Self(hexadecimal: String(text.dropFirst(Self.prefix.count)))
        else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "is no sha256: and 64 hexadecimal digits"))
        }
        self = hash
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
