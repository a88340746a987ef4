import Agents
import FoundationEssentials
import Model
import Testing

@testable import struct Agents.ACPDialogue

@Suite struct ACPTests {
    @Test(
        "each agent that has the protocol built in has its command line",
        arguments: [
            (Provider.gemini, ["gemini", "--acp"]), (.cursor, ["cursor-agent", "acp"]),
            (.opencode, ["opencode", "acp"]),
            (.qwen, ["qwen", "--acp"]), (.copilot, ["copilot", "--acp", "--stdio"]), (.goose, ["goose", "acp"]),
        ])
    func presets(provider: Provider, argv: [String]) {
        let usual = ACPProgram(provider, settings: AgentSettings())
        #expect(usual.launch(TurnStart(prompt: "x")).argv == argv)
        #expect(usual.executable == argv[0] && usual.versionArguments == ["--version"])
        let wrapped = ACPProgram(provider, settings: AgentSettings(command: ["nice", "mine"]))
        #expect(wrapped.launch(TurnStart(prompt: "x")).argv == ["nice", "mine"] + argv.dropFirst())
        #expect(wrapped.versionArguments == ["mine", "--version"])
        let wrong = RunOptions(model: "", argv: ["ls"], permissionMode: "yolo")
        #expect(usual.check(wrong).map(\.pointer) == ["/options/argv", "/options/model", "/options/permissionMode"])
        #expect(usual.check(RunOptions(model: "m", permissionMode: "plan")).isEmpty)
    }

    @Test("any other one is what the run or the settings name")
    func anyProgram() {
        let open = ACPProgram(.acp, settings: AgentSettings())
        #expect(open.check(RunOptions()).map(\.pointer) == ["/options/argv"])
        #expect(open.check(RunOptions(argv: [""])).map(\.pointer) == ["/options/argv/0"])
        let options = RunOptions(argv: ["mine", "--acp"])
        #expect(open.check(options).isEmpty && open.executable == nil)
        #expect(open.launch(TurnStart(prompt: "x", options: options)).argv == ["mine", "--acp"])
        let set = ACPProgram(.acp, settings: AgentSettings(command: ["mine"]))
        #expect(set.check(RunOptions()).isEmpty && set.executable == "mine")
        #expect(set.launch(TurnStart(prompt: "x", options: RunOptions(argv: ["-v"]))).argv == ["mine", "-v"])
    }

    // MARK: Limits

    private func begun() -> any AgentDialogue {
        var dialogue = ACPProgram(.gemini, settings: AgentSettings()).dialogue(TurnStart(prompt: "x"))
        _ = dialogue.begin()
        for line in [#"{"id":1,"result":{"protocolVersion":1}}"#, #"{"id":2,"result":{"sessionId":"s"}}"#] {
            _ = dialogue.receive(Array(line.utf8), from: .stdout)
        }
        return dialogue
    }

    private func ask(_ dialogue: inout any AgentDialogue, _ id: Int, _ method: String, _ params: String)
        -> [AgentEffect]
    {
        dialogue.receive(Array(#"{"id":\#(id),"method":"\#(method)","params":\#(params)}"#.utf8), from: .stdout)
    }

    @Test("questions that are too many are refused, and the others go on")
    func questions() {
        var dialogue = begun()
        let params = #"{"sessionId":"s","message":"?","requestedSchema":{}}"#
        for id in 0..<ACPDialogue.questionsMax {
            #expect(ask(&dialogue, id, "elicitation/create", params).written.isEmpty)
        }
        let refused = ask(&dialogue, 1_000, "elicitation/create", params).written
        #expect(refused.first?.contains("64 questions wait already") == true)
        #expect(dialogue.answer("0", with: Approval.Decision(.deny)).written.count == 1)
        #expect(ask(&dialogue, 1_001, "elicitation/create", params).written.isEmpty)
    }

    @Test(
        "a number that JSON has not is told as the text that it is",
        arguments: [
            ("inf", #""inf""#), ("nan", #""nan""#), ("1e999", #""1e999""#), ("-1e999", #""-1e999""#), ("2.5", "2.5"),
        ])
    func numbers(answer: String, written: String) throws {
        var dialogue = begun()
        let schema = #"{"type":"object","properties":{"n":{"type":"number"}}}"#
        _ = ask(&dialogue, 1, "elicitation/create", #"{"sessionId":"s","message":"?","requestedSchema":\#(schema)}"#)
        let told = dialogue.answer("1", with: Approval.Decision(.approve, answers: ["n": answer])).written
        #expect(told.first?.contains(#""n":\#(written)"#) == true)
    }

    @Test("services that are too many are refused, and the others go on")
    func services() {
        var dialogue = begun()
        let params = #"{"sessionId":"s","terminalId":"t"}"#
        for id in 0..<ACPDialogue.servicesMax {
            #expect(ask(&dialogue, id, "terminal/wait_for_exit", params).written.isEmpty)
        }
        let refused = ask(&dialogue, 1_000, "terminal/wait_for_exit", params).written
        #expect(refused.first?.contains("64 requests are under way already") == true)
        #expect(dialogue.performed("3", .exited(AgentExit(code: 0))).written.count == 1)
        #expect(dialogue.performed("3", .exited(AgentExit(code: 0))).isEmpty, "one answer a request")
        #expect(ask(&dialogue, 1_001, "terminal/wait_for_exit", params).written.isEmpty)
    }

    @Test("a tool that has ended is not told again, as long as it is remembered")
    func endedTools() {
        var dialogue = begun()
        func tell(_ id: Int) -> [AgentEffect] {
            let update = #"{"sessionUpdate":"tool_call_update","toolCallId":"t\#(id)","status":"completed"}"#
            let line = #"{"method":"session/update","params":{"sessionId":"s","update":\#(update)}}"#
            return dialogue.receive(Array(line.utf8), from: .stdout)
        }
        for id in 0...ACPDialogue.endedToolsMax { #expect(tell(id).count == 1) }
        #expect(tell(ACPDialogue.endedToolsMax).isEmpty)
        #expect(tell(0).count == 1, "the oldest is forgotten")
    }
}
