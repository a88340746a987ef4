import Agents
import Journal
import Keeper
import Logging
import Model

// What the hub does for an agent that asks it to: files and commands, in its run's worktree.
extension RunContext {
    func services(of process: ChildProcess.ID) async throws -> [String: AgentService] {
        try await journal.read { reader in
            guard let progress = try reader.progress(of: process) else { return [:] }
            return try TurnRecord(decoding: progress.dialogue).services ?? [:]
        }
    }

    /// - Parameter key: the request's own name in this process: performed again, it leads to the same.
    /// - Throws: when the hub goes down; what cannot be done is a result.
    func perform(
        _ service: AgentService, key: String, for process: ChildProcess.ID
    ) async throws -> AgentServiceResult {
        guard let (launch, run) = try await plainLaunch(of: process) else { return .failed("the run has ended") }
        let files = WorktreeFiles(root: launch.workingDirectory, bytesMax: settings.files.fileWriteBytesMax)
        let terminals = AgentTerminals(of: process, context: self)
        do {
            try await requireNotDenied(service, of: run)
            switch service {
            case .readFile(let path, let line, let limit):
                return .text(try files.read(path, line: line, limit: limit))
            case .writeFile(let path, let text):
                try files.write(text, to: path)
                return .done
            case .createTerminal(let terminal):
                return .terminal(id: try await terminals.create(terminal, key: key, beside: launch, of: run, in: files))
            case .terminalOutput(let id): return try terminals.output(of: id)
            case .waitForTerminal(let id): return .exited(try await terminals.exit(of: id))
            case .killTerminal(let id):
                try await terminals.end(id)
                return .done
            case .releaseTerminal(let id):
                try await terminals.release(id)
                return .done
            }
        } catch let error as ServiceFailure {
            return .failed(error.description)
        } catch let error as CancellationError {
            throw error
        } catch {
            log.warning("A service failed", metadata: ["process": "\(process)", "error": "\(error)"])
            return .failed("\(error)")
        }
    }

    func performed(
        _ key: String, _ result: AgentServiceResult, of process: ChildProcess.ID, in project: Project.ID
    ) async throws {
        try await journal.change(.project(project), by: .system) { [catalog, settings] tx in
            guard var turn = try Turn(process, in: tx, catalog: catalog, settings: settings) else { return }
            try turn.performed(key, result)
            try turn.store()
        }
    }
}

/// Why something was not done for an agent, in a sentence for it.
struct ServiceFailure: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
