/// Checks UTF-8 that comes in pieces, and knows at the first impossible byte (RFC 3629; Unicode table 3-7).
struct UTF8Validator: Sendable {
    /// Continuation bytes still due, and what the next of them may be: the ranges shut out overlong forms, surrogates
    /// and what lies beyond U+10FFFF.
    private var dueByteCount = 0
    private var nextRange: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether no character is begun.
    var isAtBoundary: Bool { dueByteCount == 0 }

    /// - Returns: false when what came so far cannot be continued to valid UTF-8.
    mutating func append(_ bytes: [UInt8], from start: Int) -> Bool {
        var index = start
        while index < bytes.count {
            if dueByteCount == 0 {
                index = Self.skipASCII(bytes, from: index)
                guard index < bytes.count else { break }
            }
            guard accept(bytes[index]) else { return false }
            index += 1
        }
        return true
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        if dueByteCount > 0 {
            guard nextRange.contains(byte) else { return false }
            dueByteCount -= 1
            nextRange = 0x80...0xBF
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: (dueByteCount, nextRange) = (1, 0x80...0xBF)
        case 0xE0: (dueByteCount, nextRange) = (2, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (dueByteCount, nextRange) = (2, 0x80...0xBF)
        case 0xED: (dueByteCount, nextRange) = (2, 0x80...0x9F)
        case 0xF0: (dueByteCount, nextRange) = (3, 0x90...0xBF)
        case 0xF1...0xF3: (dueByteCount, nextRange) = (3, 0x80...0xBF)
        case 0xF4: (dueByteCount, nextRange) = (3, 0x80...0x8F)
        default: return false
        }
        return true
    }

    /// Most text is ASCII: eight bytes at a time.
    private static func skipASCII(_ bytes: [UInt8], from start: Int) -> Int {
        unsafe bytes.withUnsafeBytes { raw in
            var index = start
            while index + 8 <= raw.count,
                unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                index += 8
            }
            while index < raw.count, unsafe raw[index] < 0x80 { index += 1 }
            return index
        }
    }
}
