import Model

/// The tool calls of a session: each is told in pieces, of which the later replace the earlier.
struct ACPTools: Codable, Sendable {
    private var open: [String: ToolUse] = [:]
    private var denied: Set<String> = []
    /// The newest last.
    private var ended: [String] = []

    func hasEnded(_ id: String) -> Bool { ended.contains(id) }

    mutating func deny(_ id: String) { if denied.count < ACPDialogue.endedToolsMax { denied.insert(id) } }

    /// - Parameter asked: whether it waits for an answer of ours.
    mutating func merge(
        _ id: String, _ update: JSONValue, in workingDirectory: String, asked: Bool
    ) -> ToolUse {
        let kind = update["kind"]?.string
        let name = update["name"]?.string ?? kind ?? open[id]?.name ?? "tool"
        var use =
            open[id]
            ?? ToolUse(name: name, action: Self.action(kind), status: .created, title: name)
        if kind != nil || update["name"] != nil {
            use.name = name
            use.action = Self.action(kind ?? use.name)
        }
        if let title = update["title"]?.string, !title.isEmpty { use.title = title.title }
        let content = update["content"]?.array ?? []
        let diffs = content.filter { $0["type"]?.string == "diff" }
        if let input = update["rawInput"], input != .null {
            use.input = input.cuttingText()
        } else if !diffs.isEmpty, use.input == nil {
            use.input = JSONValue.object(["changes": .array(diffs)]).cuttingText()
        }
        let words = content.compactMap(Self.words).joined(separator: "\n")
        if !words.isEmpty { use.output = words.cut() } else if let raw = Self.raw(update) { use.output = raw.cut() }
        use.status = status(of: id, update["status"]?.string, before: use.status, asked: asked)
        keep(id, use)
        return use
    }

    private mutating func keep(_ id: String, _ use: ToolUse) {
        switch use.status {
        case .created, .running, .pendingApproval:
            if open.count < EntryWriter.openToolsMax || open[id] != nil { open[id] = use }
        case .success, .failed, .denied, .timedOut:
            open[id] = nil
            denied.remove(id)
            if ended.count == ACPDialogue.endedToolsMax { ended.removeFirst() }
            ended.append(id)
        }
    }

    private func status(
        of id: String, _ told: String?, before: ToolUse.Status, asked: Bool
    ) -> ToolUse.Status {
        switch told {
        // Some say of a tool that was not allowed that it has completed.
        case "completed": denied.contains(id) ? .denied : .success
        case "failed": denied.contains(id) ? .denied : .failed
        case _ where asked: .pendingApproval
        case "in_progress": .running
        case "pending": before == .pendingApproval ? .running : .created
        default: before == .pendingApproval ? .running : before
        }
    }

    private static func action(_ kind: String?) -> ToolUse.Action {
        switch kind {
        case "read": .fileRead
        case "edit", "delete", "move": .fileEdit
        case "search": .search
        case "execute": .commandRun
        case "fetch": .webFetch
        case "switch_mode": .planPresentation
        default: .tool
        }
    }

    private static func words(_ item: JSONValue) -> String? {
        switch item["type"]?.string {
        case "content": item["content"]?.acpText
        case "diff": item["path"]?.string.map { "edited \($0)" }
        case "terminal": item["terminalId"]?.string.map { "in terminal \($0)" }
        default: nil
        }
    }

    private static func raw(_ update: JSONValue) -> String? {
        guard let output = update["rawOutput"], output != .null else { return nil }
        return output.string ?? String(decoding: JSONLine.write(output).dropLast(), as: UTF8.self)
    }
}
