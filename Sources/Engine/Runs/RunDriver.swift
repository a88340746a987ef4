import Agents
import Glibc
import Journal
import Keeper
import Logging
import Model
import Synchronization

/// Sees one process of a run through: its worktree, its start, its words, its end.
///
/// It holds no truth. Each step begins with what the rows and the keeper's folder say, so a driver that is cut off
/// anywhere is replaced by a new one that goes on from there.
actor RunDriver {
    /// 20 ms between two looks at what the agent printed: 50 transactions a second at most for one run.
    private static let batchIntervalMs = 20
    /// 256 lines a transaction: the writer is never held by one run for more than some milliseconds.
    private static let batchLinesMax = 256
    /// 50 ms between two looks at a folder whose keeper is coming up or going down.
    private static let folderIntervalMs = 50
    /// 200 looks, 10 s: a keeper needs some milliseconds.
    private static let folderLooksMax = 200

    nonisolated let run: Run.ID
    nonisolated let project: Project.ID
    private nonisolated let handle = Mutex<Task<Void, Never>?>(nil)
    private nonisolated let wake: AsyncStream<Void>.Continuation

    private let process: ChildProcess.ID
    private let context: RunContext
    private let folder: KeeperFolder
    private let signals: AsyncStream<Void>
    private var readers: [OutputStream: SpoolReader]
    private var offsets: [OutputStream: UInt64] = [:]
    private var isLinkOver = false
    private var ending: Task<Void, Never>?

    init(_ process: ChildProcess, context: RunContext) {
        self.process = process.id
        run = process.runId
        project = process.projectId
        self.context = context
        folder = KeeperFolder(path: context.settings.processFolder(of: process.id))
        readers = [.stdout: folder.spool(.stdout), .stderr: folder.spool(.stderr)]
        (signals, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    nonisolated var task: Task<Void, Never>? { handle.withLock { $0 } }

    nonisolated func start(then done: @escaping @Sendable () async -> Void) {
        let task = Task {
            await drive()
            await done()
        }
        handle.withLock { $0 = task }
    }

    /// The rows were changed by somebody else: there may be input to hand over, or the run may have been ended.
    nonisolated func poke() { wake.yield() }

    private func drive() async {
        do {
            let exit = try await startAndFollow()
            try await context.settle(process, exit)
        } catch is CancellationError {
            // The hub goes down. The agent stays, and the next hub takes it up.
        } catch {
            context.log.error(
                "A run could not be driven", metadata: ["run": "\(run)", "process": "\(process)", "error": "\(error)"])
            await context.giveUp(process, error)
        }
        ending?.cancel()
    }

    // MARK: Starting

    private func startAndFollow() async throws -> ProcessEnd {
        guard let process = try await context.journal.read({ [process] in try $0.get(process) }) else {
            throw CancellationError()
        }
        if process.status == .queued {
            switch try await context.prepare(process) {
            case .ready: break
            case .refused(let end): return end
            }
        }
        let progress = try await context.journal.read { [process = self.process] in try $0.progress(of: process) }
        guard let progress else { throw CancellationError() }
        offsets = [.stdout: UInt64(progress.stdoutOffset), .stderr: UInt64(progress.stderrOffset)]
        if try folder.status() == .neverStarted, let end = try await launch() { return end }
        return try await follow()
    }

    /// - Returns: how it ended, if it could not be started.
    private func launch() async throws -> ProcessEnd? {
        guard try await folderIsFree() else { return nil }
        guard let specification = try await context.launchSpecification(of: process) else {
            return .notStarted("the run was ended before its agent was started", isOurs: true)
        }
        do {
            _ = try await context.host.launch(specification, in: folder)
            return nil
        } catch let error as LaunchRefused {
            return .notStarted("\(error)", isOurs: false)
        }
    }

    /// An earlier hub may have died while it started the keeper: either nobody will start anything in the folder any
    /// more and it is cleared, or a keeper has it and will show itself.
    private func folderIsFree() async throws -> Bool {
        guard FolderOnDisk(folder.path).exists else { return true }
        for _ in 0..<Self.folderLooksMax {
            if try folder.abandon() {
                try FolderOnDisk(folder.path).remove()
                return true
            }
            if try folder.status() != .neverStarted { return false }
            try await context.clock.sleep(for: .milliseconds(Self.folderIntervalMs))
        }
        throw KeeperNotReady(log: "a keeper holds \(folder.path) and does not start")
    }

    // MARK: Following

    private func follow() async throws -> ProcessEnd {
        for _ in 0..<Self.folderLooksMax {
            switch try folder.status() {
            case .exited(let record):
                try await drain(isFinal: true)
                return .exited(record)
            case .lost(let record):
                context.log.warning("A keeper is gone", metadata: ["run": "\(run)", "process": "\(process)"])
                _ = try record.child?.signalGroup(SIGKILL)
                try await drain(isFinal: true)
                return .lost
            case .neverStarted:
                throw KeeperNotReady(log: "no keeper took \(folder.path)")
            case .running:
                try await serve(context.host.link(to: folder))
            }
            // The link ended and the folder will say why in a moment.
            try await context.clock.sleep(for: .milliseconds(Self.folderIntervalMs))
        }
        throw KeeperNotReady(log: "the keeper of \(folder.path) cannot be reached")
    }

    /// Reads and writes until the connection ends.
    private func serve(_ link: any ProcessLink) async throws {
        let state: KeeperState
        do {
            state = try await link.attach()
        } catch is KeeperLinkError {
            return
        }
        isLinkOver = false
        let (inputs, input) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let pump = InputPump(process: process, context: context, link: link, accepted: state.input.acceptedByteCount)
        let helpers = [
            Task { await pump.run(inputs) },
            Task {
                for await _ in link.events { wake.yield() }
                linkEnded()
            },
        ]
        defer {
            input.finish()
            for helper in helpers { helper.cancel() }
        }
        do {
            try await context.started(process, pid: Int(state.childPid))
            try await listen(to: link, input)
        } catch {
            await link.close()
            throw error
        }
        await link.close()
        try Task.checkCancellation()
    }

    private func listen(to link: any ProcessLink, _ input: AsyncStream<Void>.Continuation) async throws {
        wake.yield()
        for await _ in signals {
            try await drain(isFinal: false)
            // After the drain: what the agent said may have made the dialogue answer.
            input.yield()
            try await endIfAsked(link)
            if isLinkOver { break }
            try await context.clock.sleep(for: .milliseconds(Self.batchIntervalMs))
        }
    }

    private func linkEnded() {
        isLinkOver = true
        wake.yield()
    }

    /// Reads all that there is, line by line, in units of work that also move the offset.
    private func drain(isFinal: Bool) async throws {
        for stream in OutputStream.allCases {
            while let batch = try readers[stream]?.lines(from: offsets[stream] ?? 0, isFinal: isFinal),
                !batch.lines.isEmpty
            {
                var rest = batch.lines[...]
                while !rest.isEmpty {
                    let part = rest.prefix(Self.batchLinesMax)
                    rest = rest.dropFirst(part.count)
                    let end = rest.first?.offset ?? batch.nextOffset
                    // Of a line beyond `SpoolReader.lineByteCountMax` only the beginning is heard; the spool has it all.
                    let lines = part.filter { $0.part == .whole || $0.part == .first }.map(\.bytes)
                    let live = try await context.receive(
                        lines, from: stream, of: process, in: project, start: offsets[stream] ?? 0, end: end
                    )
                    offsets[stream] = end
                    if !live.isEmpty { context.live(live) }
                }
            }
        }
    }

    /// When the run was ended by a verb: the agent was told by its own protocol where it has one, and gets a moment; then
    /// its keeper ends it.
    private func endIfAsked(_ link: any ProcessLink) async throws {
        guard ending == nil, let grace = try await context.graceMs(of: process) else { return }
        ending = Task { [context, process] in
            do {
                if grace > 0 { try await context.clock.sleep(for: .milliseconds(grace)) }
                try await link.terminate(graceMs: UInt64(context.settings.terminateGraceSeconds) * 1_000)
            } catch {
                context.log.debug("Not ended by the hub", metadata: ["process": "\(process)", "why": "\(error)"])
            }
        }
    }
}

/// How a process ended, as far as the hub can know.
enum ProcessEnd: Sendable, Equatable {
    case exited(ExitRecord)
    /// Its keeper was killed: nobody saw it end.
    case lost
    /// It never ran. `isOurs`: because of the hub, not of what was asked.
    case notStarted(String, isOurs: Bool)
}
