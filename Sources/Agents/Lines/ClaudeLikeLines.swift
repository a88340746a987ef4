import Model

/// The messages that Qwen Code and Amp have from Claude Code: blocks of an assistant, results of tools, a result.
enum ClaudeLikeLines {
    static func read(_ message: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        let type = message["type"]?.string
        let learned = type == "result" ? [] : talk.learn(session: message["session_id"]?.string)
        // What a subagent says belongs to the tool that it is; its own tools are shown.
        let isMain = message["parent_tool_use_id"]?.string == nil
        switch type {
        case "assistant":
            let counts = isMain ? message["message"]?["usage"] : nil
            let reached = counts.map { talk.entries.reached($0, by: message["message"]?["id"]?.string) } ?? []
            return learned + reached + blocks(message).flatMap { assistant($0, isMain: isMain, &talk) }
        case "user": return learned + blocks(message).flatMap { toolResult($0, &talk) }
        case "stream_event" where isMain: return learned + piece(message["event"] ?? [:], &talk)
        case "result": return result(message, &talk)
        default: return learned
        }
    }

    private static func blocks(_ message: JSONValue) -> [JSONValue] {
        let content = message["message"]?["content"]
        return content?.string.map { [["type": "text", "text": .string($0)]] } ?? content?.array ?? []
    }

    private static func assistant(_ block: JSONValue, isMain: Bool, _ talk: inout LineTalk) -> [AgentEffect] {
        switch block["type"]?.string {
        case "text" where isMain: return talk.said(block["text"]?.string)
        case "thinking" where isMain: return talk.said(block["thinking"]?.string, as: .thinking)
        case "tool_use":
            let name = block["name"]?.string
            if name?.lowercased().replacing("_", with: "") == "todowrite", let todos = block["input"]?["todos"]?.array {
                return [talk.entries.plan(todos.compactMap(PlanItem.init(line:)))]
            }
            return talk.began(block["id"]?.string, LineTool(name, block["input"]))
        default: return []
        }
    }

    private static func toolResult(_ block: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        guard block["type"]?.string == "tool_result" else { return [] }
        let content = block["content"]
        let words = content?.string ?? content?.array?.compactMap { $0["text"]?.string }.joined(separator: "\n")
        return talk.ended(
            block["tool_use_id"]?.string, block["is_error"]?.bool == true ? .failed : .success, output: words)
    }

    private static func piece(_ event: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        guard event["type"]?.string == "content_block_delta" else { return [] }
        let delta = event["delta"]
        if let text = delta?["text"]?.string { return talk.saying(text) }
        return talk.saying(delta?["thinking"]?.string, as: .thinking)
    }

    private static func result(_ message: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        let used = talk.used(Usage(messages: message["usage"]))
        let subtype = message["subtype"]?.string
        if message["is_error"]?.bool ?? (subtype != "success") {
            talk.failed(message["error"]?["message"]?.string ?? message["error"]?.string ?? subtype)
        } else {
            talk.completed(message["result"]?.string)
        }
        return talk.entries.flush() + used
    }
}
