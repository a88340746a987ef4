import FoundationEssentials
import Model

/// The talk with a bot that has claimed a run: JSON lines in both directions, though they travel in reports and heartbeats.
///
/// It reports `{"type": …}`: `entry {key?, entry}`, `delta {text, kind?}`, `ask {key, kind, title, tool?, input?}`,
/// `withdraw {key}`, `usage {usage}`, `session {id}`, `finish {status, summary?, failure?}`. It hears `message {text}`,
/// `decision {key, decision, scope?, reason?, edited?, answers?}` and `interrupt`.
struct BotDialogue: AgentDialogue {
    private var entries: EntryWriter
    /// Until `begin`.
    private var prompt: String?
    private var files: [TurnFile]?
    /// Entries that the bot has names for, the oldest first.
    private var keys: [Keyed] = []
    private var questions: Set<String> = []
    private var isOver = false

    private struct Keyed: Codable {
        let key: String
        let index: Int
    }

    init(_ start: TurnStart) {
        entries = EntryWriter(nextIndex: start.nextIndex)
        (prompt, files) = (start.prompt, start.files)
    }

    var nextIndex: Int {
        get { entries.nextIndex }
        set { entries.nextIndex = newValue }
    }

    /// What it is to do stands in the answer to its claim.
    mutating func begin() -> [AgentEffect] {
        defer { (prompt, files) = (nil, nil) }
        return [entries.add(.said(prompt ?? "", with: files ?? []))]
    }

    mutating func receive(_ line: [UInt8], from stream: OutputStream) -> [AgentEffect] {
        guard let item = JSONLine.read(line) else { return line.isEmpty ? [] : [entries.output(line, stream)] }
        guard !isOver else { return [] }
        switch item["type"]?.string {
        case "entry": return entry(item)
        case "delta":
            let kind = item["kind"]?.string.flatMap(EntryContent.Kind.init) ?? .assistantMessage
            return item["text"]?.string.map { entries.piece($0, of: kind) } ?? []
        case "ask": return ask(item)
        case "withdraw":
            guard let key = item["key"]?.string, questions.remove(key) != nil else { return [] }
            return [.withdraw(requestKey: key)]
        case "usage":
            guard let usage: Usage = decoded(item["usage"]), !usage.isNothing else { return [] }
            return entries.usage(usage)
        case "session": return item["id"]?.string.map { [.session($0)] } ?? []
        case "finish": return finish(item)
        default: return []
        }
    }

    /// A bot may be anywhere: it gets files from the hub, by their identifiers.
    mutating func say(_ message: String, _ files: [TurnFile]) -> [AgentEffect] {
        guard !isOver else { return [] }
        var order: [String: JSONValue] = ["type": "message", "text": .string(message)]
        if !files.isEmpty { order["attachments"] = .array(files.map { .string($0.given.id.rawValue) }) }
        return [entries.add(.said(message, with: files)), .write(JSONLine.write(.object(order)))]
    }

    mutating func answer(_ requestKey: String, with decision: Approval.Decision) -> [AgentEffect] {
        guard questions.remove(requestKey) != nil, case .object(var order)? = value(of: decision) else { return [] }
        order["type"] = "decision"
        order["key"] = .string(requestKey)
        return [.write(JSONLine.write(.object(order)))]
    }

    mutating func interrupt() -> [AgentEffect] { isOver ? [] : [.write(JSONLine.write(["type": "interrupt"]))] }

    mutating func exited(_ exit: AgentExit) -> [AgentEffect] {
        isOver ? entries.settle() : end(.failed(Run.Failure(.agent, exit.trouble ?? "it ended without a result")))
    }

    private mutating func end(_ outcome: TurnOutcome) -> [AgentEffect] {
        let open = questions.sorted().map { AgentEffect.withdraw(requestKey: $0) }
        questions = []
        isOver = true
        return entries.settle() + open + [.turnEnded(outcome)]
    }
}

// MARK: What it reports

extension BotDialogue {
    /// Only so much of the hub's own words may come from a bot.
    package static let entryKinds: [EntryContent.Kind] = [
        .assistantMessage, .thinking, .toolUse, .plan, .nextAction, .systemMessage, .errorMessage, .output,
    ]

    /// With a key it is told once, however often it comes; another content of the same key is a change of the entry.
    private mutating func entry(_ item: JSONValue) -> [AgentEffect] {
        guard var content: EntryContent = decoded(item["entry"]), Self.entryKinds.contains(content.kind) else {
            return []
        }
        content.text = content.text?.cut()
        guard let key = item["key"]?.string else {
            switch (content.kind, content.text, content.items) {
            case (.assistantMessage, let text?, _), (.thinking, let text?, _):
                return entries.message(text, of: content.kind)
            case (.plan, _, let items?): return [entries.plan(items)]
            default: return entries.flush() + [entries.add(content)]
            }
        }
        let known = keys.first { $0.key == key }?.index
        if content.kind == .toolUse, let tool = content.tool, known == nil || entries.tool(key) != nil {
            remember(key, at: known ?? entries.nextIndex)
            return entries.put(tool: key, tool)
        }
        if let known { return [.entry(index: known, content)] }
        let said = entries.flush()
        remember(key, at: entries.nextIndex)
        return said + [entries.add(content)]
    }

    private mutating func remember(_ key: String, at index: Int) {
        guard !keys.contains(where: { $0.key == key }) else { return }
        if keys.count == BotLimits.keysMax { keys.removeFirst() }
        keys.append(Keyed(key: key, index: index))
    }

    private mutating func ask(_ item: JSONValue) -> [AgentEffect] {
        guard let key = item["key"]?.string, questions.insert(key).inserted else { return [] }
        let question = AgentQuestion(
            requestKey: key, type: item["kind"]?.string.flatMap(Approval.Kind.init) ?? .tool,
            title: (item["title"]?.string ?? key).title, tool: item["tool"]?.string, input: item["input"])
        return entries.flush() + [.ask(question)]
    }

    private mutating func finish(_ item: JSONValue) -> [AgentEffect] {
        switch item["status"]?.string {
        case "completed":
            return end(.completed(summary: item["summary"]?.string?.cut(toBytes: EntryLimits.summaryBytesMax)))
        case "interrupted": return end(.interrupted)
        default:
            let failure = item["failure"]
            let kind = failure?["class"]?.string.flatMap(Run.FailureClass.init) ?? .agent
            let text = failure?["message"]?.string ?? item["summary"]?.string ?? "the bot says that it failed"
            return end(.failed(Run.Failure(kind, text.cut(toBytes: EntryLimits.summaryBytesMax))))
        }
    }

    private func decoded<Value: Decodable>(_ value: JSONValue?) -> Value? {
        guard let value else { return nil }
        do {
            return try JSONDecoder().decode(Value.self, from: Data(JSONLine.write(value)))
        } catch {
            return nil  // what the hub's door lets through has the form; what has not is noise
        }
    }

    private func value(of decision: Approval.Decision) -> JSONValue? {
        do {
            return JSONLine.read(Array(try JSONEncoder().encode(decision)))
        } catch {
            preconditionFailure("a decision that cannot be written: \(error)")
        }
    }
}
