import Model

/// A strict parser of one JSON text (RFC 8259, and of RFC 7493 that names within an object are unique): hostile input
/// costs time in proportion to its length, and stack in proportion to `depthMax`.
///
/// Integers that fit are `Int64`, all other numbers `Double`; a number beyond `Double`'s range, a lone surrogate and a
/// byte that is not UTF-8 are refused, because nothing could be given back unchanged.
struct JSONParser {
    /// Levels of arrays and objects. 64: our deepest own document has 9, tool inputs of agents were seen with 12.
    static let depthMax = 64

    private let bytes: [UInt8]
    private var offset = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func parse() throws(JSONSyntaxError) -> JSONValue {
        skipSpace()
        let value = try parseValue()
        skipSpace()
        guard offset == bytes.count else { throw failure("nothing may follow the value") }
        return value
    }

    // MARK: Values

    private mutating func parseValue() throws(JSONSyntaxError) -> JSONValue {
        guard let first = current else { throw failure("the text ends where a value is due") }
        switch first {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONSyntaxError) in try parser.parseObject() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONSyntaxError) in try parser.parseArray() }
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        default: throw failure("a value is due here")
        }
    }

    private mutating func nested(
        _ parse: (inout JSONParser) throws(JSONSyntaxError) -> JSONValue
    ) throws(JSONSyntaxError) -> JSONValue {
        guard depth < Self.depthMax else { throw failure("nested deeper than \(Self.depthMax) levels (depthMax)") }
        depth += 1
        offset += 1
        skipSpace()
        let value = try parse(&self)
        offset += 1
        depth -= 1
        return value
    }

    /// From behind the brace to the closing one.
    private mutating func parseObject() throws(JSONSyntaxError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        if current == UInt8(ascii: "}") { return .object(members) }
        while true {
            let start = offset
            guard current == UInt8(ascii: "\"") else { throw failure("a member's name in quotes is due here") }
            let name = try parseString()
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw failure("a colon is due here") }
            offset += 1
            skipSpace()
            guard members.updateValue(try parseValue(), forKey: name) == nil else {
                throw JSONSyntaxError(offset: start, reason: "the member's name stands twice in its object")
            }
            skipSpace()
            if current == UInt8(ascii: "}") { return .object(members) }
            guard current == UInt8(ascii: ",") else { throw failure("a comma or a closing brace is due here") }
            offset += 1
            skipSpace()
        }
    }

    /// From behind the bracket to the closing one.
    private mutating func parseArray() throws(JSONSyntaxError) -> JSONValue {
        var elements: [JSONValue] = []
        if current == UInt8(ascii: "]") { return .array(elements) }
        while true {
            elements.append(try parseValue())
            skipSpace()
            if current == UInt8(ascii: "]") { return .array(elements) }
            guard current == UInt8(ascii: ",") else { throw failure("a comma or a closing bracket is due here") }
            offset += 1
            skipSpace()
        }
    }

    private mutating func parseWord(
        _ word: StaticString, _ value: JSONValue
    ) throws(JSONSyntaxError) -> JSONValue {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[offset..<end].elementsEqual(word.description.utf8) else {
            throw failure("a value is due here")
        }
        offset = end
        return value
    }

    // MARK: Numbers

    private mutating func parseNumber() throws(JSONSyntaxError) -> JSONValue {
        let start = offset
        var isInteger = true
        if current == UInt8(ascii: "-") { offset += 1 }
        if current == UInt8(ascii: "0") { offset += 1 } else { try skipDigits() }
        if current == UInt8(ascii: ".") {
            isInteger = false
            offset += 1
            try skipDigits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isInteger = false
            offset += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
            try skipDigits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw JSONSyntaxError(offset: start, reason: "the number is out of range")
        }
        return .number(value)
    }

    private mutating func skipDigits() throws(JSONSyntaxError) {
        let start = offset
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        guard offset > start else { throw failure("a digit is due here") }
    }

    // MARK: Strings

    private mutating func parseString() throws(JSONSyntaxError) -> String {
        offset += 1
        let start = offset
        skipPlainCharacters()
        if current == UInt8(ascii: "\"") {
            offset += 1
            return try text(start..<offset - 1)
        }
        var whole = try text(start..<offset)
        while true {
            switch current {
            case UInt8(ascii: "\""):
                offset += 1
                return whole
            case UInt8(ascii: "\\"):
                whole.unicodeScalars.append(try parseEscape())
            case nil: throw failure("the text ends inside a string")
            default: throw failure("a control character in a string must be escaped")
            }
            let start = offset
            skipPlainCharacters()
            whole += try text(start..<offset)
        }
    }

    private mutating func skipPlainCharacters() {
        while offset < bytes.count, bytes[offset] >= 0x20, bytes[offset] != UInt8(ascii: "\""),
            bytes[offset] != UInt8(ascii: "\\")
        {
            offset += 1
        }
    }

    private func text(_ range: Range<Int>) throws(JSONSyntaxError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw JSONSyntaxError(offset: range.lowerBound, reason: "what follows is not UTF-8")
        }
        return text
    }

    private mutating func parseEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = offset
        offset += 1
        guard let letter = current else { throw failure("the text ends inside a string") }
        offset += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try parseCodePoint(escapeStart: start)
        default: throw JSONSyntaxError(offset: start, reason: "no such escape")
        }
    }

    private mutating func parseCodePoint(escapeStart start: Int) throws(JSONSyntaxError) -> Unicode.Scalar {
        let unit = try parseHexDigits()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), current == UInt8(ascii: "\\"), offset + 1 < bytes.count,
            bytes[offset + 1] == UInt8(ascii: "u")
        else { throw JSONSyntaxError(offset: start, reason: "half of a surrogate pair") }
        offset += 2
        let trail = try parseHexDigits()
        guard UTF16.isTrailSurrogate(trail) else {
            throw JSONSyntaxError(offset: start, reason: "half of a surrogate pair")
        }
        return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
    }

    private mutating func parseHexDigits() throws(JSONSyntaxError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("a hexadecimal digit is due here")
            }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }

    // MARK: Bytes

    private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private func failure(_ reason: String) -> JSONSyntaxError { JSONSyntaxError(offset: offset, reason: reason) }
}
