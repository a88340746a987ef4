import Journal
import Keeper
import Logging
import Model

// The scripts that go before and behind an agent.
extension RunContext {
    /// What of the hub's own variables a script gets; those that say where it is come on top.
    private static let inherited: Set = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER"]

    func environment(
        of choice: Script.Choice, _ script: Script, _ run: Run, _ project: Project
    ) -> [String: String] {
        var variables = settings.environment.filter { Self.inherited.contains($0.key) }
        if script.terminal == nil { variables["NO_COLOR"] = "1" }
        variables["TERM"] = script.terminal == nil ? "dumb" : "xterm-256color"
        variables["ROOST_SCRIPT"] = choice.name
        variables["ROOST_RUN"] = run.id.rawValue
        variables["ROOST_PROJECT_PATH"] = project.path
        variables["ROOST_WORKTREE"] = run.worktreePath
        variables["ROOST_BRANCH"] = run.branch
        return variables
    }

    /// Runs the project's setup script, once for each worktree, before the first agent in it. The project's own folder is
    /// its owner's to set up.
    /// - Returns: why the agent will not be started; nil when it may.
    func setUp(for agent: ChildProcess.ID) async throws -> ProcessEnd? {
        guard let script = try await script(.setup, around: agent, unless: { $0.setUpPath == $0.worktreePath }) else {
            return nil
        }
        let ended = try await runWhileActive(script)
        if ended.status == .completed {
            try await journal.change(of: ended.runId, by: .system) { tx in
                var run = try tx.required(ended.runId)
                run.setUpPath = run.worktreePath
                run.touch(at: tx.now)
                try tx.put(run, as: .runUpdated)
            }
            return nil
        }
        guard try await journal.read({ try $0.required(ended.runId).holdsPlace }) else {
            return .notStarted("the run was ended before its agent was started", isOurs: true)
        }
        return .notStarted("the setup script failed: \(try words(of: ended))", isOurs: false)
    }

    /// Runs the project's cleanup script when an agent has ended by itself. That it fails is told, and changes nothing.
    func runCleanup(after agent: ChildProcess.ID, _ end: ProcessEnd) async throws {
        guard case .exited = end, let script = try await script(.cleanup, around: agent, unless: { _ in false }) else {
            return
        }
        let wasOver = try await journal.read { try $0.required(script).endedAt != nil }
        let ended = try await runWhileActive(script)
        guard !wasOver, ended.status != .completed else { return }
        let text = "The cleanup script failed: \(try words(of: ended))"
        try await journal.change(of: ended.runId, by: .system) { [catalog, settings] tx in
            guard var turn = try Turn(agent, in: tx, catalog: catalog, settings: settings) else { return }
            try turn.note(.errorMessage, text)
            try turn.store()
        }
    }

    /// The process of a script that belongs to an agent: the one that an earlier hub made, or a new one.
    /// - Returns: nil when the project has none, or the run has no use for it.
    private func script(
        _ kind: Script.Kind, around agent: ChildProcess.ID, unless isDone: @escaping @Sendable (Run) -> Bool
    ) async throws -> ChildProcess.ID? {
        let id = try await journal.read { try $0.required(agent).runId }
        return try await journal.change(of: id, by: .system) { tx in
            let run = try tx.required(id)
            // Those that came after it are its own: processes are numbered in the order of their making.
            let known = try tx.processes(of: id).last { $0.reason == kind.reason && $0.id > agent }
            if let known { return known.id }
            guard run.holdsPlace, run.purpose == nil, !isDone(run), try tx.required(run.projectId).scripts?[kind] != nil
            else {
                return nil
            }
            return try tx.makeProcess(.purpose(kind), of: run).id
        }.value
    }

    private func runWhileActive(_ script: ChildProcess.ID) async throws -> ChildProcess {
        try await ScriptRunner(context: self, process: script).run { reader in
            try !reader.required(reader.required(script).runId).holdsPlace
        }
    }

    /// 2 KiB of what it said last, beside how it ended.
    private static let wordsByteCount = 2 << 10

    private func words(of process: ChildProcess) throws -> String {
        let end = process.detail ?? process.exitCode.map { "exit code \($0)" } ?? process.signal.map { "signal \($0)" }
        let folder = KeeperFolder(path: settings.processFolder(of: process.id))
        let said = try [SpoolStream.stderr, .stdout].map { stream in
            let size = stream == .stderr ? process.stderrBytes : process.stdoutBytes
            return try folder.spool(stream).text(
                from: UInt64(max(0, size - Self.wordsByteCount)), count: Self.wordsByteCount, isFinal: true
            ).text.trimmingSuffix(while: \.isWhitespace)
        }.first { !$0.isEmpty }
        return [end ?? process.status.rawValue, said].compactMap(\.self).joined(separator: "\n")
    }
}

extension Transaction {
    func makeProcess(_ choice: Script.Choice, of run: Run) throws -> ChildProcess {
        var process = ChildProcess(
            id: make(), projectId: run.projectId, cardId: run.cardId, runId: run.id, reason: choice.reason,
            argv: try required(run.projectId).scripts?[choice]?.argv ?? [], at: now)
        if case .own(let name) = choice { process.script = name }
        try put(process, as: .processCreated)
        return process
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while isSo: (Character) -> Bool) -> String {
        var rest = self[...]
        while let last = rest.last, isSo(last) { rest.removeLast() }
        return String(rest)
    }
}

extension Reader {
    /// The newest of a run's agents: what its scripts do is not its talk.
    func agentProcess(of run: Run.ID) throws -> ChildProcess? {
        try processes(of: run).last { $0.reason == .codingagent }
    }
}
