package import Model

/// What a policy says, and which of its rules said it.
package struct PolicyRuling: Codable, Sendable, Equatable {
    package let decision: Approval.Verdict
    /// `deny: Bash: rm *`, `allow: Read`, `autoApprove`, `autoApproveWeb`, `run`.
    package let rule: String

    package init(decision: Approval.Verdict, rule: String) {
        self.decision = decision
        self.rule = rule
    }

    var answer: Approval.Decision {
        switch decision {
        case .approve: .init(.approve, reason: "allowed by the project's policy (\(rule))")
        case .deny, .revise: .init(.deny, reason: "denied by the project's policy (\(rule))")
        }
    }
}

extension Policy {
    /// What the project's rules say about a question; nil leaves it to a person. A plan or a question to the user is
    /// always a person's.
    ///
    /// A rule that allows a command by a wildcard allows one command: what makes it more than one, or writes its output
    /// to a file, has to stand in the rule itself.
    /// - Parameter run: what was decided for the whole run.
    package func ruling(on subject: PolicySubject, approvesAll run: Bool = false) -> PolicyRuling? {
        switch subject.type {
        case .plan, .question: return nil
        case .tool, .command, .web: break
        }
        if let rule = denial(of: subject) { return PolicyRuling(decision: .deny, rule: rule) }
        let barred = subject.type == .command ? PolicySubject.barred : []
        if let glob = allow.first(where: { glob in
            subject.tool.map(Glob(glob).matches) == true
                || subject.names.contains(where: Glob(glob, wildcardsBarFrom: barred).matches)
        }) {
            return PolicyRuling(decision: .approve, rule: "allow: \(glob)")
        }
        if autoApprove { return PolicyRuling(decision: .approve, rule: "autoApprove") }
        if autoApproveWeb, subject.type == .web { return PolicyRuling(decision: .approve, rule: "autoApproveWeb") }
        return run ? PolicyRuling(decision: .approve, rule: "run") : nil
    }

    /// The rule that forbids it, whoever would allow it.
    func denial(of subject: PolicySubject) -> String? {
        let commands = subject.commands.flatMap { command in
            [command] + (subject.tool.map { ["\($0): \(command)"] } ?? [])
        }
        let names = subject.names + commands
        return deny.first { names.contains(where: Glob($0).matches) }.map { "deny: \($0)" }
    }
}
