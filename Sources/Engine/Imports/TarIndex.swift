import Model

/// What is in a tar archive of plain files (POSIX.1-1988, `ustar`; also as GNU tar writes it), and where: nothing of it is
/// unpacked, so a name leads nowhere.
struct TarIndex: Sendable {
    struct Refused: Error, Equatable {
        let reason: String
    }

    private static let blockByteCount = 512
    private static let plainFiles: Set<UInt8> = [0, UInt8(ascii: "0")]

    private(set) var members: [String: Range<Int>] = [:]

    /// Reads the heads.
    ///
    /// - Parameters:
    ///   - admits: whether a member's name is expected.
    ///   - membersMax: of them.
    /// - Throws: `Refused`, `FileError`.
    init(of file: KeptFile, membersMax: Int, admits: (String) -> Bool) throws {
        var place = 0
        while true {
            guard place + Self.blockByteCount <= file.byteCount else {
                throw Refused(reason: "the archive ends in the middle")
            }
            let head = try file.whole(place..<place + Self.blockByteCount)
            if head.allSatisfy({ $0 == 0 }) { return }
            let (name, byteCount) = try Self.read(head)
            guard admits(name) else {
                throw Refused(reason: "the archive has \(Self.shown(name)), which no export has")
            }
            guard members[name] == nil else { throw Refused(reason: "the archive has \(name) twice") }
            guard members.count < membersMax else { throw Refused(reason: "the archive has too many files") }
            let begin = place + Self.blockByteCount
            guard byteCount <= file.byteCount - begin else {
                throw Refused(reason: "\(name) ends behind the archive's end")
            }
            members[name] = begin..<begin + byteCount
            place = begin + (byteCount + Self.blockByteCount - 1) / Self.blockByteCount * Self.blockByteCount
        }
    }

    private static func read(_ head: [UInt8]) throws(Refused) -> (name: String, byteCount: Int) {
        guard Array(head[257..<262]) == Array("ustar".utf8) else { throw Refused(reason: "it is no tar archive") }
        let sum = head.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element)) }
        guard octal(head[148..<156]) == sum else { throw Refused(reason: "a head in the archive is damaged") }
        let name = String(decoding: head[0..<100].prefix { $0 != 0 }, as: UTF8.self)
        guard plainFiles.contains(head[156]), head[345] == 0 else {
            throw Refused(reason: "\(shown(name)) in the archive is no plain file of a short name")
        }
        guard let byteCount = octal(head[124..<136]) else {
            throw Refused(reason: "the size of \(shown(name)) cannot be read")
        }
        return (name, byteCount)
    }

    /// nil for what is none; 11 digits are the most there are room for.
    private static func octal(_ bytes: ArraySlice<UInt8>) -> Int? {
        let digits = bytes.prefix { $0 != 0 && $0 != 0x20 }
        return digits.isEmpty
            ? nil : Int(String(decoding: digits, as: UTF8.self), radix: 8).flatMap { $0 < 0 ? nil : $0 }
    }

    /// A stranger's text in an error: short, and without what would steer a terminal.
    private static func shown(_ name: String) -> String {
        "`" + String(name.unicodeScalars.prefix(60).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) })
            + "`"
    }
}

extension KeptFile {
    /// All bytes of a range.
    /// - Throws: `FileError`; also when the file is shorter.
    func whole(_ range: Range<Int>) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = range
        while !rest.isEmpty {
            let piece = try read(rest)
            guard !piece.isEmpty else { throw .failed(code: 5) }
            bytes += piece
            rest = rest.dropFirst(piece.count)
        }
        return bytes
    }
}
