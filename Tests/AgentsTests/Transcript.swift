import Agents
import FoundationEssentials
import Model

/// A talk with an agent, step by step, as it stands in a file of `Transcripts/`:
///
///     # a remark
///     start: {"prompt":"…"}                     TurnStart, first of all
///     < {"type":"…"}                            a line on the agent's standard output
///     ! a line on its standard error
///     say: words of a person
///     answer: {"key":"…","decision":{"decision":"approve"}}
///     interrupt:
///     done: {"key":"1","text":"…"}              what became of a service; or terminal, output, code, failed, nothing
///     exit: {"code":0}                          or signal, detail
struct Transcript: Sendable {
    enum Step: Sendable {
        case line([UInt8], OutputStream)
        case say(String)
        case answer(key: String, Approval.Decision)
        case interrupt
        case performed(key: String, AgentServiceResult)
        case exit(AgentExit)
    }

    struct Malformed: Error {
        let line: String
    }

    let name: String
    let start: TurnStart
    var steps: [Step]

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Transcripts")

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
        return files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
    }()

    init(named name: String) throws {
        self.name = name
        let text = try String(contentsOf: Self.folder.appending(path: name + ".txt"), encoding: .utf8)
        var start: TurnStart?
        steps = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) where !line.hasPrefix("#") {
            if let json = line.after("start: ") {
                start = try Self.decode(TurnStart.self, json)
            } else {
                steps.append(try Self.step(line))
            }
        }
        guard let start else { throw Malformed(line: "no start") }
        self.start = start
    }

    private static func step(_ line: Substring) throws -> Step {
        if let text = line.after("< ") { return .line(Array(text.utf8), .stdout) }
        if let text = line.after("! ") { return .line(Array(text.utf8), .stderr) }
        if let text = line.after("say: ") { return .say(String(text)) }
        if line == "interrupt:" { return .interrupt }
        if let json = line.after("done: ") {
            let done = try decode(Done.self, json)
            return .performed(key: done.key, done.result)
        }
        if let json = line.after("answer: ") {
            let answer = try decode(Answer.self, json)
            return .answer(key: answer.key, answer.decision)
        }
        if let json = line.after("exit: ") {
            let exit = try decode(Exit.self, json)
            return .exit(AgentExit(code: exit.code, signal: exit.signal, detail: exit.detail))
        }
        throw Malformed(line: String(line))
    }

    private struct Answer: Decodable {
        let key: String
        let decision: Approval.Decision
    }

    private struct Done: Decodable {
        let key: String
        let text: String?
        let terminal: String?
        let output: String?
        let truncated: Bool?
        let code: Int?
        let signal: Int?
        let failed: String?

        var result: AgentServiceResult {
            let exit = code != nil || signal != nil ? AgentExit(code: code, signal: signal) : nil
            if let failed { return .failed(failed) }
            if let text { return .text(text) }
            if let terminal { return .terminal(id: terminal) }
            if let output { return .output(output, isTruncated: truncated ?? false, exit) }
            return exit.map { .exited($0) } ?? .done
        }
    }

    private struct Exit: Decodable {
        let code: Int?
        let signal: Int?
        let detail: String?
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ json: Substring) throws -> Value {
        try JSONDecoder().decode(type, from: Data(json.utf8))
    }

    /// The agent that it is a talk with: its name is what the file's name begins with.
    var program: any AgentProgram {
        switch Provider.allCases.first(where: { name.hasPrefix($0.rawValue) }) {
        case .demo: DemoProgram(settings: AgentSettings())
        case .claudeCode: ClaudeCodeProgram(settings: AgentSettings())
        case .codex: CodexProgram(settings: AgentSettings(interface: name.contains("exec") ? "exec" : nil))
        case .acp: ACPProgram(.acp, settings: AgentSettings())
        case .gemini: lines(.gemini)
        case .cursor: lines(.cursor)
        case .opencode: lines(.opencode)
        case .qwen: lines(.qwen)
        case .copilot: lines(.copilot)
        case .amp: lines(.amp)
        case .goose: ACPProgram(.goose, settings: AgentSettings())
        case .bot: BotProgram()
        case .command, nil: CommandProgram(settings: AgentSettings())
        }
    }

    /// Those with `lines` in their names are of the agent's own format.
    private func lines(_ provider: Provider) -> any AgentProgram {
        let acp = ACPProgram(provider, settings: AgentSettings())
        guard name.contains("lines") else { return acp }
        return LineProgram(provider, settings: AgentSettings()) ?? acp
    }

    /// The effects of `begin` and of each step.
    /// - Parameter storing: whether the dialogue is stored and restored between any two steps, as a hub does.
    func play(storing: Bool = false) throws -> [[AgentEffect]] {
        var dialogue = program.dialogue(start)
        var effects = [dialogue.begin()]
        for step in steps {
            if storing { dialogue = try program.restore(Array(JSONEncoder().encode(dialogue))) }
            effects.append(Self.take(step, &dialogue))
        }
        return effects
    }

    private static func take(_ step: Step, _ dialogue: inout any AgentDialogue) -> [AgentEffect] {
        switch step {
        case .line(let bytes, let stream): dialogue.receive(bytes, from: stream)
        case .say(let text): dialogue.say(text)
        case .answer(let key, let decision): dialogue.answer(key, with: decision)
        case .interrupt: dialogue.interrupt()
        case .performed(let key, let result): dialogue.performed(key, result)
        case .exit(let exit): dialogue.exited(exit)
        }
    }
}

extension Substring {
    fileprivate func after(_ prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}
