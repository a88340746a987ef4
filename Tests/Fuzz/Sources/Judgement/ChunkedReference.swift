/// RFC 9112 section 7.1, read a second time: plainly, over bytes that are all there. With our strictness: no space
/// about a size, at most 15 digits, lines of printable bytes that end in CRLF, one Int of body.
package struct ChunkedReference: Equatable {
    package enum End: Equatable {
        /// Bytes of the input that belong to the body, trailers included.
        case complete(byteCount: Int)
        case incomplete
        case invalid
    }

    package private(set) var body: [UInt8] = []
    package private(set) var end = End.incomplete

    private struct Stop: Error {
        let end: End
    }

    package init(_ bytes: [UInt8], lineByteCountMax: Int, bodyByteCountMax: Int, trailerByteCountMax: Int) {
        var rest = bytes[...]
        do {
            while true {
                let size = try Self.size(of: Self.line(&rest, byteCountMax: lineByteCountMax))
                if size == 0 { break }
                guard body.count + size <= bodyByteCountMax else { throw Stop(end: .invalid) }
                body += rest.prefix(size)
                rest = rest.dropFirst(size)
                if rest.count < 2 {
                    throw Stop(end: rest.isEmpty || rest.first == 0x0D ? .incomplete : .invalid)
                }
                guard rest.starts(with: [0x0D, 0x0A]) else { throw Stop(end: .invalid) }
                rest = rest.dropFirst(2)
            }
            var trailerByteCount = 0
            while true {
                let line = try Self.line(&rest, byteCountMax: trailerByteCountMax - trailerByteCount)
                if line.isEmpty { break }
                trailerByteCount += line.count + 2
                guard Self.isField(line) else { throw Stop(end: .invalid) }
            }
            end = .complete(byteCount: bytes.count - rest.count)
        } catch let stop as Stop {
            end = stop.end
        } catch {
            fatalError("only Stop is thrown")
        }
    }

    /// Without its CRLF, which counts.
    private static func line(_ rest: inout ArraySlice<UInt8>, byteCountMax: Int) throws -> ArraySlice<UInt8> {
        let line = rest.prefix { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
        let tail = rest[line.endIndex...].prefix(2)
        if tail.elementsEqual([0x0D, 0x0A]) {
            guard line.count + 2 <= byteCountMax else { throw Stop(end: .invalid) }
            rest = rest[(line.endIndex + 2)...]
            return line
        }
        let mayGoOn =
            tail.isEmpty ? line.count <= byteCountMax : tail.elementsEqual([0x0D]) && line.count < byteCountMax
        throw Stop(end: mayGoOn ? .incomplete : .invalid)
    }

    private static func size(of line: ArraySlice<UInt8>) throws -> Int {
        let digits = String(decoding: line.prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
        guard digits.utf8.count <= 15, let first = digits.first, first != "+", first != "-",
            let size = Int(digits, radix: 16)
        else { throw Stop(end: .invalid) }
        return size
    }

    private static func isField(_ line: ArraySlice<UInt8>) -> Bool {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let isName = line[..<colon].allSatisfy { byte in
            let isAlphanumeric = [0x30...0x39, 0x41...0x5A, 0x61...0x7A].contains { $0.contains(byte) }
            return isAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
        return colon > line.startIndex && isName && String(validating: line[colon...], as: UTF8.self) != nil
    }
}
