/// RFC 2046 section 5.1.1, read a second time: plainly, over bytes that are all there. What stands in a part's head is
/// not looked at, but that its lines end in CRLF.
package struct MultipartReference {
    package enum End: Equatable {
        case complete
        case incomplete
        case invalid
    }

    private struct Stop: Error {
        let end: End
    }

    /// The data of each part that has ended.
    package private(set) var parts: [[UInt8]] = []
    package private(set) var end = End.incomplete

    package init(_ bytes: [UInt8], boundary: String, headByteCountMax: Int, partCountMax: Int) {
        let delimiter = Array("\r\n--\(boundary)".utf8)
        var rest = (Array("\r\n".utf8) + bytes)[...]
        do {
            _ = try Self.take(upTo: delimiter, from: &rest)
            while true {
                if rest.starts(with: "--".utf8) { break }
                if Array(rest) == Array("-".utf8) { throw Stop(end: .incomplete) }
                try Self.takeHead(&rest, byteCountMax: headByteCountMax) {
                    guard parts.count < partCountMax else { throw Stop(end: .invalid) }
                }
                // The blank line's end may be the delimiter's beginning.
                let data = try Self.take(upTo: delimiter, from: &rest)
                parts.append(Array(data.dropFirst(2)))
            }
            end = .complete
        } catch let stop as Stop {
            end = stop.end
        } catch {
            fatalError("only Stop is thrown")
        }
    }

    private static func take(
        upTo delimiter: [UInt8], from rest: inout ArraySlice<UInt8>
    ) throws -> ArraySlice<UInt8> {
        for start in rest.indices where rest[start...].starts(with: delimiter) {
            let before = rest[..<start]
            rest = rest[(start + delimiter.count)...]
            return before
        }
        throw Stop(end: .incomplete)
    }

    /// Leaves the last line's end.
    private static func takeHead(
        _ rest: inout ArraySlice<UInt8>, byteCountMax: Int, began: () throws -> Void
    ) throws {
        let start = rest.startIndex
        func check(_ end: Int) throws { if end - start > byteCountMax { throw Stop(end: .invalid) } }
        let padding = rest.prefix { $0 == 0x20 || $0 == 0x09 }
        rest = rest[padding.endIndex...]
        try check(rest.startIndex)
        let lineEnd = rest.prefix(2)
        guard Array("\r\n".utf8).starts(with: lineEnd) else { throw Stop(end: .invalid) }
        guard lineEnd.count == 2 else { throw Stop(end: .incomplete) }
        rest = rest.dropFirst(2)
        try check(rest.startIndex)
        try began()
        while true {
            guard let lineFeed = rest.firstIndex(of: 0x0A) else {
                // Longer than may be, wherever it ends.
                throw Stop(end: rest.endIndex - start >= byteCountMax ? .invalid : .incomplete)
            }
            try check(lineFeed + 1)
            guard lineFeed > rest.startIndex, rest[lineFeed - 1] == 0x0D else { throw Stop(end: .invalid) }
            let isBlank = lineFeed - 1 == rest.startIndex
            rest = rest[(isBlank ? lineFeed - 1 : lineFeed + 1)...]
            if isBlank { return }
        }
    }
}
