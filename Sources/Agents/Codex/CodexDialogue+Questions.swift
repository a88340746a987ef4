import Model

// What the program asks us, and what it is answered. One answer a request.
extension CodexDialogue {
    mutating func asked(_ id: JSONValue, _ method: String, _ params: JSONValue) -> [AgentEffect] {
        guard !isOver else { return [] }
        guard let kind = Question.Kind(method: method) else {
            return [side.refuse(id, RPCError(RPCError.methodNotFound, "\(method) is not known here"))]
        }
        guard questions.count < Self.questionsMax || questions[id.requestKey] != nil else {
            let text = "\(Self.questionsMax) questions wait already"
            return [side.refuse(id, RPCError(RPCError.internalError, text))]
        }
        let item = params["itemId"]?.string ?? params["callId"]?.string
        let question = Question(id: id, kind: kind, params: params, itemID: item)
        questions[id.requestKey] = question
        let pending = item.map { entries.change(tool: $0) { $0.status = .pendingApproval } } ?? []
        return pending + [.ask(told(question, about: item.flatMap { entries.tool($0) }))]
    }

    private func told(_ question: Question, about tool: ToolUse?) -> AgentQuestion {
        let params = question.params
        let key = question.id.requestKey
        let reason = params["reason"]?.string
        switch question.kind {
        case .command, .legacyCommand:
            let words = params["command"]?.array?.compactMap(\.string).joined(separator: " ")
            let command = words ?? ShellWords.unwrapped(params["command"]?.string ?? tool?.title ?? "a command")
            var input: [String: JSONValue] = ["command": .string(command)]
            input["cwd"] = params["cwd"]
            input["reason"] = params["reason"]
            return AgentQuestion(
                requestKey: key, type: .command, title: command.title, tool: "shell", input: .object(input))
        case .patch, .legacyPatch:
            let files = tool?.title ?? params["fileChanges"]?.object?.keys.sorted().joined(separator: ", ")
            var input = tool?.input?.object ?? [:]
            input["fileChanges"] = params["fileChanges"]
            input["reason"] = params["reason"]
            return AgentQuestion(
                requestKey: key, type: .tool, title: "apply_patch: \(files ?? reason ?? "files")".title,
                tool: "apply_patch", input: .object(input))
        case .permissions:
            return AgentQuestion(
                requestKey: key, type: .tool, title: (reason ?? "More permissions").title, tool: "permissions",
                input: params["permissions"])
        case .form:
            let asked = params["questions"]?.array ?? []
            return AgentQuestion(
                requestKey: key, type: .question, title: (asked.first?["question"]?.string ?? "A question").title,
                tool: "request_user_input", input: ["questions": .array(asked)])
        case .elicitation:
            let isTool = params["_meta"]?["codex_approval_kind"]?.string == "mcp_tool_call"
            let title = params["message"]?.string ?? params["serverName"]?.string ?? "A question"
            var input = params.object ?? [:]
            input["questions"] = isTool ? nil : ElicitationForm(params["requestedSchema"]).questions
            return AgentQuestion(
                requestKey: key, type: isTool ? .tool : .question, title: title.title,
                tool: params["serverName"]?.string, input: .object(input))
        }
    }

    /// It no longer waits: it was answered by us, or by nobody.
    mutating func resolved(_ key: String) -> [AgentEffect] {
        questions.removeValue(forKey: key) == nil ? [] : [.withdraw(requestKey: key)]
    }

    mutating func answer(_ requestKey: String, with decision: Approval.Decision) -> [AgentEffect] {
        guard let question = questions.removeValue(forKey: requestKey) else { return [] }
        let isAllowed = decision.decision == .approve && !question.isChanged(by: decision)
        // What is not allowed is told again, as an item that was declined.
        let status = question.itemID.map { id in isAllowed ? entries.change(tool: id) { $0.status = .running } : [] }
        var effects = (status ?? []) + [side.reply(question.id, question.reply(isAllowed, decision))]
        // The protocol has no place for words beside a decision: they are said to the model.
        if let words = question.words(for: decision) { effects += pass(words) }
        return effects
    }
}

extension CodexDialogue.Question.Kind {
    fileprivate init?(method: String) {
        switch method {
        case "item/commandExecution/requestApproval": self = .command
        case "item/fileChange/requestApproval": self = .patch
        case "item/permissions/requestApproval": self = .permissions
        case "item/tool/requestUserInput": self = .form
        case "mcpServer/elicitation/request": self = .elicitation
        case "execCommandApproval": self = .legacyCommand
        case "applyPatchApproval": self = .legacyPatch
        default: return nil
        }
    }
}

extension CodexDialogue.Question {
    /// The command as a person changed it. The program runs what it asked about, or nothing.
    private func changed(by decision: Approval.Decision) -> String? {
        guard kind == .command || kind == .legacyCommand, let edited = decision.edited?["command"]?.string else {
            return nil
        }
        let asked = params["command"]?.string.map(ShellWords.unwrapped)
        return edited == asked ? nil : edited
    }

    fileprivate func isChanged(by decision: Approval.Decision) -> Bool { changed(by: decision) != nil }

    fileprivate func words(for decision: Approval.Decision) -> String? {
        switch decision.decision {
        case .approve: changed(by: decision).map { "That command was not run. Run this one instead: \($0)" }
        case .deny, .revise: decision.reason.flatMap { $0.isEmpty ? nil : "This was not allowed: \($0)" }
        }
    }

    fileprivate func reply(_ isAllowed: Bool, _ decision: Approval.Decision) -> JSONValue {
        switch kind {
        case .command, .patch: return ["decision": isAllowed ? "accept" : "decline"]
        case .legacyCommand, .legacyPatch: return ["decision": isAllowed ? "approved" : "denied"]
        case .permissions:
            return ["permissions": isAllowed ? params["permissions"] ?? [:] : [:], "scope": "turn"]
        case .form: return ["answers": .object(isAllowed ? answers(decision.answers ?? [:]) : [:])]
        case .elicitation:
            guard isAllowed else { return ["action": "decline", "content": nil, "_meta": nil] }
            let content = ElicitationForm(params["requestedSchema"]).content(decision.answers ?? [:])
            return ["action": "accept", "content": content, "_meta": nil]
        }
    }

    /// People answer by the question's words, the program wants them by its id.
    private func answers(_ given: [String: String]) -> [String: JSONValue] {
        let pairs = (params["questions"]?.array ?? []).compactMap { asked -> (String, JSONValue)? in
            guard let id = asked["id"]?.string else { return nil }
            let answer = asked["question"]?.string.flatMap { given[$0] } ?? given[id]
            return answer.map { (id, ["answers": [.string($0)]]) }
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }
}
