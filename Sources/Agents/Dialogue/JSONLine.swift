import FoundationEssentials
import Model

/// One line of a protocol that speaks JSON, a value a line.
enum JSONLine {
    /// 256 levels. Foundation reads up to 512; what is read here is stored and sent on a few levels deeper than it came.
    static let depthMax = 256

    /// - Returns: nil for a line that is no JSON object: noise, which belongs to no protocol.
    static func read(_ line: [UInt8]) -> JSONValue? {
        guard line.first(where: { !isBlank($0) }) == UInt8(ascii: "{"), depth(of: line) <= depthMax else { return nil }
        if let value = decoded(line) { return value }
        let repaired = repaired(line)
        return repaired == line ? nil : decoded(repaired)
    }

    /// One line with its newline. Members are sorted, so that the same value is always the same bytes.
    static func write(_ value: JSONValue) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            // What JSON holds was read from JSON, or is a literal of ours.
            preconditionFailure("a JSON value that cannot be written: \(error)")
        }
    }

    private static func decoded(_ line: [UInt8]) -> JSONValue? {
        do {
            return try JSONDecoder().decode(JSONValue.self, from: Data(line))
        } catch {
            return nil  // noise is no error: the caller keeps the line as it is
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    private static func depth(of line: [UInt8]) -> Int {
        var depth = 0
        var deepest = 0
        var isInString = false
        var isEscaped = false
        for byte in line {
            switch byte {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = isInString
            case UInt8(ascii: "\""): isInString.toggle()
            case _ where isInString: break
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        }
        return deepest
    }

    // MARK: Repair

    /// Programs that cut text by UTF-16 units leave half a character: `\ud83d` without its second half, which no strict
    /// reader accepts. Each half, and each byte that is no UTF-8, becomes U+FFFD.
    private static func repaired(_ line: [UInt8]) -> [UInt8] {
        var rest = Array(String(decoding: line, as: UTF8.self).utf8)[...]
        var result: [UInt8] = []
        result.reserveCapacity(rest.count)
        while let byte = rest.first {
            var length = byte == UInt8(ascii: "\\") ? min(2, rest.count) : 1
            var piece = rest.prefix(length)
            if let high = codeUnit(rest) {
                length = 6
                let low = codeUnit(rest.dropFirst(6))
                if UTF16.isLeadSurrogate(high), let low, UTF16.isTrailSurrogate(low) { length = 12 }
                let isHalf = length == 6 && (UTF16.isLeadSurrogate(high) || UTF16.isTrailSurrogate(high))
                piece = isHalf ? Array("\\ufffd".utf8)[...] : rest.prefix(length)
            }
            result += piece
            rest = rest.dropFirst(length)
        }
        return result
    }

    /// The code unit of a `\uXXXX` that the text begins with.
    private static func codeUnit(_ text: ArraySlice<UInt8>) -> UInt16? {
        guard text.count >= 6, text.starts(with: Array("\\u".utf8)) else { return nil }
        return UInt16(String(decoding: text.dropFirst(2).prefix(4), as: UTF8.self), radix: 16)
    }
}
