import FoundationEssentials
import Model
import Testing

@testable import Agents

@Suite struct EntryWriterTests {
    @Test("what is kept of a message that is still being said is bounded; its pieces all pass")
    func partial() throws {
        var writer = EntryWriter(nextIndex: 0)
        let piece = String(repeating: "a", count: EntryWriter.partialBytesMax / 2)
        #expect(writer.piece(piece, of: .thinking).entries.count == 1)
        #expect(writer.piece(piece, of: .thinking) == [.delta(index: 0, .thinking, text: piece)])
        #expect(writer.piece("b", of: .thinking) == [.delta(index: 0, .thinking, text: "b")])
        #expect(try JSONEncoder().encode(writer).count < EntryWriter.partialBytesMax + 200)
        #expect(writer.flush().entries.first?.content.text == piece + piece)
        #expect(writer.flush().isEmpty)
    }

    @Test("tools that are open are bounded; one beyond is told, and stays as it was")
    func openTools() {
        var writer = EntryWriter(nextIndex: 0)
        let tool = ToolUse(name: "t", action: .tool, status: .running, title: "t")
        for id in 0...EntryWriter.openToolsMax { #expect(writer.put(tool: "\(id)", tool).count == 1) }
        #expect(writer.end(tool: "\(EntryWriter.openToolsMax)", .success).isEmpty)
        #expect(writer.end(tool: "0", .success).entries.first?.content.tool?.status == .success)
        #expect(writer.settle().count == EntryWriter.openToolsMax - 1)
        #expect(writer.settle().isEmpty)
    }

    @Test("a title is one line, and not too long")
    func titles() {
        #expect("".title == "")
        #expect("\n\nmake\n".title == "make")
        #expect("make\nmake install".title == "make …")
        #expect(String(repeating: "é", count: 600).title.count == Limits.titleCharactersMax)
    }

    @Test("text is cut between two characters")
    func cutting() {
        #expect("héllo".cut(toBytes: 6) == "héllo")
        #expect("héllo".cut(toBytes: 2) == "h\n… 5 bytes cut")
        #expect("😀😀".cut(toBytes: 7) == "😀\n… 4 bytes cut")
        let value: JSONValue = ["a": ["xyz", 1, nil]]
        #expect(value.cuttingText(toBytes: 1) == ["a": ["x\n… 2 bytes cut", 1, nil]])
    }

    @Test("a line is written in one way only, and read when it is an object")
    func lines() {
        #expect(JSONLine.write(["b": "/\n", "a": 1]) == Array("{\"a\":1,\"b\":\"/\\n\"}\n".utf8))
        #expect(JSONLine.read(Array(" \t{\"a\":1}".utf8)) == ["a": 1])
        #expect(JSONLine.read(Array("[1]".utf8)) == nil)
        #expect(JSONLine.read(Array("{\"a\":1} x".utf8)) == nil)
        #expect(JSONLine.read(Array(#"{"a":"\ud83d\ude00\ud83d\\ud83d\ud83dx\udZZ"}"#.utf8)) == nil)
        #expect(
            JSONLine.read(Array(#"{"a":"\ud83d\ude00\ud83d\\ud83d\ud83dx"}"#.utf8)) == [
                "a": "😀\u{FFFD}\\ud83d\u{FFFD}x"
            ])
        #expect(JSONLine.read(Array(#"{"a":"\ud83d"#.utf8)) == nil)
        let brackets = String(repeating: "[", count: 300)
        #expect(JSONLine.read(Array("{\"a\":\"\(brackets)\"}".utf8)) == ["a": .string(brackets)])
    }
}
