internal import Glibc

/// A numeric address, in one reading: IPv4 inside IPv6 (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) is IPv4.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// Longer than any address is written.
    private static let textByteCountMax = Int(INET6_ADDRSTRLEN)
    private static let version4Prefix: UInt128 = 0xFFFF << 32

    /// As IPv6 has it.
    let bits: UInt128

    /// - Returns: nil for what is no address: names, zones, ports, brackets, octets with leading zeros.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count < Self.textByteCountMax, !text.utf8.contains(0) else { return nil }
        let text = String(text)
        if text.contains(":") {
            var address = in6_addr()
            guard unsafe inet_pton(AF_INET6, text, &address) == 1 else { return nil }
            bits = unsafe withUnsafeBytes(of: &address) { unsafe $0.reduce(0) { $0 << 8 | UInt128($1) } }
        } else {
            var address = in_addr()
            guard unsafe inet_pton(AF_INET, text, &address) == 1 else { return nil }
            bits = Self.version4Prefix | UInt128(UInt32(bigEndian: address.s_addr))
        }
    }

    private init(bits: UInt128) { self.bits = bits }

    var isVersion4: Bool { bits >> 32 == Self.version4Prefix >> 32 }
    var bitCount: Int { isVersion4 ? 32 : 128 }

    /// What is taken for one client when clients are counted: a household or a machine has the whole /64 of an IPv6
    /// address (RFC 6177), and could come from a new one each time.
    package var client: IPAddress { isVersion4 ? self : IPAddress(bits: (bits >> 64) << 64) }

    package var description: String {
        if isVersion4 {
            return stride(from: 24, through: 0, by: -8).map { "\((bits >> $0) & 0xFF)" }.joined(separator: ".")
        }
        var address = in6_addr()
        unsafe withUnsafeMutableBytes(of: &address) { unsafe $0.storeBytes(of: bits.bigEndian, as: UInt128.self) }
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Self.textByteCountMax) { text in
            guard let start = text.baseAddress,
                let end = unsafe inet_ntop(AF_INET6, &address, start, socklen_t(text.count))
            else { preconditionFailure("an IPv6 address has always its text") }
            return unsafe String(cString: end)
        }
    }
}
