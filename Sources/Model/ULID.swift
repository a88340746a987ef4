/// 48 bits of milliseconds and 80 random bits, written as 26 characters that sort by creation
/// (https://github.com/ulid/spec).
package struct ULID: Hashable, Sendable, CustomStringConvertible {
    package let milliseconds: UInt64
    package let randomHigh: UInt16
    package let randomLow: UInt64

    package init(milliseconds: UInt64, randomHigh: UInt16, randomLow: UInt64) {
        self.milliseconds = milliseconds
        self.randomHigh = randomHigh
        self.randomLow = randomLow
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let characterCount = 26

    package var description: String {
        // 130 bits, of which the top two are zero: 10 characters of time, 16 of chance.
        var characters: [UInt8] = []
        characters.reserveCapacity(Self.characterCount)
        for shift in stride(from: 45, through: 0, by: -5) {
            characters.append(Self.alphabet[Int(milliseconds >> UInt64(shift)) & 31])
        }
        let chance = (UInt128(randomHigh) << 64) | UInt128(randomLow)
        for shift in stride(from: 75, through: 0, by: -5) {
            characters.append(Self.alphabet[Int(truncatingIfNeeded: chance >> UInt128(shift)) & 31])
        }
        return String(decoding: characters, as: UTF8.self)
    }

    static func isValid(_ text: Substring.UTF8View) -> Bool {
        text.count == characterCount && text.allSatisfy { alphabet.contains($0) }
    }
}

/// Where new identifiers come from. Tests use a seeded one.
package protocol IdentifierSource: Sendable {
    func next() -> ULID
}

extension IdentifierSource {
    package func make<Subject>(_: Identifier<Subject>.Type = Identifier<Subject>.self) -> Identifier<Subject> {
        Identifier(next())
    }
}
