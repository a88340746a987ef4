import Model

// The control protocol: requests with an id in both directions, and their answers.
extension ClaudeCodeDialogue {
    func request(_ id: String, _ request: JSONValue) -> AgentEffect {
        .write(JSONLine.write(["type": "control_request", "request_id": .string(id), "request": request]))
    }

    private func reply(_ id: String, _ response: JSONValue) -> AgentEffect {
        let body: JSONValue = ["subtype": "success", "request_id": .string(id), "response": response]
        return .write(JSONLine.write(["type": "control_response", "response": body]))
    }

    private func refuse(_ id: String, _ why: String) -> AgentEffect {
        let body: JSONValue = ["subtype": "error", "request_id": .string(id), "error": .string(why)]
        return .write(JSONLine.write(["type": "control_response", "response": body]))
    }

    // MARK: Its questions

    mutating func asked(_ message: JSONValue) -> [AgentEffect] {
        // Once the work is over its input is closed, and the program itself refuses what it cannot ask.
        guard !isOver, let id = message["request_id"]?.string, let request = message["request"] else { return [] }
        guard request["subtype"]?.string == "can_use_tool", let name = request["tool_name"]?.string else {
            return [refuse(id, "unknown request: \(request["subtype"]?.string ?? "without a subtype")")]
        }
        guard questions.count < Self.questionsMax || questions[id] != nil else {
            return [refuse(id, "\(Self.questionsMax) questions wait already")]
        }
        let input = request["input"] ?? [:]
        let shown = plan?.shown(name, input) ?? input
        let tool = ClaudeCodeTool(name, shown)
        let toolId = request["tool_use_id"]?.string ?? id
        questions[id] = Question(toolId: toolId, type: tool.approval, input: input)
        let question = AgentQuestion(
            requestKey: id, type: tool.approval, title: tool.question, tool: name, input: shown)
        return entries.put(tool: toolId, tool.use(.pendingApproval)) + [.ask(question)]
    }

    mutating func withdrawn(_ message: JSONValue) -> [AgentEffect] {
        guard let id = message["request_id"]?.string, let question = questions.removeValue(forKey: id) else {
            return []
        }
        return entries.end(tool: question.toolId, .denied) + [.withdraw(requestKey: id)]
    }

    mutating func answer(_ requestKey: String, with decision: Approval.Decision) -> [AgentEffect] {
        guard let question = questions.removeValue(forKey: requestKey) else { return [] }
        switch decision.decision {
        case .approve:
            let input = question.input(for: decision)
            let allowed = entries.change(tool: question.toolId) {
                let input = decision.edited ?? question.input
                $0 = ClaudeCodeTool($0.name, plan?.shown($0.name, input) ?? input).use(.running)
            }
            return allowed + [reply(requestKey, ["behavior": "allow", "updatedInput": input])]
        case .deny, .revise:
            // The result that the program writes for the tool would say the same.
            let why = decision.reason ?? "This was not allowed."
            return entries.end(tool: question.toolId, .denied, output: why)
                + [reply(requestKey, ["behavior": "deny", "message": .string(why)])]
        }
    }

    // MARK: Answers to our requests

    mutating func replied(_ message: JSONValue) -> [AgentEffect] {
        let response = message["response"]
        guard response?["subtype"]?.string == "error" else { return [] }
        let id = response?["request_id"]?.string ?? ""
        if id == "roost-interrupt-\(interrupts)" { isInterrupting = false }
        let text = "\(id) was refused: \(response?["error"]?.string ?? "no reason given")"
        return [entries.add(EntryContent(.errorMessage, text: text.cut()))]
    }
}

extension ClaudeCodeDialogue.Question {
    /// The tool's whole input as it was allowed: the program does not fill in what is missing.
    fileprivate func input(for decision: Approval.Decision) -> JSONValue {
        let input = decision.edited ?? input
        guard type == .question, let answers = decision.answers, case .object(var members) = input else { return input }
        members["answers"] = .object(answers.mapValues(JSONValue.string))
        return .object(members)
    }
}
