import Model

// What the program tells, notification by notification. Names that are not here are ignored: minor releases add some.
extension CodexDialogue {
    mutating func told(_ method: String, _ params: JSONValue) -> [AgentEffect] {
        // Subagents have threads of their own; they are told by an item of ours.
        if let id = params["threadId"]?.string, let thread, id != thread { return [] }
        switch method {
        case "turn/started":
            if let id = params["turn"]?["id"]?.string { begun(id) }
            return []
        case "turn/completed": return params["turn"].map { turnEnded($0) } ?? []
        case "turn/plan/updated":
            let steps = params["plan"]?.array ?? []
            return [entries.plan(steps.compactMap(PlanItem.init(codexStep:)))]
        case "item/started": return began(params["item"] ?? [:])
        case "item/completed": return completed(params["item"] ?? [:])
        case "item/agentMessage/delta", "item/plan/delta": return piece(params["delta"], of: .assistantMessage)
        case "item/reasoning/summaryTextDelta", "item/reasoning/textDelta": return piece(params["delta"], of: .thinking)
        case "item/reasoning/summaryPartAdded": return entries.flush()
        case "thread/tokenUsage/updated":
            let isOurs = turn != nil && params["turnId"]?.string == turn
            guard let usage = params["tokenUsage"] else { return [] }
            tokens.learn(usage, isOurs: isOurs)
            let more = tokens.take().map { entries.used($0) } ?? []
            return isOver ? more + entries.usage() : more
        case "account/rateLimits/updated":
            limitedUntil = Self.limit(params["rateLimits"] ?? [:])
            return []
        case "serverRequest/resolved":
            guard let id = params["requestId"] else { return [] }
            return resolved(id.requestKey)
        case "error": return failed(params)
        case "warning", "configWarning", "deprecationNotice":
            return warned(params["message"]?.string ?? params["summary"]?.string)
        default: return []
        }
    }

    private mutating func piece(_ text: JSONValue?, of kind: EntryContent.Kind) -> [AgentEffect] {
        text?.string.map { entries.piece($0, of: kind) } ?? []
    }

    private mutating func failed(_ params: JSONValue) -> [AgentEffect] {
        // What ends the turn is told again with its end.
        guard params["willRetry"]?.bool == true else { return entries.flush() }
        let failure = CodexFailure(params["error"] ?? [:])
        let text = "The model's API does not answer: \(failure.message)".cut(toBytes: EntryLimits.summaryBytesMax)
        return entries.flush() + [entries.add(EntryContent(.systemMessage, text: text))]
    }

    private mutating func warned(_ text: String?) -> [AgentEffect] {
        guard let text, !text.isEmpty else { return [] }
        return [entries.add(EntryContent(.systemMessage, text: text.cut(toBytes: EntryLimits.summaryBytesMax)))]
    }

    /// The windows of an account's limit, of which one may be used up; `resetsAt` is in seconds since 1970.
    private static func limit(_ limits: JSONValue) -> Timestamp? {
        let ends = [limits["primary"], limits["secondary"]].compactMap { window -> Int64? in
            guard let used = window?["usedPercent"]?.number, used >= 100 else { return nil }
            return window?["resetsAt"]?.integer
        }
        return ends.max().flatMap { Timestamp(secondsSince1970: $0) }
    }

    // MARK: Items

    private mutating func began(_ item: JSONValue) -> [AgentEffect] {
        guard let id = item["id"]?.string, let type = item["type"]?.string else { return [] }
        switch type {
        case "agentMessage", "reasoning", "plan": return entries.flush()
        default:
            return CodexItem(item, in: workingDirectory, isDone: false).tool.map {
                entries.flush() + entries.put(tool: id, $0)
            } ?? []
        }
    }

    private mutating func completed(_ item: JSONValue) -> [AgentEffect] {
        guard let id = item["id"]?.string, let type = item["type"]?.string else { return [] }
        switch type {
        case "agentMessage", "plan":
            guard let text = item["text"]?.string, !text.isEmpty else { return entries.flush() }
            lastWords = text
            return entries.message(text, of: .assistantMessage)
        case "reasoning":
            let parts = (item["summary"]?.array ?? []) + (item["content"]?.array ?? [])
            let text = parts.compactMap { $0.string ?? $0["text"]?.string }.joined(separator: "\n\n")
            return text.isEmpty ? entries.flush() : entries.message(text, of: .thinking)
        case "contextCompaction":
            return [entries.add(EntryContent(.systemMessage, text: "The conversation so far was summarized."))]
        default:
            return CodexItem(item, in: workingDirectory, isDone: true).tool.map { entries.put(tool: id, $0) } ?? []
        }
    }
}

extension PlanItem {
    init?(codexStep step: JSONValue) {
        guard let text = step["step"]?.string else { return nil }
        let status: Status =
            switch step["status"]?.string {
            case "completed": .completed
            case "inProgress", "in_progress": .inProgress
            default: .pending
            }
        self.init(text: text, status: status)
    }
}
