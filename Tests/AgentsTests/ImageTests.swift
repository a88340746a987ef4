import Agents
import Model
import Testing

@Suite struct ImageTests {
    private static let picture = TurnFile(
        GivenFile(id: Attachment.ID(trusted: "att_1"), filename: "a.png", imageType: "image/png"),
        path: "/w/.roost-files/att_1.png")
    private static let log = TurnFile(
        GivenFile(id: Attachment.ID(trusted: "att_2"), filename: "b.log"), path: "/w/.roost-files/att_2.log")
    private static let start = TurnStart(prompt: "Look", workingDirectory: "/w", files: [picture, log])
    private static let listed = "Look\\n\\nAttached files:\\n\\n- /w/.roost-files/att_2.log (b.log)"

    private func begun(_ program: any AgentProgram) -> [String] {
        var dialogue = program.dialogue(Self.start)
        return dialogue.begin().map(\.text)
    }

    @Test("Claude Code is shown an image, and told where another file is")
    func claude() {
        let said = begun(ClaudeCodeProgram(settings: AgentSettings()))
        #expect(
            said.contains(
                "line " + #"{"message":{"content":[{"text":"\#(Self.listed)","type":"text"},"#
                    + #"{"source":{"data":"<att_1>","media_type":"image/png","type":"base64"},"type":"image"}],"role":"user"},"#
                    + #""parent_tool_use_id":null,"type":"user","uuid":"00000000-0000-4000-8000-000000000000"}"#),
            "\(said)")
        #expect(said.contains { $0.hasPrefix("entry 0") && $0.contains(#""text":"Look""#) && $0.contains("b.log") })
    }

    @Test("an image that has been removed is said to be")
    func removed() {
        var dialogue = ClaudeCodeProgram(settings: AgentSettings()).dialogue(Self.start)
        let lines = dialogue.begin().compactMap { effect in
            if case .line(let line) = effect { String(decoding: line.bytes { _ in nil }, as: UTF8.self) } else { nil }
        }
        #expect(lines.count == 1 && lines[0].contains(#"{"text":"[a.png has been removed.]","type":"text"}"#))
    }

    @Test("Codex reads it from the folder in which both work, also in a message that comes too late for its turn")
    func codex() {
        var dialogue = CodexProgram(settings: AgentSettings()).dialogue(TurnStart(prompt: "p"))
        var written = dialogue.begin().written
        for line in [
            #"{"id":1,"result":{}}"#, #"{"id":2,"result":{"thread":{"id":"t"}}}"#,
            #"{"id":3,"result":{"turn":{"id":"u"}}}"#,
        ] { written += dialogue.receive(Array(line.utf8), from: .stdout).written }
        let image = #"{"path":"/w/.roost-files/att_1.png","type":"localImage"}"#
        #expect(dialogue.say("Look", [Self.picture, Self.log]).written.first?.contains(image) == true)
        let refused = dialogue.receive(
            Array(#"{"id":4,"error":{"code":-32600,"message":"no turn"}}"#.utf8), from: .stdout)
        #expect(refused.written.isEmpty)
        let ended = dialogue.receive(
            Array(#"{"method":"turn/completed","params":{"turn":{"id":"u","status":"completed"}}}"#.utf8),
            from: .stdout)
        #expect(ended.written.first?.contains(image) == true && ended.written.first?.contains("att_2.log") == true)
        let exec = CodexProgram(settings: AgentSettings(interface: "exec"))
        #expect(exec.launch(Self.start).argv.contains("--image=/w/.roost-files/att_1.png"))
        #expect(begun(exec).contains { $0.hasPrefix("write Look") && !$0.contains("att_1") })
    }

    @Test("an agent over ACP is shown it where it can be, and else told where it is", arguments: [true, false])
    func acp(isAble: Bool) {
        var dialogue = ACPProgram(.acp, settings: AgentSettings()).dialogue(Self.start)
        _ = dialogue.begin()
        let able =
            #"{"id":1,"result":{"protocolVersion":1,"agentCapabilities":{"promptCapabilities":{"image":\#(isAble)}}}}"#
        _ = dialogue.receive(Array(able.utf8), from: .stdout)
        let prompted = dialogue.receive(Array(#"{"id":2,"result":{"sessionId":"s"}}"#.utf8), from: .stdout).map(\.text)
        let block = #"{"data":"<att_1>","mimeType":"image/png","type":"image"}"#
        #expect(prompted.contains { $0.contains(block) } == isAble)
        #expect(prompted.contains { $0.contains("- /w/.roost-files/att_1.png (a.png)") } == !isAble)
        #expect(prompted.contains { $0.contains("- /w/.roost-files/att_2.log (b.log)") })
    }

    @Test(
        "others are told where it is", arguments: [Provider.demo, .gemini, .cursor, .opencode, .qwen, .amp, .copilot])
    func paths(provider: Provider) throws {
        let settings = AgentSettings(interface: provider == .demo ? nil : "stream-json")
        let program = try AgentCatalog([provider: settings]).program(for: provider)
        #expect(begun(program).contains { $0.hasPrefix("write ") && $0.contains("/w/.roost-files/att_1.png (a.png)") })
    }

    @Test("a command finds it in its variable, and a bot by its identifier")
    func elsewhere() {
        let command = CommandProgram(settings: AgentSettings())
        #expect(command.launch(Self.start).environment["ROOST_PROMPT"]?.contains("att_1.png (a.png)") == true)
        var dialogue = BotProgram().dialogue(TurnStart(prompt: "p"))
        _ = dialogue.begin()
        #expect(
            dialogue.say("Look", [Self.picture]).written
                == [#"{"attachments":["att_1"],"text":"Look","type":"message"}"# + "\n"])
    }
}
