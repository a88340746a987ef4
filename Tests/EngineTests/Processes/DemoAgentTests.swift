import Engine
import Foundation
import Keeper
import Testing

@Suite("The demo agent, under a keeper")
struct DemoAgentTests {
    /// The agent at work in a folder of its own.
    private final class Play {
        let process: KeptProcess
        let link: KeeperLink
        let work: String
        private var sent: UInt64 = 0
        private var read: UInt64 = 0
        private var reader: SpoolReader

        init(_ options: String...) async throws {
            process = try KeptProcess()
            work = process.folder.path + "-work"
            try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
            try Data("# Beispiel\n".utf8).write(to: URL(fileURLWithPath: work + "/README.md"))
            try await process.launch(
                LaunchSpecification(
                    arguments: [KeptProcess.demoAgent, "--pace-ms", "0"] + options,
                    environment: ["PATH": "/usr/bin:/bin"], workingDirectory: work))
            link = KeeperLink(to: process.folder, on: KeptProcess.loop)
            _ = try await link.attach()
            reader = process.folder.spool(.stdout)
        }

        func send(_ line: [String: String]) async throws {
            try await send(raw: String(decoding: JSONEncoder().encode(line), as: UTF8.self))
        }

        func send(raw: String) async throws {
            sent = try await link.send(Array(raw.utf8) + [10], at: sent)
        }

