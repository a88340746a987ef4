import Keeper
import Testing

@Suite("Secrets in what a program says")
struct RedactionTests {
    private func redacted(_ pieces: [String], _ secrets: [String]) -> String {
        var redaction = Redaction(secrets)
        var shown: [UInt8] = []
        for piece in pieces { shown += redaction.append(Array(piece.utf8)) }
        return String(decoding: shown + redaction.finish(), as: UTF8.self)
    }

    @Test(
        "are marked wherever they stand",
        arguments: [
            ("nothing here", "nothing here"), ("hunter22", "***"), ("a hunter22 b hunter22", "a *** b ***"),
            ("hunter22hunter22", "******"), ("hunter2", "hunter2"), ("hunterhunter22", "hunter***"), ("", ""),
            ("öhunter22ü", "ö***ü"),
        ])
    func whole(said: String, shown: String) {
        #expect(redacted([said], ["hunter22"]) == shown)
    }

    @Test("are marked however the bytes are cut, and the rest comes as it was", arguments: 1...200)
    func pieces(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let secrets = (0..<3).map { _ in
            String((0..<Int.random(in: 1...5, using: &random)).map { _ in "ab".randomElement(using: &random) ?? "a" })
        }
        let said = (0..<60).map { _ in "abc".randomElement(using: &random) ?? "a" }
        var pieces: [String] = []
        var rest = said[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...7, using: &random)
            pieces.append(String(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        #expect(redacted(pieces, secrets) == oracle(said, secrets), "\(secrets) in \(String(said))")
    }

    /// Every character that belongs to some secret goes, and each stretch of them becomes one mark; two that only touch
    /// are two.
    private func oracle(_ said: [Character], _ secrets: [String]) -> String {
        var ranges: [Range<Int>] = []
        for start in said.indices {
            let ends = secrets.map(Array.init).filter { said[start...].starts(with: $0) }.map { start + $0.count }
            guard let end = ends.max() else { continue }
            if let last = ranges.last, start < last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, end)
            } else {
                ranges.append(start..<end)
            }
        }
        var shown = ""
        var next = 0
        for range in ranges {
            shown += String(said[next..<range.lowerBound]) + "***"
            next = range.upperBound
        }
        return shown + String(said[next...])
    }

    @Test("one that is the beginning of another does not give the rest of it away")
    func prefix() {
        #expect(redacted(["abcd", "efgh."], ["abcd", "abcdefgh"]) == "***.")
        #expect(redacted(["abcd", "efg."], ["abcd", "abcdefgh"]) == "***efg.")
    }

    @Test("no more is held back than may become one")
    func heldBack() {
        var redaction = Redaction(["hunter22"])
        #expect(redaction.append(Array("who? hun".utf8)) == Array("who? ".utf8))
        #expect(redaction.append(Array("gry\n".utf8)) == Array("hungry\n".utf8))
        #expect(redaction.finish().isEmpty)
        #expect(Redaction(["", ""]).isEmpty)
    }

    @Test("are known as JSON writes them, and line by line")
    func forms() {
        let key = "-----BEGIN KEY-----\nQUJDREVGR0hJSktMTU5P\nshort\n-----END KEY-----\n"
        #expect(redacted([#"{"key":"a\"b\\c"}"#], ["a\"b\\c"]) == #"{"key":"***"}"#)
        #expect(redacted([key.replacing("\n", with: "\\n")], [key]) == "***")
        #expect(redacted(["QUJDREVGR0hJSktMTU5P\r\nshort\r\n"], [key]) == "***\r\nshort\r\n")
    }
}
