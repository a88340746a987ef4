import Keeper
import Testing

@Suite("Reading a spool")
struct SpoolReaderTests {
    private func text(_ lines: SpoolReader.Lines) -> [String] {
        lines.lines.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    @Test("brings whole lines, and what follows the last only at the end")
    func lines() throws {
        let folder = try TemporaryFolder()
        var reader = SpoolReader(path: folder.path + "/stdout")
        #expect(try reader.lines(from: 0, isFinal: false) == .init(lines: [], nextOffset: 0))
        try folder.append("stdout", Array("one\n\nthr".utf8))
        let first = try reader.lines(from: 0, isFinal: false)
        #expect(text(first) == ["one", ""])
        #expect(first.lines.map(\.offset) == [0, 4])
        #expect(first.nextOffset == 5)
        #expect(try reader.lines(from: 5, isFinal: false) == .init(lines: [], nextOffset: 5))
        try folder.append("stdout", Array("ee\r\nfo".utf8))
        let second = try reader.lines(from: 5, isFinal: false)
        #expect(text(second) == ["three\r"])
        let last = try reader.lines(from: second.nextOffset, isFinal: true)
        #expect(text(last) == ["fo"])
        #expect(last.nextOffset == 14)
        #expect(try reader.lines(from: 14, isFinal: true).lines.isEmpty)
    }

    @Test("any bytes come back as they are, wherever the reads fall", arguments: 1...40)
    func anyBytes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder()
        let limit = Int.random(in: 1...40, using: &random)
        var reader = SpoolReader(
            path: folder.path + "/stdout", readByteCountMax: Int.random(in: 1...30, using: &random),
            lineByteCountMax: limit)
        var said: [UInt8] = []
        var read: [UInt8] = []
        var offset: UInt64 = 0
        func take(isFinal: Bool) throws {
            while true {
                let lines = try reader.lines(from: offset, isFinal: isFinal)
                guard lines.nextOffset > offset else { return }
                for line in lines.lines {
                    #expect(Int(line.offset) == read.count)
                    #expect(line.bytes.count <= limit)
                    #expect(!line.bytes.contains(10))
                    read += line.bytes
                    if line.part == .whole || line.part == .last, read.count < said.count { read.append(10) }
                }
                offset = lines.nextOffset
            }
        }
        for _ in 0..<60 {
            let more = random.bytes(upTo: 25).map { $0 < 30 ? 10 : $0 }
            said += more
            try folder.append("stdout", more)
            if Bool.random(using: &random) { try take(isFinal: false) }
        }
        try take(isFinal: true)
        #expect(read == said)
    }

    @Test("a line at the limit is whole, a longer one comes in marked pieces between characters")
    func longLines() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("stdout", Array("12345678\n1234567ü9äöü\nx\n".utf8))
        var reader = SpoolReader(path: path, readByteCountMax: 3, lineByteCountMax: 8)
        var pieces: [String] = []
        var parts: [SpoolLine.Part] = []
        var offset: UInt64 = 0
        while true {
            let read = try reader.lines(from: offset, isFinal: false)
            guard read.nextOffset > offset else { break }
            pieces += text(read)
            parts += read.lines.map(\.part)
            offset = read.nextOffset
        }
        #expect(pieces == ["12345678", "1234567", "ü9äö", "ü", "x"])
        #expect(parts == [.whole, .first, .middle, .last, .whole])
    }

    @Test("the longest line of all is whole, and one byte more is not")
    func longestLine() throws {
        let folder = try TemporaryFolder()
        let longest = [UInt8](repeating: 120, count: SpoolReader.lineByteCountMax)
        var reader = SpoolReader(path: try folder.file("stdout", longest + [10]))
        let whole = try reader.lines(from: 0, isFinal: false)
        #expect(whole.lines == [SpoolLine(offset: 0, bytes: longest, part: .whole)])
        var longer = SpoolReader(path: try folder.file("stderr", longest + [121, 10]))
        let first = try longer.lines(from: 0, isFinal: false)
        #expect(first.lines == [SpoolLine(offset: 0, bytes: longest, part: .first)])
        let rest = try longer.lines(from: first.nextOffset, isFinal: false)
        #expect(rest.lines == [SpoolLine(offset: UInt64(longest.count), bytes: [121], part: .last)])
    }

    static let spoken = "aä漢🦉 grüß 漢字かな🦉🦉\n" + String(repeating: "ü漢🦉", count: 30)

    @Test("ranges never split a character, whatever their length", arguments: 1...17)
    func ranges(count: Int) throws {
        let folder = try TemporaryFolder()
        let reader = SpoolReader(path: try folder.file("stdout", Array(Self.spoken.utf8)))
        var read = ""
        var offset: UInt64 = 0
        while offset < UInt64(Self.spoken.utf8.count) {
            let part = try reader.text(from: offset, count: count, isFinal: true)
            #expect(part.offset == offset)
            #expect(part.nextOffset > offset)
            read += part.text
            offset = part.nextOffset
        }
        #expect(Array(read.unicodeScalars) == Array(Self.spoken.unicodeScalars))
    }

    @Test("a range that begins inside a character begins before it")
    func insideCharacter() throws {
        let folder = try TemporaryFolder()
        let reader = SpoolReader(path: try folder.file("stdout", Array("a🦉b".utf8)))
        for offset in 2...4 as ClosedRange<UInt64> {
            #expect(
                try reader.text(from: offset, count: 10, isFinal: true) == .init(offset: 1, text: "🦉b", nextOffset: 6))
        }
    }

    @Test("a character that is still being written is waited for, and shown as damaged only at the end")
    func unfinishedCharacter() throws {
        let folder = try TemporaryFolder()
        let owl = Array("🦉".utf8)
        let reader = SpoolReader(path: try folder.file("stdout", [97] + owl.prefix(2)))
        #expect(try reader.text(from: 0, count: 10, isFinal: false) == .init(offset: 0, text: "a", nextOffset: 1))
        #expect(try reader.text(from: 1, count: 10, isFinal: false) == .init(offset: 1, text: "", nextOffset: 1))
        #expect(try reader.text(from: 1, count: 10, isFinal: true) == .init(offset: 1, text: "\u{FFFD}", nextOffset: 3))
        try folder.append("stdout", Array(owl.suffix(2)))
        #expect(try reader.text(from: 1, count: 10, isFinal: false) == .init(offset: 1, text: "🦉", nextOffset: 5))
    }

    @Test("bytes that are no text do not stop the reading", arguments: 1...40)
    func noText(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder()
        let bytes = (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) }
        let reader = SpoolReader(path: try folder.file("stdout", bytes))
        var offset: UInt64 = 0
        while offset < UInt64(bytes.count) {
            let count = Int.random(in: 1...9, using: &random)
            let part = try reader.text(from: offset, count: count, isFinal: false)
            if part.nextOffset == offset { break }
            offset = part.nextOffset
        }
        #expect(offset >= UInt64(bytes.count - 3))
    }
}
