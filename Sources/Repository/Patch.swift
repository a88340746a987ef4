/// A unified diff as git prints it, cut into files and hunks.
struct Patch: Sendable, Equatable {
    struct File: Sendable, Equatable {
        /// From `diff --git` to the first hunk.
        var header: [Substring] = []
        var hunks: [[Substring]] = []
    }

    private(set) var files: [File] = []

    /// - Throws: `RepositoryError.patchUnreadable`.
    init(_ text: String) throws(RepositoryError) {
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Substring.init)
        if lines.last == "" { lines.removeLast() }
        // Lines of a hunk are counted: one of the content may look like anything.
        var left = (old: 0, new: 0)
        for line in lines {
            if left.old > 0 || left.new > 0 {
                try take(line, &left)
            } else if line.hasPrefix("diff --git ") {
                files.append(File(header: [line]))
            } else if line.hasPrefix("@@ ") {
                guard let counts = Self.counts(line), !files.isEmpty else { throw .patchUnreadable }
                files[files.count - 1].hunks.append([line])
                left = counts
            } else if line.hasPrefix("\\"), let last = files.last?.hunks.indices.last {
                files[files.count - 1].hunks[last].append(line)
            } else if files.last?.hunks.isEmpty == true {
                files[files.count - 1].header.append(line)
            } else {
                throw .patchUnreadable
            }
        }
        guard !files.isEmpty, left == (0, 0) else { throw .patchUnreadable }
    }

    /// - Parameter hunks: counted over all files; nil for all.
    func keeping(_ hunks: Set<Int>?) throws(RepositoryError) -> String {
        guard let hunks else { return text(files) }
        var (kept, index): ([File], Int) = ([], 0)
        for file in files {
            var part = File(header: file.header)
            for hunk in file.hunks {
                if hunks.contains(index) { part.hunks.append(hunk) }
                index += 1
            }
            guard !part.hunks.isEmpty else { continue }
            // What happened to the file as a whole stays, unless all of it goes.
            if part.hunks.count < file.hunks.count { part.header = file.header.filter { !Self.isOfWholeFile($0) } }
            kept.append(part)
        }
        guard !kept.isEmpty, hunks.allSatisfy({ (0..<index).contains($0) }) else { throw .patchUnreadable }
        return text(kept)
    }

    private func text(_ files: [File]) -> String {
        files.map { ($0.header + $0.hunks.flatMap(\.self)).map { $0 + "\n" }.joined() }.joined()
    }

    private mutating func take(_ line: Substring, _ left: inout (old: Int, new: Int)) throws(RepositoryError) {
        guard let file = files.indices.last, let hunk = files[file].hunks.indices.last else { throw .patchUnreadable }
        switch line.utf8.first {
        case UInt8(ascii: " "), nil: left = (left.old - 1, left.new - 1)
        case UInt8(ascii: "-"): left.old -= 1
        case UInt8(ascii: "+"): left.new -= 1
        case UInt8(ascii: "\\"): break
        default: throw .patchUnreadable
        }
        guard left.old >= 0, left.new >= 0 else { throw .patchUnreadable }
        files[file].hunks[hunk].append(line)
    }

    private static func isOfWholeFile(_ line: Substring) -> Bool {
        ["old mode ", "new mode ", "similarity index ", "rename from ", "rename to ", "copy from ", "copy to "].contains
        {
            line.hasPrefix($0)
        }
    }

    /// `@@ -1,5 +1,6 @@`; a count of 1 may be left out.
    private static func counts(_ line: Substring) -> (old: Int, new: Int)? {
        let words = line.split(separator: " ")
        guard words.count >= 4, words[1].hasPrefix("-"), words[2].hasPrefix("+"), words[3] == "@@" else { return nil }
        func count(_ word: Substring) -> Int? {
            let parts = word.dropFirst().split(separator: ",", omittingEmptySubsequences: false)
            return parts.count == 1 ? 1 : Int(parts[1])
        }
        guard let old = count(words[1]), let new = count(words[2]) else { return nil }
        return (old, new)
    }
}
