import Model

// What the agent asks of people, and what it is answered. One answer a request.
extension ACPDialogue {
    mutating func asked(_ id: JSONValue, _ method: String, _ params: JSONValue) -> [AgentEffect] {
        guard !isOver else { return [] }
        if let kind = Question.Kind(method: method) { return ask(Question(id: id, kind: kind, params: params)) }
        if let service = AgentService(acp: method, params) { return perform(id, service) }
        switch method {
        case "cursor/update_todos":
            let todos = (params["todos"]?.array ?? []).compactMap(PlanItem.init(cursorTodo:))
            return [entries.plan(todos), side.reply(id, [:])]
        case "cursor/task", "cursor/generate_image": return [side.reply(id, [:])]
        default:
            guard Self.serviceMethods.contains(method) else {
                return [side.refuse(id, RPCError(RPCError.methodNotFound, "\(method) is not known here"))]
            }
            return [side.refuse(id, RPCError(RPCError.invalidParams, "\(method) lacks a parameter"))]
        }
    }

    private mutating func ask(_ question: Question) -> [AgentEffect] {
        let key = question.id.requestKey
        guard !isInterrupting else { return [side.reply(question.id, question.cancelled)] }
        guard questions.count < Self.questionsMax || questions[key] != nil else {
            let text = "\(Self.questionsMax) questions wait already"
            return [side.refuse(question.id, RPCError(RPCError.internalError, text))]
        }
        guard question.kind == .permission else {
            questions[key] = question
            return entries.flush() + [.ask(question.told(about: nil))]
        }
        let call = question.params["toolCall"] ?? [:]
        let known = call["toolCallId"]?.string.flatMap { entries.tool($0) }
        let kind = call["kind"]?.string
        let isAllowed = allows.covers(kind ?? known.map { $0.name }) && question.option(allowing: true) != nil
        questions[key] = question
        let shown = tool(call)
        var told = question.told(about: call["toolCallId"]?.string.flatMap { entries.tool($0) })
        if isAllowed { told.allowedByMode = options.permissionMode }
        return shown + [.ask(told)]
    }

    mutating func answer(_ requestKey: String, with decision: Approval.Decision) -> [AgentEffect] {
        guard let question = questions.removeValue(forKey: requestKey) else { return [] }
        let isAllowed = decision.decision == .approve
        if !isAllowed, let reason = decision.reason { tell(reason, about: question) }
        var shown: [AgentEffect] = []
        if question.kind == .permission, let tool = question.params["toolCall"]?["toolCallId"]?.string {
            if isAllowed {
                shown = self.tool(["toolCallId": .string(tool), "status": "in_progress"])
            } else {
                tools.deny(tool)
                let why = decision.reason.map { JSONValue.string($0) }
                let words = why.map {
                    JSONValue.array([["type": "content", "content": ["type": "text", "text": $0]]])
                }
                shown = self.tool(["toolCallId": .string(tool), "status": "failed", "content": words ?? []])
            }
        }
        return shown + [side.reply(question.id, question.reply(to: decision))]
    }

    /// The protocol's answer has no place for it: it is the next thing that the agent is told.
    private mutating func tell(_ reason: String, about question: Question) {
        let call = question.params["toolCall"]?["toolCallId"]?.string
        let title = question.told(about: call.flatMap { entries.tool($0) }).title
        let text = "“\(title)” was not allowed: \(reason)"
        guard !isInterrupting, reasons?.contains(text) != true, (reasons?.count ?? 0) < Self.reasonsMax else { return }
        reasons = (reasons ?? []) + [text]
        unsaid.append(text)
    }

    // MARK: Services

    private static let serviceMethods: Set = [
        "fs/read_text_file", "fs/write_text_file", "terminal/create", "terminal/output", "terminal/wait_for_exit",
        "terminal/kill", "terminal/release",
    ]

    private mutating func perform(_ id: JSONValue, _ service: AgentService) -> [AgentEffect] {
        guard services.count < Self.servicesMax else {
            let text = "\(Self.servicesMax) requests are under way already"
            return [side.refuse(id, RPCError(RPCError.internalError, text))]
        }
        services[id.requestKey] = id
        return [.perform(key: id.requestKey, service)]
    }

    mutating func performed(_ key: String, _ result: AgentServiceResult) -> [AgentEffect] {
        guard let id = services.removeValue(forKey: key) else { return [] }
        switch result {
        case .done: return [side.reply(id, [:])]
        case .text(let text): return [side.reply(id, ["content": .string(text)])]
        case .terminal(let terminal): return [side.reply(id, ["terminalId": .string(terminal)])]
        case .output(let text, let isTruncated, let exit):
            var members: [String: JSONValue] = ["output": .string(text), "truncated": .bool(isTruncated)]
            members["exitStatus"] = exit.map(\.acp)
            return [side.reply(id, .object(members))]
        case .exited(let exit): return [side.reply(id, exit.acp)]
        case .failed(let why): return [side.refuse(id, RPCError(RPCError.internalError, why))]
        }
    }
}

extension AgentExit {
    fileprivate var acp: JSONValue {
        [
            "exitCode": code.map { .integer(Int64($0)) } ?? .null,
            "signal": signal.map { .string("\($0)") } ?? detail.map(JSONValue.string) ?? .null,
        ]
    }
}

extension AgentService {
    /// - Returns: nil for a method that is no service, or one that lacks what it needs.
    fileprivate init?(acp method: String, _ params: JSONValue) {
        let terminal = params["terminalId"]?.string
        switch (method, params["path"]?.string, terminal) {
        case ("fs/read_text_file", let path?, _):
            self = .readFile(path: path, line: params["line"]?.count, limit: params["limit"]?.count)
        case ("fs/write_text_file", let path?, _):
            guard let text = params["content"]?.string else { return nil }
            self = .writeFile(path: path, text: text)
        case ("terminal/create", _, _):
            guard let command = params["command"]?.string else { return nil }
            let pairs = (params["env"]?.array ?? []).compactMap { variable -> (String, String)? in
                guard let name = variable["name"]?.string, let value = variable["value"]?.string else { return nil }
                return (name, value)
            }
            let arguments = params["args"]?.array?.compactMap(\.string)
            self = .createTerminal(
                AgentTerminal(
                    command: command, arguments: arguments?.isEmpty == false ? arguments : nil,
                    environment: Dictionary(pairs, uniquingKeysWith: { $1 }), directory: params["cwd"]?.string,
                    outputBytesMax: params["outputByteLimit"]?.count))
        case ("terminal/output", _, let id?): self = .terminalOutput(id: id)
        case ("terminal/wait_for_exit", _, let id?): self = .waitForTerminal(id: id)
        case ("terminal/kill", _, let id?): self = .killTerminal(id: id)
        case ("terminal/release", _, let id?): self = .releaseTerminal(id: id)
        default: return nil
        }
    }
}
