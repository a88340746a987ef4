import Model

// A question of the agent's in our words, and our answer in its own.
extension ACPDialogue.Question {
    /// - Parameter tool: what is known of the tool that it is about.
    func told(about tool: ToolUse?) -> AgentQuestion {
        switch kind {
        case .permission:
            // The command itself, where it is told: a title says what the agent likes.
            let command = tool?.action == .commandRun ? tool?.input?["command"]?.string : nil
            return AgentQuestion(
                requestKey: id.requestKey, type: tool?.action.approval ?? .tool,
                title: command?.title ?? tool?.title ?? "May it go on?", tool: tool?.name, input: tool?.input)
        case .elicitation:
            var input = params.object ?? [:]
            input["questions"] = ElicitationForm(params["requestedSchema"]).questions
            let title = params["message"]?.string ?? "A question"
            return AgentQuestion(
                requestKey: id.requestKey, type: .question, title: title.title, tool: "elicitation",
                input: .object(input))
        case .cursorQuestion:
            let asked = (params["questions"]?.array ?? []).map { question -> JSONValue in
                let options = (question["options"]?.array ?? []).map { JSONValue.object(["label": $0["label"] ?? ""]) }
                return [
                    "question": question["prompt"] ?? "", "multiSelect": question["allowMultiple"] ?? false,
                    "options": .array(options),
                ]
            }
            let title = params["title"]?.string ?? asked.first?["question"]?.string ?? "A question"
            return AgentQuestion(
                requestKey: id.requestKey, type: .question, title: title.title, tool: "ask_question",
                input: ["questions": .array(asked)])
        case .cursorPlan:
            let title = params["name"]?.string ?? params["overview"]?.string ?? "The plan is ready"
            return AgentQuestion(
                requestKey: id.requestKey, type: .plan, title: title.title, tool: "create_plan", input: params)
        }
    }

    func reply(to decision: Approval.Decision) -> JSONValue {
        let isAllowed = decision.decision == .approve
        switch kind {
        case .permission: return option(allowing: isAllowed).map(Self.selected) ?? cancelled
        case .elicitation:
            guard isAllowed else { return ["action": "decline"] }
            let form = ElicitationForm(params["requestedSchema"])
            return ["action": "accept", "content": form.content(decision.answers ?? [:])]
        case .cursorQuestion:
            guard isAllowed else { return cancelled }
            return ["outcome": ["outcome": "answered", "answers": .array(cursorAnswers(decision.answers ?? [:]))]]
        case .cursorPlan: return ["outcome": ["outcome": isAllowed ? "accepted" : "rejected"]]
        }
    }

    /// What it is told when nobody will answer any more.
    var cancelled: JSONValue {
        switch kind {
        case .permission, .cursorQuestion, .cursorPlan: ["outcome": ["outcome": "cancelled"]]
        case .elicitation: ["action": "cancel"]
        }
    }

    static func selected(_ option: JSONValue) -> JSONValue {
        ["outcome": ["outcome": "selected", "optionId": option]]
    }

    /// By kind, never by id or label; once rather than always, since what is allowed always is not ours to know.
    func option(allowing isAllowed: Bool) -> JSONValue? {
        let options = params["options"]?.array ?? []
        let kinds = isAllowed ? ["allow_once", "allow_always"] : ["reject_once", "reject_always"]
        return kinds.lazy.compactMap { kind in options.first { $0["kind"]?.string == kind }?["optionId"] }.first
    }

    private func cursorAnswers(_ given: [String: String]) -> [JSONValue] {
        (params["questions"]?.array ?? []).compactMap { question in
            guard let id = question["id"], let answer = given[question["prompt"]?.string ?? ""] else { return nil }
            let chosen = (question["options"]?.array ?? []).filter { $0["label"]?.string == answer }
            return ["questionId": id, "selectedOptionIds": .array(chosen.compactMap { $0["id"] })]
        }
    }
}

extension ACPDialogue.Question.Kind {
    init?(method: String) {
        switch method {
        case "session/request_permission": self = .permission
        case "elicitation/create": self = .elicitation
        case "cursor/ask_question": self = .cursorQuestion
        case "cursor/create_plan": self = .cursorPlan
        default: return nil
        }
    }
}

extension ToolUse.Action {
    fileprivate var approval: Approval.Kind {
        switch self {
        case .commandRun: .command
        case .webFetch: .web
        case .planPresentation: .plan
        case .askUserQuestion: .question
        case .fileRead, .fileEdit, .search, .taskCreate, .todoManagement, .tool: .tool
        }
    }
}

extension PlanItem {
    init?(cursorTodo todo: JSONValue) {
        guard let text = todo["content"]?.string else { return nil }
        let status = todo["status"]?.string?.lowercased() ?? ""
        self.init(
            text: text,
            status: status.hasSuffix("in_progress")
                ? .inProgress : status.hasSuffix("completed") ? .completed : .pending
        )
    }
}
