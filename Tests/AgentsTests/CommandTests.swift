import Agents
import Model
import Testing

@Suite struct CommandTests {
    private let program = CommandProgram(settings: AgentSettings())

    @Test("refuses an argument vector that could not be started")
    func check() {
        func pointers(_ options: RunOptions) -> [String] { program.check(options).map(\.pointer) }
        #expect(pointers(RunOptions(argv: ["make", "", "all"])).isEmpty)
        #expect(pointers(RunOptions()) == ["/options/argv"])
        #expect(pointers(RunOptions(argv: [])) == ["/options/argv"])
        #expect(pointers(RunOptions(argv: [""])) == ["/options/argv/0"])
        #expect(pointers(RunOptions(argv: ["echo", "a\0b"])) == ["/options/argv/1"])
        #expect(
            pointers(RunOptions(model: "m", argv: ["ls"], permissionMode: "plan"))
                == ["/options/model", "/options/permissionMode"])
    }

    @Test("names each limit of an argument vector that is passed")
    func limits() {
        func messages(_ argv: [String]) -> [String] { program.check(RunOptions(argv: argv)).map(\.message) }
        let longest = String(repeating: "a", count: ArgumentVector.argumentBytesMax)
        #expect(messages(["echo", longest]).isEmpty)
        #expect(messages(["echo", longest + "a"]) == ["is longer than 131071 bytes"])
        #expect(messages(Array(repeating: "a", count: Limits.argumentsMax)).isEmpty)
        #expect(
            messages(Array(repeating: "a", count: Limits.argumentsMax + 1))
                == ["has 257 arguments, at most 256 are allowed"])
        #expect(messages(Array(repeating: longest, count: 9)) == ["is longer than 1048576 bytes in all"])
    }

    @Test("is the settings' command, then the run's arguments; the prompt is in the environment")
    func launch() {
        let nice = CommandProgram(settings: AgentSettings(command: ["nice", "-n", "10"]))
        let launch = nice.launch(TurnStart(prompt: "build\0it", options: RunOptions(argv: ["make", "all"])))
        #expect(launch.argv == ["nice", "-n", "10", "make", "all"])
        #expect(launch.environment == ["ROOST_PROMPT": "build\u{FFFD}it"])
    }

    @Test("a prompt that does not fit into a variable is cut between two characters, and that is said")
    func longPrompt() {
        let prompt = String(repeating: "é", count: CommandProgram.promptBytesMax / 2 + 1)
        let start = TurnStart(prompt: prompt, options: RunOptions(argv: ["true"]))
        let given = program.launch(start).environment["ROOST_PROMPT"] ?? ""
        #expect(
            given.utf8.count <= CommandProgram.promptBytesMax && given.utf8.count > CommandProgram.promptBytesMax - 2)
        #expect(given.allSatisfy { $0 == "é" })
        var dialogue = program.dialogue(start)
        let entries = dialogue.begin().entries
        #expect(entries.map(\.content.kind) == [.userMessage, .systemMessage])
        #expect(entries.first?.content.text == prompt)
        #expect(entries.last?.content.text == "ROOST_PROMPT holds the first 131058 of 131060 bytes.")
    }

    @Test("keeps every line: empty, broken, long")
    func lines() {
        var dialogue = program.dialogue(TurnStart(prompt: ""))
        #expect(dialogue.begin() == [.closeInput])
        func text(_ line: [UInt8]) -> String? { dialogue.receive(line, from: .stderr).entries.first?.content.text }
        #expect(text([]) == "")
        #expect(text([0x61, 0xFF, 0xC3]) == "a\u{FFFD}\u{FFFD}")
        let long = [UInt8](repeating: 0x61, count: EntryLimits.outputBytesMax)
        #expect(text(long)?.utf8.count == EntryLimits.outputBytesMax)
        #expect(text(long + [0x62])?.hasSuffix("a\n… 1 bytes cut") == true)
    }

    @Test(
        "the exit says how it went",
        arguments: [
            (AgentExit(code: 0), TurnOutcome.completed(summary: nil)),
            (AgentExit(code: 3), .failed(Run.Failure(.agent, "exit code 3"))),
            (AgentExit(signal: 9), .failed(Run.Failure(.agent, "signal 9"))),
            (AgentExit(signal: 9, detail: "time limit"), .failed(Run.Failure(.agent, "time limit"))),
            (AgentExit(), .failed(Run.Failure(.agent, "nobody saw it end"))),
        ])
    func exit(_ exit: AgentExit, outcome: TurnOutcome) {
        var dialogue = program.dialogue(TurnStart(prompt: ""))
        #expect(dialogue.exited(exit) == [.turnEnded(outcome)])
        #expect(dialogue.exited(exit).isEmpty)
    }
}
