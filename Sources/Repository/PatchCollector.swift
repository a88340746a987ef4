/// Cuts a stream of patches into one a file while it passes, and keeps of each, and of all, what the limits allow.
struct PatchCollector: OutputSink {
    struct Section: Sendable, Equatable {
        fileprivate(set) var bytes: [UInt8] = []
        fileprivate(set) var isTruncated = false
    }

    /// What begins a section. A line of content cannot: it begins with a blank, a sign or a backslash.
    private static let marker = Array("diff --git ".utf8)
    private static let newline = UInt8(ascii: "\n")

    private let limits: DiffLimits
    private(set) var sections: [Section] = []
    private var byteCount = 0
    /// The beginning of a line, as long as it may still turn out to be a marker.
    private var undecided: [UInt8]? = []

    init(limits: DiffLimits) {
        self.limits = limits
    }

    mutating func take(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: Self.newline).map { $0 + 1 } ?? rest.endIndex
            let piece = rest[..<end]
            rest = rest[end...]
            guard take(piece: piece) else { return false }
        }
        return true
    }

    /// - Parameter piece: a line, or a part of one.
    private mutating func take(piece: ArraySlice<UInt8>) -> Bool {
        var piece = piece
        let lineEnds = piece.last == Self.newline
        if let head = undecided {
            piece = head + piece
            guard lineEnds || piece.count >= Self.marker.count else {
                undecided = Array(piece)
                return true
            }
            if piece.starts(with: Self.marker) { sections.append(Section()) }
        }
        undecided = lineEnds ? [] : nil
        return keep(piece)
    }

    private mutating func keep(_ piece: ArraySlice<UInt8>) -> Bool {
        guard let last = sections.indices.last, !sections[last].isTruncated else { return true }
        let room = min(limits.filePatchBytesMax - sections[last].bytes.count, limits.patchBytesMax - byteCount)
        guard piece.count > room else {
            sections[last].bytes += piece
            byteCount += piece.count
            return true
        }
        // The line that would not fit stays out.
        sections[last].isTruncated = true
        return byteCount + piece.count <= limits.patchBytesMax
    }
}
