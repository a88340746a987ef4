/// Takes secrets out of a stream of bytes, however the stream is cut.
///
/// The end of what has come is held back while it may be the beginning of a secret, and given with what follows or at
/// the end: never more than the longest secret less a byte.
package struct Redaction: Sendable {
    /// What stands in place of a secret; also inside a JSON string it changes nothing but that.
    package static let mark = Array("***".utf8)

    private let secrets: [[UInt8]]
    private var held: [UInt8] = []
    /// So much of the front of what is held belongs to a secret that was marked already.
    private var markedCount = 0

    /// 16: a shorter line of a secret that has several says little, and may be any word.
    private static let lineByteCountMin = 16

    /// - Parameter secrets: empty ones are left out. Each is found as it is, as JSON writes it in a string, and by its
    ///   lines, which a terminal ends in its own way.
    package init(_ secrets: [String]) {
        let lines = secrets.flatMap { $0.split(whereSeparator: \.isNewline).map(String.init) }
            .filter { $0.utf8.count >= Self.lineByteCountMin }
        let forms = Set((secrets + lines).flatMap { [Array($0.utf8), Self.inJSON($0)] }).filter { !$0.isEmpty }
        self.secrets = forms.sorted { $0.count > $1.count }
    }

    package var isEmpty: Bool { secrets.isEmpty }

    /// - Returns: what may be shown by now.
    package mutating func append(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        held += bytes
        return release(upTo: firstBeginning())
    }

    /// Nothing more comes.
    package mutating func finish() -> [UInt8] { release(upTo: held.count) }

    private mutating func release(upTo end: Int) -> [UInt8] {
        guard end > 0 else { return [] }
        var shown: [UInt8] = []
        var next = 0
        for range in found() where range.lowerBound < end {
            shown += held[next..<max(next, range.lowerBound)]
            if range.lowerBound > 0 || markedCount == 0 { shown += Self.mark }
            next = range.upperBound
        }
        shown += held[min(next, end)..<end]
        markedCount = max(0, next - end)
        held.removeFirst(end)
        return shown
    }

    /// The places that secrets take up, those that overlap as one.
    private func found() -> [Range<Int>] {
        var ranges: [Range<Int>] = markedCount > 0 ? [0..<markedCount] : []
        for secret in secrets {
            var start = 0
            while let place = held.firstPlace(of: secret, from: start) {
                ranges.append(place..<place + secret.count)
                start = place + 1
            }
        }
        ranges.sort { $0.lowerBound < $1.lowerBound }
        return ranges.reduce(into: []) { merged, range in
            if let last = merged.last, range.lowerBound < last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
    }

    /// Where the first thing begins that may become a secret with what follows.
    private func firstBeginning() -> Int {
        secrets.reduce(held.count) { Swift.min($0, held.beginning(of: $1)) }
    }

    /// The text as JSON writes it in a string with the fewest escapes (RFC 8259, section 7).
    private static func inJSON(_ text: String) -> [UInt8] {
        text.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
            case 8: Array("\\b".utf8)
            case 9: Array("\\t".utf8)
            case 10: Array("\\n".utf8)
            case 12: Array("\\f".utf8)
            case 13: Array("\\r".utf8)
            default: [byte]
            }
        }
    }
}
