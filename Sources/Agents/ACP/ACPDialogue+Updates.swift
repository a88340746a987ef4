import Model

// What the agent tells of its session. Kinds that are not here are ignored: the protocol grows.
extension ACPDialogue {
    mutating func told(_ method: String, _ params: JSONValue) -> [AgentEffect] {
        switch method {
        case "session/update":
            // Its subagents may have sessions of their own.
            guard !isReplaying, let session, params["sessionId"]?.string == session else { return [] }
            return updated(params["update"] ?? [:])
        case "$/cancel_request":
            guard let key = params["requestId"]?.requestKey else { return [] }
            return questions.removeValue(forKey: key) == nil ? [] : [.withdraw(requestKey: key)]
        default: return []
        }
    }

    private mutating func updated(_ update: JSONValue) -> [AgentEffect] {
        switch update["sessionUpdate"]?.string {
        case "agent_message_chunk": return chunk(update, of: .assistantMessage)
        case "agent_thought_chunk": return chunk(update, of: .thinking)
        case "tool_call", "tool_call_update": return tool(update)
        case "plan":
            let items = (update["entries"]?.array ?? []).compactMap(PlanItem.init(acpEntry:))
            return [entries.plan(items)]
        case "usage_update":
            guard update["cost"]?["currency"]?.string == "USD" else { return [] }
            cost = update["cost"]?["amount"]?.number ?? cost
            return spent.map { entries.reached(Usage(costUsd: $0)) } ?? []
        case "current_mode_update":
            guard let mode = update["currentModeId"]?.string else { return [] }
            return entries.flush() + [entries.add(EntryContent(.systemMessage, text: "It is in the mode \(mode) now."))]
        case "notice":
            guard let title = update["title"]?.string else { return [] }
            return entries.flush() + [entries.add(EntryContent(.systemMessage, text: title.cut()))]
        default: return []
        }
    }

    private mutating func chunk(_ update: JSONValue, of kind: EntryContent.Kind) -> [AgentEffect] {
        let text = (update["content"] ?? [:]).acpText
        let id = update["messageId"]?.string
        var effects: [AgentEffect] = []
        if id != nil, id != message.id {
            effects = entries.flush()
            message = Message(id: id)
        }
        if kind == .assistantMessage {
            if !entries.isSaying(kind) { message.words = "" }
            if message.words.utf8.count <= EntryLimits.summaryBytesMax { message.words += text }
        }
        return effects + entries.piece(text, of: kind)
    }

    mutating func tool(_ update: JSONValue) -> [AgentEffect] {
        guard let id = update["toolCallId"]?.string, !tools.hasEnded(id) else { return [] }
        let use = tools.merge(id, update, in: workingDirectory, asked: isAsked(about: id))
        return entries.flush() + entries.put(tool: id, use)
    }

    private func isAsked(about tool: String) -> Bool {
        questions.values.contains { $0.params["toolCall"]?["toolCallId"]?.string == tool }
    }
}

extension PlanItem {
    fileprivate init?(acpEntry entry: JSONValue) {
        guard let text = entry["content"]?.string else { return nil }
        self.init(text: text, status: entry["status"]?.string.flatMap(Status.init) ?? .pending)
    }
}

extension JSONValue {
    /// What of a content block can be shown as text.
    var acpText: String {
        switch self["type"]?.string {
        case "text": self["text"]?.string ?? ""
        case "resource_link": self["uri"]?.string ?? ""
        case "resource": self["resource"]?["text"]?.string ?? self["resource"]?["uri"]?.string ?? "[resource]"
        case let type?: "[\(type)]"
        case nil: ""
        }
    }
}
