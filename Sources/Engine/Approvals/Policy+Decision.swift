import Agents
import Model

extension Policy {
    /// What the project's rules say about a question; nil leaves it to a person. A plan or a question to the user is
    /// always a person's.
    func decision(on question: AgentQuestion) -> Approval.Decision? {
        switch question.type {
        case .plan, .question: return nil
        case .tool, .command, .web: break
        }
        let subjects = [question.tool, question.title, question.tool.map { "\($0): \(question.title)" }].compactMap(
            \.self)
        func matches(_ globs: [String]) -> String? {
            globs.first { glob in subjects.contains { Glob(glob).matches($0) } }
        }
        if let glob = matches(deny) { return .init(.deny, reason: "denied by the project's policy (\(glob))") }
        if let glob = matches(allow) { return .init(.approve, reason: "allowed by the project's policy (\(glob))") }
        return autoApprove ? .init(.approve, reason: "allowed by the project's policy (autoApprove)") : nil
    }
}

/// `*` matches any run of characters, `?` exactly one, everything else itself.
struct Glob {
    private let pattern: [Character]

    init(_ pattern: String) { self.pattern = Array(pattern) }

    /// Iterative, so that a hostile pattern costs at most pattern × text steps.
    func matches(_ text: String) -> Bool {
        let text = Array(text)
        var (p, t) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let back = star {
                star = (back.pattern, back.text + 1)
                p = back.pattern + 1
                t = back.text + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
