package import Journal
import Keeper
package import Model

extension Engine {
    /// Runs one of the project's scripts where a run works: in its worktree, or in the project's own folder. A dev server may run beside the agent; the others do not.
    /// - Throws: `HubError` `.scriptNotFound`, `.alreadyExists` when it runs, `.illegalTransition`, `.limitExceeded`.
    package func startScript(
        _ choice: Script.Choice, of id: Run.ID, by actor: Actor
    ) async throws -> Committed<ChildProcess> {
        let most = settings.limits.scriptsPerHubMax
        let started = try await journal.change(of: id, by: actor) { tx in
            let run = try tx.required(id)
            let project = try tx.open(run.projectId)
            guard project.scripts?[choice] != nil else {
                throw HubError(.scriptNotFound, "the project has no \(choice.name) script")
            }
            guard let folder = run.workingDirectory(in: project), FolderOnDisk(folder).exists else {
                throw HubError.illegal(
                    "a script", "run \(id), which has no worktree,", currentStatus: run.status.rawValue)
            }
            if choice != .purpose(.dev), run.holdsPlace {
                throw HubError.illegal("the \(choice.name) script", "run \(id)", currentStatus: run.status.rawValue)
            }
            let alive = try tx.processes(statuses: [.queued, .running]).filter { $0.reason != .codingagent }
            if let known = alive.first(where: { $0.runId == id && $0.scriptChoice == choice }) {
                throw HubError(
                    .alreadyExists, "the run's \(choice.name) script runs already",
                    members: ["processId": .string(known.id.rawValue)])
            }
            try requireRoom(alive.count, most, "scriptsPerHubMax", "scripts run at once")
            return try tx.makeProcess(choice, of: run)
        }
        await scheduler.drive(script: started.value)
        return started
    }

    /// Ends a script's process. An agent's ends with its run.
    package func stopProcess(_ id: ChildProcess.ID, by actor: Actor) async throws -> Committed<ChildProcess> {
        try await journal.change(of: id, by: actor) { tx in
            var process = try tx.required(id)
            guard process.reason != .codingagent, process.endedAt == nil else {
                throw HubError.illegal(
                    "stop", "process \(id), a \(process.reason.rawValue),", currentStatus: process.status.rawValue)
            }
            try tx.stop(&process)
            return process
        }
    }

    /// What a process said, from a byte on, as its keeper wrote it down.
    /// - Parameter waitMs: how long to wait for more when there is nothing yet.
    /// - Throws: `HubError` `.outputGone` when its folder has been removed after its time.
    package func output(
        of id: ChildProcess.ID, _ stream: OutputStream, from offset: Int, count: Int, waitMs: Int
    ) async throws -> ProcessOutput {
        let folder = KeeperFolder(path: settings.processFolder(of: id))
        var rest = waitMs
        while true {
            let row = try await journal.read { try $0.required(id) }
            let isEnded = row.endedAt != nil
            if isEnded, row.stdoutBytes + row.stderrBytes > 0, !FolderOnDisk(folder.path).exists {
                throw HubError(
                    .outputGone,
                    "what process \(id) printed was kept for processOutputKeepSeconds "
                        + "(\(settings.limits.processOutputKeepSeconds)) after its end; its entries are there")
            }
            let read = try folder.spool(stream == .stdout ? .stdout : .stderr).text(
                from: UInt64(offset), count: count, isFinal: isEnded)
            if !read.text.isEmpty || isEnded || rest <= 0 {
                return ProcessOutput(
                    stream: stream, offset: Int(read.offset), text: read.text, nextOffset: Int(read.nextOffset),
                    isEnd: isEnded && read.text.isEmpty)
            }
            let pause = min(rest, ProcessOutput.lookIntervalMs)
            try await clock.sleep(for: .milliseconds(pause))
            rest -= pause
        }
    }
}

/// A piece of what a process said.
package struct ProcessOutput: Codable, Sendable, Equatable {
    /// 64 KiB: some screens.
    package static let byteCountDefault = 64 << 10
    /// 1 MiB: what is read at once.
    package static let byteCountMax = SpoolReader.readByteCountMax
    /// 30 s: shorter than what proxies give up after.
    package static let waitMsMax = 30_000
    /// 100 ms between two looks for more.
    static let lookIntervalMs = 100

    package let stream: OutputStream
    /// Where the text begins: at most three bytes before what was asked for, when that was inside a character.
    package let offset: Int
    package let text: String
    package let nextOffset: Int
    /// Nothing more will come.
    package let isEnd: Bool
}

extension Transaction {
    func stop(_ process: inout ChildProcess) throws {
        process.stopAt = process.stopAt ?? now
        process.updatedAt = now
        try put(process, as: .processUpdated)
    }
}
