import Model

// The end of a turn: what it consumed, and how it went.
extension ClaudeCodeDialogue {
    mutating func result(_ message: JSONValue) -> [AgentEffect] {
        let effects = entries.flush() + usage(message)
        guard !isOver else { return effects }
        outcome = outcome(of: message)
        isInterrupting = false
        return effects + (tellsState ? [] : end(outcome ?? .interrupted))
    }

    /// Tokens are told by turn, those of subagents left out; the cost is that of the whole session, over all its processes.
    private mutating func usage(_ message: JSONValue) -> [AgentEffect] {
        let total = message["total_cost_usd"]?.number
        // A total below the last one belongs to a session that began anew.
        let spent = total.map { $0 < cost ? $0 : $0 - cost }
        cost = total ?? cost
        return entries.usage(Usage(messages: message["usage"], costUsd: spent))
    }

    /// What it says of a session to resume that it has no file of.
    private static let unknownSession = "No conversation found with session ID"

    private func outcome(of message: JSONValue) -> TurnOutcome {
        let subtype = message["subtype"]?.string ?? "success"
        let reason = message["terminal_reason"]?.string ?? ""
        // `is_error` decides: an error of the API comes with the subtype `success`.
        let isError = message["is_error"]?.bool ?? (subtype != "success")
        let text = message["result"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        if reason.hasPrefix("aborted") || (isInterrupting && isError) { return .interrupted }
        guard isError else { return .completed(summary: text?.cut(toBytes: EntryLimits.summaryBytesMax)) }
        let errors = message["errors"]?.array?.compactMap(\.string) ?? []
        // No line before it has named a session: nothing was begun.
        if session == nil, let lost = errors.first(where: { $0.hasPrefix(Self.unknownSession) }) {
            return .sessionLost(lost.cut(toBytes: EntryLimits.summaryBytesMax))
        }
        let failure = ClaudeCodeFailure(
            code: apiError, status: message["api_error_status"]?.integer,
            text: text ?? (errors.isEmpty ? subtype : errors.joined(separator: "\n")), until: limitedUntil)
        return .failed(failure.failure)
    }
}

/// Whose fault it was that the program could not do its work.
struct ClaudeCodeFailure {
    /// The error's name in the program's protocol, and the status of the model's API.
    var code: String?
    var status: Int64?
    var text: String
    var until: Timestamp?

    var failure: Run.Failure {
        let kind = kind
        return Run.Failure(kind, text.cut(toBytes: EntryLimits.summaryBytesMax), until: kind == .quota ? until : nil)
    }

    private var kind: Run.FailureClass {
        switch (code, status) {
        case ("authentication_failed", _), (_, 401), (_, 403): .auth
        case ("rate_limit", _), ("billing_error", _), ("overloaded", _), (_, 402), (_, 429), (_, 529): .quota
        case (nil, nil) where Self.signsOfMissingLogin.contains { text.lowercased().contains($0) }: .auth
        default: .agent
        }
    }

    /// What it prints when it ends before it could say anything in its protocol.
    private static let signsOfMissingLogin = [
        "not logged in", "please run /login", "invalid api key", "authentication_error", "oauth token has expired",
    ]
}
