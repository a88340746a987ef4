import Agents
import Model
import Testing

@Suite struct DemoTests {
    private let program = DemoProgram(settings: AgentSettings(command: ["/bin/roost-demo-agent", "--pace-ms", "0"]))

    @Test("starts the program that was set, in the session to go on with")
    func launch() {
        #expect(program.launch(TurnStart(prompt: "x")).argv == ["/bin/roost-demo-agent", "--pace-ms", "0"])
        #expect(program.launch(TurnStart(prompt: "x", resume: "d")).argv.suffix(2) == ["--session", "d"])
        #expect(DemoProgram(settings: AgentSettings()).executable == "roost-demo-agent")
        #expect(program.check(RunOptions(model: "m", argv: [])).map(\.pointer) == ["/options/model", "/options/argv"])
    }

    @Test("a message that the agent would drop is refused, and that is said")
    func waiting() {
        var dialogue = program.dialogue(TurnStart(prompt: "first"))
        _ = dialogue.begin()
        for _ in 0..<16 { #expect(dialogue.say("more").written.count == 1) }
        let refused = dialogue.say("one too many")
        #expect(refused.written.isEmpty)
        #expect(refused.entries.last?.content.text == "Not delivered: 16 messages wait already.")
    }

    @Test("a prompt that the agent could not read fails at once")
    func longPrompt() {
        // Each of these takes six bytes in JSON.
        var dialogue = program.dialogue(TurnStart(prompt: String(repeating: "\u{1}", count: 200_000)))
        let effects = dialogue.begin()
        #expect(effects.written.isEmpty)
        #expect(effects.entries.last?.content.text == "Not delivered: it is longer than 1048576 bytes.")
        #expect(effects.ends == [.failed(Run.Failure(.user, "the prompt could not be delivered"))])
        #expect(effects.last == .closeInput)
    }
}
