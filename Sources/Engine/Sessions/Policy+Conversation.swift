import Model

extension Policy {
    /// What the rules say about a question in a run that only reads and talks: whatever nobody has allowed by name is denied,
    /// so that a conversation does not wait for permissions that it has no use for.
    func rulingOfTalk(on subject: PolicySubject) -> PolicyRuling? {
        switch subject.type {
        case .question: return nil
        case .plan: return PolicyRuling(decision: .deny, rule: "conversation: say it in your answer")
        case .web: return ruling(on: subject)
        case .tool, .command:
            var named = self
            named.autoApprove = false
            return named.ruling(on: subject)
                ?? PolicyRuling(decision: .deny, rule: "conversation: nothing is changed or run")
        }
    }
}
