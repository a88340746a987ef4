import Glibc
import Journal
import Keeper
import Logging
import Model

/// Sees one script's process through, from wherever an earlier hub left it: its start, its ports, its end.
struct ScriptRunner: Sendable {
    /// 100 ms between two looks at what became of it.
    private static let lookIntervalMs = 100
    /// Every 10th look, once a second, for the ports of a dev server.
    private static let looksPerPortLook = 10
    /// 1,800 s: a build of a large project.
    private static let timeoutSecondsDefault = 1_800

    let context: RunContext
    let process: ChildProcess.ID

    private var folder: KeeperFolder { KeeperFolder(path: context.settings.processFolder(of: process)) }

    /// - Parameter shouldEnd: besides the row's own word, whether it has to go.
    /// - Returns: the row as it ended.
    func run(unless shouldEnd: @escaping @Sendable (Reader) throws -> Bool = { _ in false }) async throws
        -> ChildProcess
    {
        let row = try await context.journal.read { try $0.required(process) }
        guard row.endedAt == nil else { return row }
        var shown: [OutputStream: UInt64] = [:]
        if try folder.status() == .neverStarted {
            if let end = try await start(row, unless: shouldEnd) { return try await settle(end) }
            shown = [.stdout: 0, .stderr: 0]
        }
        // Also one that an earlier hub had started, and had no time to say so.
        if row.status == .queued { try await change(as: .scriptStarted) { $0.status = .running } }
        return try await settle(try await follow(row, shown, unless: shouldEnd))
    }

    /// - Returns: how it ended, if it could not be started.
    private func start(
        _ row: ChildProcess, unless shouldEnd: @escaping @Sendable (Reader) throws -> Bool
    ) async throws -> ProcessEnd? {
        guard try await context.isFree(folder) else { return nil }
        let isWanted = try await context.journal.read { reader in
            try reader.required(process).stopAt == nil && !shouldEnd(reader)
        }
        guard isWanted else { return .notStarted("it was stopped before it was started", isOurs: true) }
        do {
            guard let asked = try await context.journal.read({ try asked(of: row, $0) }) else {
                return .notStarted("the project has no such script any more", isOurs: false)
            }
            let file = try asked.script.text.map { try ScriptFile(of: process, context.settings).write($0) }
            var launch = asked.launch
            launch.arguments += [file].compactMap(\.self)
            let isolated = try context.isolated(
                launch, of: process, in: asked.run, readable: [file].compactMap(\.self))
            try await change { [argv = launch.arguments] row in
                (row.argv, row.terminal) = (argv, asked.script.terminal)
            }
            _ = try await context.host.launch(isolated, in: folder)
        } catch let error as LaunchRefused {
            return .notStarted("\(error)", isOurs: false)
        } catch let error as HubError where error.code == .credentialUnusable || error.code == .isolationUnavailable {
            // Trying again does not help: somebody has to put it right.
            return .notStarted(error.detail, isOurs: false)
        }
        return nil
    }

    private struct Asked {
        var launch: LaunchSpecification
        let script: Script
        let run: Run
    }

    private func asked(of row: ChildProcess, _ reader: Reader) throws -> Asked? {
        let project = try reader.required(row.projectId)
        let run = try reader.required(row.runId)
        guard let choice = row.scriptChoice, let script = project.scripts?[choice],
            let folder = run.workingDirectory(in: project)
        else { return nil }
        let seconds = script.timeoutSeconds ?? (choice == .purpose(.dev) ? nil : Self.timeoutSecondsDefault)
        let secrets = try context.secrets(of: run, reader)
        let launch = LaunchSpecification(
            arguments: script.argv,
            environment: context.environment(of: choice, script, run, project).merging(secrets) { $1 },
            workingDirectory: folder, outputByteCountMax: UInt64(context.settings.processOutputBytesMax),
            wallMsMax: seconds.map { UInt64($0) * 1_000 },
            terminal: script.terminal.map(TerminalSize.init), secrets: Array(secrets.values))
        return Asked(launch: launch, script: script, run: run)
    }

    /// - Parameter shown: up to where its output was shown to who looks.
    private func follow(
        _ row: ChildProcess, _ shown: [OutputStream: UInt64],
        unless shouldEnd: @escaping @Sendable (Reader) throws -> Bool
    ) async throws -> ProcessEnd {
        var isTold = false
        var looks = 0
        var shown = shown
        while true {
            let status = try folder.status()
            try show(row, &shown, isFinal: { if case .running = status { false } else { true } }())
            switch status {
            case .exited(let record): return .exited(record)
            case .lost(let record):
                return .lost(hasSurvivors: try await context.endSurvivors(of: record, in: folder))
            case .neverStarted: throw KeeperNotReady(log: "no keeper took \(folder.path)")
            case .running(let record):
                if !isTold {
                    let hasToGo = try await context.journal.read { reader in
                        try reader.required(process).stopAt != nil || shouldEnd(reader)
                    }
                    if hasToGo { isTold = try await context.terminate(folder) }
                }
                if looks.isMultiple(of: Self.looksPerPortLook) { try await note(record) }
                looks += 1
            }
            try await context.clock.sleep(for: .milliseconds(Self.lookIntervalMs))
        }
    }

    /// Who begins to look is shown what comes from then on.
    private func show(_ row: ChildProcess, _ shown: inout [OutputStream: UInt64], isFinal: Bool) throws {
        guard context.output.isWatched(row.runId, row.projectId) else {
            shown = [:]
            return
        }
        for stream in OutputStream.allCases {
            let end = try folder.spool(stream == .stdout ? .stdout : .stderr).byteCount()
            shown[stream] = context.showOutput(
                of: row, stream, folder, from: shown[stream] ?? end, to: end, isFinal: isFinal)
        }
    }

    /// Its number, and where it can be reached.
    private func note(_ record: KeeperRecord) async throws {
        let row = try await context.journal.read { try $0.required(process) }
        let pid = record.child.map { Int($0.pid) } ?? row.pid
        let ports = row.reason == .devserver ? try ports(below: record, known: row.ports) : nil
        guard pid != row.pid || ports != row.ports else { return }
        try await change { row in (row.pid, row.ports) = (pid, ports) }
    }

    /// - Returns: nil as long as there were none.
    private func ports(below record: KeeperRecord, known: [Int]?) throws -> [Int]? {
        let found = ListeningPorts.of(try ProcessTable.descendants(of: record.keeper.pid))
        return found.isEmpty && known == nil ? nil : found
    }

    private func settle(_ end: ProcessEnd) async throws -> ChildProcess {
        ScriptFile(of: process, context.settings).remove(context.log)
        try await context.removeContainer(of: process)
        return try await change(as: .processCompleted) { row in
            row.end(end, stoppedByUs: row.stopAt != nil, at: row.updatedAt)
            row.ports = nil
        }
    }

    @discardableResult
    private func change(
        as type: EventType = .processUpdated, _ body: @escaping @Sendable (inout ChildProcess) -> Void
    ) async throws -> ChildProcess {
        try await context.journal.change(of: process, by: .system) { tx in
            var row = try tx.required(process)
            row.updatedAt = tx.now
            body(&row)
            try tx.put(row, as: type)
            if type == .processCompleted {
                try tx.note(
                    .scriptFinished, about: row.context, severity: row.status == .failed ? .warning : .info, data: row)
            }
            return row
        }.value
    }
}
