import Agents
import FoundationEssentials
import Model
import Testing

@Suite struct ClaudeCodeTests {
    private let program = ClaudeCodeProgram(settings: AgentSettings())

    @Test("has the command line that the program documents")
    func launch() {
        let usual = [
            "claude", "-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages",
            "--input-format", "stream-json", "--permission-prompt-tool", "stdio",
        ]
        let launch = program.launch(TurnStart(prompt: "--help"))
        #expect(launch.argv == usual)
        #expect(program.versionArguments == ["--version"])
        let wrapped = ClaudeCodeProgram(settings: AgentSettings(command: ["nice", "claude"]))
        #expect(wrapped.executable == "nice" && wrapped.versionArguments == ["claude", "--version"])
        #expect(launch.environment == ["DISABLE_AUTOUPDATER": "1", "CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS": "1"])
        let options = RunOptions(model: "-x", permissionMode: "acceptEdits")
        let resumed = program.launch(TurnStart(prompt: "x", options: options, resume: "--dangerous"))
        #expect(resumed.argv == usual + ["--permission-mode=acceptEdits", "--model=-x", "--resume=--dangerous"])
    }

    @Test("refuses options that it does not have")
    func check() {
        func pointers(_ options: RunOptions) -> [String] { program.check(options).map(\.pointer) }
        #expect(pointers(RunOptions()).isEmpty)
        for mode in ["default", "acceptEdits", "plan", "bypassPermissions"] {
            #expect(pointers(RunOptions(model: "m", permissionMode: mode)).isEmpty)
        }
        #expect(
            pointers(RunOptions(model: "", argv: ["ls"], permissionMode: "yolo"))
                == ["/options/argv", "/options/model", "/options/permissionMode"])
        let long = String(repeating: "m", count: RunOptions.modelCharactersMax)
        #expect(pointers(RunOptions(model: long)).isEmpty)
        #expect(program.check(RunOptions(model: long + "m")).map(\.message) == ["is longer than 256 characters"])
    }

    @Test("a tool's output and input are cut in the entry, and what is asked is whole")
    func largeTools() throws {
        let text = String(repeating: "é", count: EntryLimits.outputBytesMax)
        var dialogue = program.dialogue(TurnStart(prompt: "x"))
        _ = dialogue.begin()
        func receive(_ value: JSONValue) throws -> [AgentEffect] {
            dialogue.receive(Array(try JSONEncoder().encode(value)), from: .stdout)
        }
        let input: JSONValue = ["file_path": "a", "content": .string(text)]
        let asked = try receive([
            "type": "control_request", "request_id": "r",
            "request": ["subtype": "can_use_tool", "tool_name": "Write", "input": input, "tool_use_id": "t"],
        ])
        let cut = String(repeating: "é", count: EntryLimits.outputBytesMax / 2) + "\n… 65536 bytes cut"
        #expect(asked.entries.first?.content.tool?.input?["content"]?.string == cut)
        #expect(asked.contains { if case .ask(let question) = $0 { question.input == input } else { false } })
        let allowed = dialogue.answer("r", with: Approval.Decision(.approve))
        #expect(allowed.written.first?.contains(text) == true)
        let ended = try receive([
            "type": "user",
            "message": ["content": [["type": "tool_result", "tool_use_id": "t", "content": .string(text)]]],
        ])
        #expect(ended.entries.first?.content.tool?.output == cut)
    }

    @Test("one line may be very long, or broken, or deep")
    func oddLines() {
        var dialogue = program.dialogue(TurnStart(prompt: "x"))
        _ = dialogue.begin()
        func receive(_ line: [UInt8]) -> EntryContent? { dialogue.receive(line, from: .stdout).entries.first?.content }
        func said(_ text: [UInt8]) -> [UInt8] {
            Array(#"{"type":"assistant","message":{"content":[{"type":"text","text":""#.utf8) + text
                + Array(#""}]}}"#.utf8)
        }
        let long = [UInt8](repeating: 0x61, count: 4 << 20)
        #expect(receive(said(long))?.text?.utf8.count == long.count)
        #expect(receive(said([0x61, 0xFF]))?.text == "a\u{FFFD}")
        #expect(receive(said(Array("\\u0000".utf8)))?.text == "\0")
        let deep = Array((String(repeating: "{\"a\":", count: 300) + "1" + String(repeating: "}", count: 300)).utf8)
        #expect(receive(deep)?.kind == .output)
        #expect(receive(Array("{\"type\":".utf8))?.kind == .output)
        #expect(receive([]) == nil)
    }

    @Test("what explains an end is bounded")
    func lastLines() {
        var dialogue = program.dialogue(TurnStart(prompt: "x"))
        _ = dialogue.begin()
        for index in 0..<100 {
            _ = dialogue.receive(Array("\(index) ".utf8) + [UInt8](repeating: 0x61, count: 1_000), from: .stderr)
        }
        guard case .failed(let failure) = dialogue.exited(AgentExit(code: 2)).ends.first else {
            Issue.record("it should have failed")
            return
        }
        #expect(failure.message.hasPrefix("exit code 2: 90 a"))
        #expect(failure.message.utf8.count < EntryLimits.summaryBytesMax + 100)
    }

    @Test("questions beyond the limit are refused by name")
    func manyQuestions() {
        var dialogue = program.dialogue(TurnStart(prompt: "x"))
        _ = dialogue.begin()
        func ask(_ id: Int) -> [AgentEffect] {
            let request = #"{"subtype":"can_use_tool","tool_name":"Read","input":{},"tool_use_id":"t\#(id)"}"#
            let line = #"{"type":"control_request","request_id":"r\#(id)","request":\#(request)}"#
            return dialogue.receive(Array(line.utf8), from: .stdout)
        }
        for id in 0..<64 { #expect(ask(id).written.isEmpty) }
        #expect(ask(64).written.first?.contains("64 questions wait already") == true)
        _ = dialogue.answer("r0", with: Approval.Decision(.approve))
        #expect(ask(65).written.isEmpty)
    }
}
