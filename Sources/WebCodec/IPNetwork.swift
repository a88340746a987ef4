/// Addresses that begin alike: `10.0.0.0/8`, or a single one (RFC 4632 section 3.1).
package struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    private let first: IPAddress
    /// Of the address as IPv6 has it.
    private let prefixBitCount: Int

    /// - Returns: nil also where bits behind the prefix are set: that is a mistake.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = IPAddress(parts[0]) else { return nil }
        var prefixBitCount = 128
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(ASCII.isDigit),
                let number = Int(parts[1]), number <= first.bitCount
            else { return nil }
            prefixBitCount = 128 - first.bitCount + number
        }
        guard first.bits & ~Self.mask(prefixBitCount) == 0 else { return nil }
        (self.first, self.prefixBitCount) = (first, prefixBitCount)
    }

    package var description: String { "\(first)/\(prefixBitCount - (128 - first.bitCount))" }

    package func contains(_ address: IPAddress) -> Bool {
        address.isVersion4 == first.isVersion4 && address.bits & Self.mask(prefixBitCount) == first.bits
    }

    private static func mask(_ bitCount: Int) -> UInt128 { bitCount == 0 ? 0 : ~0 << (128 - bitCount) }
}
