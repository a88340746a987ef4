import Glibc

/// Reads a spool while it grows. Where to go on is the caller's to remember, and to store.
package struct SpoolReader: Sendable {
    /// 1 MiB: what one read brings at most, unless a single line is longer.
    package static let readByteCountMax = 1 << 20
    /// 16 MiB: agents put whole files and pictures on one line. A longer line comes in pieces.
    package static let lineByteCountMax = 16 << 20

    private let path: String
    private let readByteCountMax: Int
    private let lineByteCountMax: Int
    /// How far the line at `start` is known to hold no end, so that a long line that comes in small bits is not searched
    /// from its start each time. Spares work and changes no result.
    private var searched = (start: UInt64(0), end: UInt64(0))

    package init(path: String) {
        self.init(path: path, readByteCountMax: Self.readByteCountMax, lineByteCountMax: Self.lineByteCountMax)
    }

    /// With limits of one's own.
    package init(path: String, readByteCountMax: Int, lineByteCountMax: Int) {
        self.path = path
        self.readByteCountMax = readByteCountMax
        self.lineByteCountMax = lineByteCountMax
    }

    package struct Lines: Sendable, Equatable {
        package let lines: [SpoolLine]
        /// Where to read on. The same as before when there was nothing to read.
        package let nextOffset: UInt64

        package init(lines: [SpoolLine], nextOffset: UInt64) {
            self.lines = lines
            self.nextOffset = nextOffset
        }
    }

    /// The whole lines from `offset` on.
    /// - Parameters:
    ///   - offset: 0, or a `nextOffset`.
    ///   - isFinal: nothing more will come: what follows the last line break is a line too.
    package mutating func lines(from offset: UInt64, isFinal: Bool) throws -> Lines {
        guard let file = try open() else { return Lines(lines: [], nextOffset: offset) }
        let size = try file.size()
        if searched.start != offset || searched.end < offset { searched = (offset, offset) }
        while searched.end < size {
            // One byte more than the longest line: its end.
            let searchable = lineByteCountMax + 1 - Int(searched.end - offset)
            guard searchable > 0 else { return try piece(of: file, from: offset) }
            let part = try file.bytes(from: searched.end, count: min(readByteCountMax, searchable))
            if let last = LineBreaks.positions(in: part).last {
                let end = searched.end + UInt64(last) + 1
                return Lines(lines: try Self.lines(in: file, from: offset, to: end), nextOffset: end)
            }
            guard !part.isEmpty else { break }
            searched.end += UInt64(part.count)
        }
        if searched.end - offset > UInt64(lineByteCountMax) { return try piece(of: file, from: offset) }
        guard isFinal, size > offset else { return Lines(lines: [], nextOffset: offset) }
        return Lines(lines: try Self.lines(in: file, from: offset, to: size), nextOffset: size)
    }

    package struct Text: Sendable, Equatable {
        /// Where the text begins: at most three bytes before what was asked for, when that was inside a character.
        package let offset: UInt64
        package let text: String
        package let nextOffset: UInt64

        package init(offset: UInt64, text: String, nextOffset: UInt64) {
            self.offset = offset
            self.text = text
            self.nextOffset = nextOffset
        }
    }

    /// About `count` bytes from `offset` on, at most `readByteCountMax`, as text that begins and ends between characters.
    /// What is no UTF-8 is shown as U+FFFD.
    package func text(from offset: UInt64, count: Int, isFinal: Bool) throws -> Text {
        guard let file = try open(), count > 0 else { return Text(offset: offset, text: "", nextOffset: offset) }
        let before = Int(min(offset, 3))
        let wanted = min(count, readByteCountMax)
        let bytes = try file.bytes(from: offset - UInt64(before), count: before + wanted + 3)
        guard bytes.count > before else { return Text(offset: offset, text: "", nextOffset: offset) }
        let start = CharacterBoundary.before(before, in: bytes)
        let end =
            bytes.count <= before + wanted
            ? (isFinal ? bytes.count : CharacterBoundary.before(bytes.count, in: bytes))
            : CharacterBoundary.before(before + wanted, in: bytes)
        let stop = end > start ? end : CharacterBoundary.after(start, in: bytes, isFinal: isFinal)
        return Text(
            offset: offset - UInt64(before - start), text: String(decoding: bytes[start..<stop], as: UTF8.self),
            nextOffset: offset - UInt64(before) + UInt64(stop))
    }

    /// How much there is by now.
    package func byteCount() throws -> UInt64 { try open()?.size() ?? 0 }

    private func open() throws -> Descriptor? {
        let number = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else {
            guard errno == ENOENT else { throw SystemError("open spool") }
            return nil
        }
        return Descriptor(owning: number)
    }

    /// The lines between two offsets, the last of which follows a line break or is the end.
    private static func lines(in file: Descriptor, from start: UInt64, to end: UInt64) throws -> [SpoolLine] {
        let isContinued = try continues(in: file, at: start)
        let bytes = try file.bytes(from: start, count: Int(end - start))
        var ends = LineBreaks.positions(in: bytes)
        if bytes.last != LineBreaks.byte { ends.append(bytes.count) }
        var next = 0
        return ends.map { end in
            defer { next = end + 1 }
            return SpoolLine(
                offset: start + UInt64(next), bytes: Array(bytes[next..<end]),
                part: next == 0 && isContinued ? .last : .whole)
        }
    }

    /// The longest piece that may be delivered of a line whose end is not in sight.
    private func piece(of file: Descriptor, from start: UInt64) throws -> Lines {
        let bytes = try file.bytes(from: start, count: lineByteCountMax)
        let boundary = CharacterBoundary.before(bytes.count, in: bytes)
        let piece = bytes[..<(boundary > 0 ? boundary : bytes.count)]
        let part: SpoolLine.Part = try Self.continues(in: file, at: start) ? .middle : .first
        return Lines(
            lines: [SpoolLine(offset: start, bytes: Array(piece), part: part)], nextOffset: start + UInt64(piece.count))
    }

    /// Whether the offset lies inside a line, the beginning of which has been delivered as a piece.
    private static func continues(in file: Descriptor, at offset: UInt64) throws -> Bool {
        guard offset > 0 else { return false }
        return try file.bytes(from: offset - 1, count: 1) != [LineBreaks.byte]
    }
}
