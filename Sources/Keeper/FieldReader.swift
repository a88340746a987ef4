/// Reads what `FieldWriter` wrote. It trusts no count: nothing is made larger than the bytes at hand.
struct FieldReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) throws(MalformedRecord) {
        guard let version = bytes.first else { throw .cutShort }
        guard version == FieldWriter.version else { throw .unknownVersion(version) }
        rest = bytes.dropFirst()
    }

    mutating func number() throws(MalformedRecord) -> UInt64 {
        try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func signed() throws(MalformedRecord) -> Int32 {
        guard let value = Int32(exactly: Int64(bitPattern: try number())) else { throw .badValue }
        return value
    }

    mutating func flag() throws(MalformedRecord) -> Bool {
        switch try number() {
        case 0: false
        case 1: true
        default: throw .badValue
        }
    }

    mutating func data() throws(MalformedRecord) -> [UInt8] {
        let count = try take(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        return Array(try take(count))
    }

    mutating func text() throws(MalformedRecord) -> String {
        guard let text = String(validating: try data(), as: UTF8.self) else { throw .badValue }
        return text
    }

    mutating func texts() throws(MalformedRecord) -> [String] {
        let count = try number()
        // A text takes four bytes at least.
        guard count <= UInt64(rest.count / 4) else { throw .cutShort }
        var texts: [String] = []
        for _ in 0..<count { texts.append(try text()) }
        return texts
    }

    mutating func optional() throws(MalformedRecord) -> UInt64? {
        try flag() ? try number() : nil
    }

    /// Nothing is left; what a later version adds stands at the end.
    var isAtEnd: Bool { rest.isEmpty }

    /// Ends the reading: nothing may be left over.
    func finish() throws(MalformedRecord) {
        guard rest.isEmpty else { throw .leftOver }
    }

    private mutating func take(_ count: Int) throws(MalformedRecord) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .cutShort }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