        /// What it said since the last time, up to a line of that type.
        func heard(until type: String) async throws -> [[String: Any]] {
            var heard: [[String: Any]] = []
            while heard.last?["type"] as? String != type {
                let line = try await eventually { () -> [UInt8]? in
                    try reader.lines(from: read, isFinal: false).lines.first?.bytes
                }
                read += UInt64(line.count) + 1
                heard.append(try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]))
            }
            return heard
        }

        func end() async throws -> ExitRecord.Ending {
            try await link.closeInput()
            return try await process.exit().ending
        }
    }

    private func texts(_ lines: [[String: Any]], _ type: String, _ member: String) -> [String] {
        lines.filter { $0["type"] as? String == type }.compactMap { $0[member] as? String }
    }

    private func tools(_ lines: [[String: Any]]) -> [String] {
        lines.filter { $0["type"] as? String == "tool" }
            .map { "\($0["name"] ?? "") \($0["status"] ?? "")" }
    }

    @Test("asks, waits for the answer, and does what it says")
    func approved() async throws {
        let play = try await Play("--transcript", "said.jsonl", "--session", "s1")
        #expect(texts(try await play.heard(until: "session"), "session", "sessionId") == ["s1"])
        try await play.send(["type": "prompt", "text": "Grüße übersetzen\ndemo: paragraphs=3"])
        var lines = try await play.heard(until: "approval")
        #expect(
            tools(lines) == [
                "read_file started", "read_file succeeded", "edit_file started", "edit_file succeeded",
                "edit_file started", "edit_file succeeded",
            ])
        try await play.send(["type": "approval", "id": "approval-9", "decision": "deny"])
        try await play.send(["type": "approval", "id": "approval-1", "decision": "approve"])
        lines += try await play.heard(until: "result")
        #expect(tools(lines).suffix(2).first == "run_command started")
        #expect(texts(lines, "result", "status") == ["success"])
        #expect(texts(lines, "usage", "type").count == 1)

        // Deltas make up the messages, and the transcript holds the same, byte for byte.
        var spoken: [String: String] = [:]
        for line in lines where line["type"] as? String == "delta" {
            spoken[line["message"] as? String ?? "", default: ""] += line["text"] as? String ?? ""
        }
        let messages = texts(lines, "message", "text")
        #expect(messages.count == 2)
        #expect(texts(lines, "message", "message").map { spoken[$0] } == messages)
        let transcript = try String(contentsOfFile: play.work + "/said.jsonl", encoding: .utf8)
        let noted = try transcript.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        #expect(noted.map { $0?["text"] as? String } == messages)
        #expect(messages.joined().utf8.count > messages.joined().count, "some of it is no ASCII")
        #expect(FileManager.default.fileExists(atPath: play.work + "/notes/gr-e-bersetzen.md"))
        #expect(FileManager.default.fileExists(atPath: play.work + "/src/gr-e-bersetzen.js"))
        #expect(try await play.end() == .exited(code: 0))
    }

    @Test("takes no for an answer, and a second prompt")
    func deniedAndFollowUp() async throws {
        let play = try await Play()
        try await play.send(["type": "prompt", "text": "one"])
        _ = try await play.heard(until: "approval")
        try await play.send(["type": "approval", "id": "approval-1", "decision": "deny", "reason": "not today"])
        let first = try await play.heard(until: "result")
        #expect(tools(first) == ["run_command denied"])
        #expect(texts(first, "tool", "output") == ["not today"])
        try await play.send(["type": "prompt", "text": "one\ndemo: approval=no"])
        let second = try await play.heard(until: "result")
        #expect(second.first?["turn"] as? Int == 2)
        #expect(texts(second, "approval", "id").isEmpty)
        #expect(try await play.end() == .exited(code: 0))
        let note = try String(contentsOfFile: play.work + "/notes/one.md", encoding: .utf8)
        #expect(note.contains("Turn 1") && note.contains("Turn 2"))
    }

    @Test("an interruption ends the turn, and what was said of a message is the message")
    func interrupted() async throws {
        let play = try await Play()
        try await play.send(["type": "prompt", "text": "long\ndemo: pace=20 paragraphs=1000"])
        var lines = try await play.heard(until: "delta")
        try await play.send(["type": "interrupt"])
        lines += try await play.heard(until: "result")
        #expect(texts(lines, "message", "text") == [texts(lines, "delta", "text").joined()])
        #expect(texts(lines, "result", "status") == ["interrupted"])

        try await play.send(["type": "prompt", "text": "asks"])
        _ = try await play.heard(until: "approval")
        try await play.send(["type": "interrupt"])
        let rest = try await play.heard(until: "result")
        #expect(tools(rest) == ["run_command denied"])
        #expect(texts(rest, "result", "status") == ["interrupted"])
        #expect(try await play.end() == .exited(code: 0))
    }

    @Test("finishes what waits when its stdin ends, with nobody to ask")
    func endOfInput() async throws {
        let play = try await Play()
        try await play.send(["type": "prompt", "text": "one"])
        try await play.send(["type": "prompt", "text": "two"])
        #expect(try await play.end() == .exited(code: 0))
        let lines = try await play.heard(until: "result") + play.heard(until: "result")
        #expect(tools(lines).filter { $0 == "run_command denied" }.count == 2)
        #expect(texts(lines, "result", "status") == ["success", "success"])
    }

    @Test("fails when it is told to, and says what it does not understand")
    func failsAndComplains() async throws {
        let play = try await Play("--fail")
        try await play.send(raw: "no JSON")
        try await play.send(["type": "dance"])
        try await play.send(["type": "prompt"])
        try await play.send(raw: String(repeating: "x", count: (1 << 20) + 1))
        for _ in 0..<3 { _ = try await play.heard(until: "error") }
        let tooLong = try await play.heard(until: "error")
        #expect(texts(tooLong, "error", "text").first?.contains("lineByteCountMax") == true)
        try await play.send(["type": "prompt", "text": "x\ndemo: pace=fast colour=red"])
        let lines = try await play.heard(until: "result")
        #expect(texts(lines, "error", "text").count == 2)
        #expect(texts(lines, "result", "status") == ["error"])
        #expect(try await play.end() == .exited(code: 1))
    }

    @Test("lets no more than so many prompts wait")
    func tooManyPrompts() async throws {
        let play = try await Play()
        // The first is being worked on, and asks; sixteen wait; one is too many.
        try await play.send(["type": "prompt", "text": "first"])
        _ = try await play.heard(until: "approval")
        for number in 0..<17 { try await play.send(["type": "prompt", "text": "\(number)"]) }
        let complaint = try await play.heard(until: "error")
        #expect(texts(complaint, "error", "text").first?.contains("waitingPromptCountMax") == true)
        try await play.link.terminate(graceMs: 0)
    }

    @Test("explains its command line")
    func usage() async throws {
        let process = try await KeptProcess.start(KeptProcess.demoAgent, "--pace-ms", "soon")
        #expect(try await process.exit().ending == .exited(code: 2))
        #expect(try process.text(.stderr).contains("usage: roost-demo-agent"))
    }
}
