import Model

/// The lines of a part of a file, one after another.
struct LineReader {
    private static let pieceByteCount = 256 << 10

    private let file: KeptFile
    private let byteCountMax: Int
    private var rest: Range<Int>
    private var buffer: [UInt8] = []
    /// Where in `buffer` the next line begins.
    private var place = 0
    /// Of the line that came last, from 1.
    private(set) var number = 0

    /// - Parameter byteCountMax: of one line.
    init(_ file: KeptFile, _ range: Range<Int>, byteCountMax: Int) {
        (self.file, self.byteCountMax) = (file, byteCountMax)
        rest = range
    }

    /// - Returns: nil at the end.
    /// - Throws: `HubError` `.limitExceeded`, `FileError`, `TarIndex.Refused` for a last line without its end.
    mutating func next() throws -> [UInt8]? {
        var looked = place
        while true {
            if let end = buffer[looked...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { place = end + 1 }
                number += 1
                guard end - place <= byteCountMax else { throw tooLong }
                return Array(buffer[place..<end])
            }
            guard buffer.count - place <= byteCountMax else { throw tooLong }
            guard !rest.isEmpty else {
                guard place == buffer.count else { throw TarIndex.Refused(reason: "its last line has no end") }
                return nil
            }
            buffer.removeFirst(place)
            (looked, place) = (buffer.count, 0)
            let piece = try file.whole(rest.prefix(Self.pieceByteCount))
            buffer += piece
            rest = rest.dropFirst(piece.count)
        }
    }

    private var tooLong: HubError {
        HubError.limit("importLineByteCountMax", byteCountMax, "line \(number + 1) is too long")
    }
}
