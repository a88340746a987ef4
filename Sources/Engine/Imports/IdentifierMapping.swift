import Model

/// New identifiers for all things of a project, in its rows and events: so the same archive can be imported beside the
/// project it is of, and as often as one likes, and nobody who wrote an archive can aim at what is here already.
///
/// A new one has the old one's time and last 40 bits, so that things keep their order, and branches, whose names end with those
/// bits, are still those of their runs; the 40 bits between are this import's own. There is no table: what is told of and
/// long deleted has its new identifier as well.
struct IdentifierMapping: Sendable {
    /// Users, tokens and organizations are not a project's.
    private static let foreign = [User.idPrefix, Token.idPrefix, Organization.idPrefix].map { Array($0.utf8) }
    private static let prefixByteCount = 3
    private static let ulidByteCount = 26
    /// Behind the ten characters of time.
    private static let ownPlace = 10..<18

    private let own: [UInt8]

    /// - Parameter ulid: of which the last 40 bits are chance.
    init(_ ulid: ULID) { own = Array(ulid.description.utf8.suffix(Self.ownPlace.count)) }

    /// - Parameter json: whatever whole string in it is an identifier gets the new one; nothing else changes.
    func map(_ json: [UInt8]) -> [UInt8] {
        var json = json
        let length = Self.prefixByteCount + 1 + Self.ulidByteCount
        let quote = UInt8(ascii: "\"")
        var place = json.startIndex
        while place + length + 1 < json.endIndex {
            guard json[place] == quote, json[place + length + 1] == quote, isIdentifier(json[(place + 1)...], length)
            else {
                place += 1
                continue
            }
            let ulid = place + 1 + Self.prefixByteCount + 1
            json.replaceSubrange(ulid + Self.ownPlace.lowerBound..<ulid + Self.ownPlace.upperBound, with: own)
            place += length + 2
        }
        return json
    }

    func map<Subject>(_ id: Identifier<Subject>) -> Identifier<Subject> {
        let quoted = map(Array("\"\(id.rawValue)\"".utf8))
        return Identifier(trusted: String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self))
    }

    private func isIdentifier(_ bytes: ArraySlice<UInt8>, _ length: Int) -> Bool {
        let begin = bytes.startIndex
        guard bytes[begin + Self.prefixByteCount] == UInt8(ascii: "_"),
            bytes[begin..<begin + Self.prefixByteCount].allSatisfy({ (0x61...0x7A).contains($0) }),
            !Self.foreign.contains(Array(bytes[begin..<begin + Self.prefixByteCount]))
        else { return false }
        return bytes[(begin + Self.prefixByteCount + 1)..<begin + length].allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        }
    }
}
