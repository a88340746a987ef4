import Agents
import Journal
import Model

extension RunContext {
    /// An agent has things done without asking whether it may; what the project denies is denied all the same.
    /// - Throws: `ServiceFailure`.
    func requireNotDenied(_ service: AgentService, of run: Run) async throws {
        guard let subject = service.policySubject else { return }
        let policy = try await journal.read { try $0.policy(of: $0.required(run.projectId)) }
        guard let rule = policy.denial(of: subject) else { return }
        throw ServiceFailure("\(subject.text) is denied by the project's policy (\(rule))")
    }
}

extension AgentService {
    /// As the question would be that comes before it; named by the kinds of tools that ACP has.
    /// - Returns: nil for what concerns a terminal that is there.
    var policySubject: PolicySubject? {
        switch self {
        case .createTerminal(let terminal):
            let line = ([terminal.command] + (terminal.arguments ?? [])).joined(separator: " ")
            return PolicySubject(type: .command, tool: "execute", title: line, input: ["command": .string(line)])
        case .readFile(let path, _, _):
            return PolicySubject(type: .tool, tool: "read", title: path, input: ["path": .string(path)])
        case .writeFile(let path, _):
            return PolicySubject(type: .tool, tool: "edit", title: path, input: ["path": .string(path)])
        case .terminalOutput, .waitForTerminal, .killTerminal, .releaseTerminal: return nil
        }
    }
}
