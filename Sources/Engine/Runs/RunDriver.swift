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
    /// 256 lines a transaction: at some 50 µs an entry, the writer is held by one run for about 13 ms.
    private static let batchLinesMax = 256
    /// 5 attempts, half a minute, to start a process.
    private static let startAttemptsMax = 5
    private static let retrySecondsMax = 30
    /// 1 s before a service is done again whose outcome could not be stored: a full disk does not pass sooner.
    private static let serviceRetrySeconds = 1
    /// 8 transactions of one stream before the driver looks up: stops and answers never wait for a chatty agent.
    private static let batchesPerTurnMax = 8

    nonisolated let run: Run.ID
    nonisolated let project: Project.ID
    nonisolated let process: ChildProcess.ID
    private nonisolated let handle = Mutex<Task<Void, Never>?>(nil)
    private nonisolated let wake: AsyncStream<Void>.Continuation

    private let context: RunContext
    /// The bot that it is to be given to; nil also for one that a bot has.
    private let claim: BotClaim?
    private let folder: KeeperFolder
    /// The row that it was made for: whose its output is.
    private let row: ChildProcess
    private let signals: AsyncStream<Void>
    private var readers: [OutputStream: SpoolReader]
    private var offsets: [OutputStream: UInt64] = [:]
    /// Lines that were read and are not in the rows yet, and where they end.
    private var backlog: [OutputStream: (lines: ArraySlice<SpoolLine>, end: UInt64)] = [:]
    private var isLinkOver = false
    /// What the hub is doing for the agent, and whether there may be more that it waits for: also from before a restart.
    private var services: [String: Task<Void, Never>] = [:]
    private var mayHaveServices = true
    private var ending: Task<Void, Never>?
    /// What its group was told last over this link; nil before anything was.
    private var isFrozen: Bool?

    init(_ process: ChildProcess, for claim: BotClaim?, context: RunContext) {
        self.claim = claim
        self.process = process.id
        row = process
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

    /// Tries until the process is settled: as long as a keeper has it, giving up would leave an agent that nobody hears.
    private func drive() async {
        defer { ending?.cancel() }
        var failures = 0
        while true {
            do {
                let end =
                    failures < Self.startAttemptsMax
                    ? try await startAndFollow() : try await startAndFollow(orGiveUp: failures)
                await endServices()
                try await AgentTerminals(of: process, context: context).endAll()
                try await context.removeContainer(of: process)
                try await context.runCleanup(after: process, end)
                try await context.settle(process, end)
                return
            } catch is CancellationError {
                // The hub goes down. The agent stays, and the next hub takes it up.
                await endServices()
                return
            } catch {
                failures += 1
                context.log.error(
                    "A run could not be driven",
                    metadata: [
                        "run": "\(run)", "process": "\(process)", "error": "\(error)", "failures": "\(failures)",
                    ])
                let pause = min(1 << min(failures, 5), Self.retrySecondsMax)
                do { try await context.clock.sleep(for: .seconds(pause)) } catch { return }
            }
        }
    }

    /// After too many attempts: a process that never began is given up, every other one is followed.
    private func startAndFollow(orGiveUp failures: Int) async throws -> ProcessEnd {
        guard try folder.status() == .neverStarted, try !FolderOnDisk(folder.path).exists || folder.abandon() else {
            return try await startAndFollow()
        }
        return .notStarted("the hub could not start it in \(failures) attempts; its log says why", isOurs: true)
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
        if let end = try await followBot() { return end }
        let progress = try await context.journal.read { [process = self.process] in try $0.progress(of: process) }
        guard let progress else { throw CancellationError() }
        offsets = [.stdout: UInt64(progress.stdoutOffset), .stderr: UInt64(progress.stderrOffset)]
        backlog = [:]
        if try folder.status() == .neverStarted, let end = try await launch() { return end }
        return try await follow()
    }

    /// - Returns: how it ended, if it could not be started.
    private func launch() async throws -> ProcessEnd? {
        guard try await context.isFree(folder) else { return nil }
        if let end = try await context.setUp(for: process) { return end }
        do {
            guard let specification = try await context.launchSpecification(of: process) else {
                return .notStarted("the run was ended before its agent was started", isOurs: true)
            }
            _ = try await context.host.launch(specification, in: folder)
            return nil
        } catch let error as LaunchRefused {
            return .notStarted("\(error)", isOurs: false)
        } catch let error as HubError where error.code == .credentialUnusable || error.code == .isolationUnavailable {
            // Trying again does not help: somebody has to put it right.
            return .notStarted(error.detail, isOurs: false)
        }
    }

    // MARK: Bots

    /// Sees to a bot's time, and to what the rows want of it: all else it does by itself.
    /// - Returns: nil for an agent that is a process.
    private func followBot() async throws -> ProcessEnd? {
        guard try await context.isBots(process) else { return nil }
        if let end = try await context.setUp(for: process) { return end }
        if let claim { try await context.grant(process, to: claim) }
        // A hub that was away was away for the bot as well: it has its whole time again.
        var watch = BotWatch(begunAt: context.clock.now())
        while true {
            switch try await context.look(at: process, &watch) {
            case .ended(let end): return end
            case .due(let moment): try await rest(until: moment)
            }
        }
    }

    private func rest(until moment: Timestamp) async throws {
        let pause = max(1, moment.millisecondsSince1970 - context.clock.now().millisecondsSince1970)
        let alarm = Task { [context, wake] in
            do { try await context.clock.sleep(for: .milliseconds(pause)) } catch { return }
            wake.yield()
        }
        defer { alarm.cancel() }
        for await _ in signals { break }
        try Task.checkCancellation()
    }

    // MARK: Following

    private func follow() async throws -> ProcessEnd {
        for _ in 0..<RunContext.folderLooksMax {
            switch try folder.status() {
            case .exited(let record):
                try await drainAll()
                return .exited(record)
            case .lost(let record):
                context.log.warning("A keeper is gone", metadata: ["run": "\(run)", "process": "\(process)"])
                let hasSurvivors = try await context.endSurvivors(of: record, in: folder)
                try await drainAll()
                return .lost(hasSurvivors: hasSurvivors)
            case .neverStarted:
                throw KeeperNotReady(log: "no keeper took \(folder.path)")
            case .running:
                do {
                    try await serve(context.host.link(to: folder))
                } catch let KeeperLinkError.silent(seconds) {
                    context.log.error(
                        "A keeper does not answer",
                        metadata: ["run": "\(run)", "process": "\(process)", "seconds": "\(seconds)"])
                    if case .end = try await context.wish(of: process) { try context.endHanging(folder) }
                }
            }
            // The link ended and the folder will say why in a moment.
            try await context.clock.sleep(for: .milliseconds(RunContext.folderIntervalMs))
        }
        throw KeeperNotReady(log: "the keeper of \(folder.path) cannot be reached")
    }

    /// Reads and writes until the connection ends.
    private func serve(_ link: any ProcessLink) async throws {
        let state: KeeperState
        do {
            state = try await context.attach(link)
        } catch let error as KeeperLinkError {
            try Task.checkCancellation()
            if case .silent = error { throw error }
            return
        }
        isLinkOver = false
        isFrozen = nil
        // A link that was lost may have taken the order to end with it.
        ending?.cancel()
        ending = nil
        let (inputs, input) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let pump = InputPump(process: process, context: context, link: link, accepted: state.input.acceptedByteCount)
        let helpers = [
            Task { await pump.run(inputs) },
            Task {
                for await _ in link.events { wake.yield() }
                // Not when this link was given up for another one.
                if !Task.isCancelled { linkEnded() }
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
            let hasMore = try await drain(isFinal: false)
            // One that is to stand still does so before it is told anything, or has anything done for it.
            try await obey(link)
            if isFrozen != true { try await performServices() }
            // After the drain: what the agent said may have made the dialogue answer.
            input.yield()
            if isLinkOver { break }
            if hasMore { wake.yield() }
            try await context.clock.sleep(for: .milliseconds(Self.batchIntervalMs))
        }
    }

    private func linkEnded() {
        isLinkOver = true
        wake.yield()
    }

    private func drainAll() async throws {
        while try await drain(isFinal: true) {}
    }

    /// Takes lines into the rows, in units of work that also move the offset.
    /// - Returns: whether there may be more.
    private func drain(isFinal: Bool) async throws -> Bool {
        var hasTaken = false
        for stream in OutputStream.allCases {
            for _ in 0..<Self.batchesPerTurnMax where try read(stream, isFinal: isFinal) {
                try await take(stream)
                hasTaken = true
            }
        }
        return hasTaken
    }

    /// - Returns: whether there are lines in the backlog.
    private func read(_ stream: OutputStream, isFinal: Bool) throws -> Bool {
        if backlog[stream] != nil { return true }
        guard let batch = try readers[stream]?.lines(from: offsets[stream] ?? 0, isFinal: isFinal), !batch.lines.isEmpty
        else { return false }
        backlog[stream] = (batch.lines[...], batch.nextOffset)
        return true
    }

    private func take(_ stream: OutputStream) async throws {
        guard let (waiting, backlogEnd) = backlog[stream] else { return }
        let part = waiting.prefix(Self.batchLinesMax)
        let rest = waiting.dropFirst(part.count)
        let end = rest.first?.offset ?? backlogEnd
        // Of a line beyond `SpoolReader.lineByteCountMax` only the beginning is heard; the spool has it all.
        let lines = part.filter { $0.part == .whole || $0.part == .first }.map(\.bytes)
        let received = try await context.receive(
            lines, from: stream, of: process, in: project, start: offsets[stream] ?? 0, end: end)
        context.showOutput(of: row, stream, folder, from: offsets[stream] ?? 0, to: end)
        offsets[stream] = end
        backlog[stream] = rest.isEmpty ? nil : (rest, backlogEnd)
        if !received.live.isEmpty { context.live(received.live) }
        mayHaveServices = mayHaveServices || received.hasServices
    }

    // MARK: What the hub does for the agent

    private func performServices() async throws {
        guard mayHaveServices else { return }
        let wanted = try await context.services(of: process)
        mayHaveServices = false
        for (key, service) in wanted where services[key] == nil {
            services[key] = Task { [context, process, project] in
                do {
                    let result = try await context.perform(service, key: key, for: process)
                    try await context.performed(key, result, of: process, in: project)
                } catch is CancellationError {
                } catch {
                    context.log.error("Not performed", metadata: ["process": "\(process)", "error": "\(error)"])
                    // The agent waits for it: it is looked for again.
                    do { try await context.clock.sleep(for: .seconds(Self.serviceRetrySeconds)) } catch {}
                    mayHaveServices = true
                }
                performed(key)
            }
        }
    }

    private func performed(_ key: String) {
        services[key] = nil
        // What it was told is input.
        wake.yield()
    }

    /// Also what was being made for it is there, or not, when this returns.
    private func endServices() async {
        let ending = Array(services.values)
        for service in ending { service.cancel() }
        for service in ending { await service.value }
        services = [:]
    }

    /// Does what the rows want of the process; what an earlier hub had no time to say is said again.
    private func obey(_ link: any ProcessLink) async throws {
        switch try await context.wish(of: process) {
        case .work: try await freeze(false, link)
        case .standStill: try await freeze(true, link)
        case .end(let graceMs):
            // It may be standing still, and would not hear that it is to end.
            try await freeze(false, link)
            end(link, after: graceMs)
        }
    }

    private func freeze(_ isToFreeze: Bool, _ link: any ProcessLink) async throws {
        guard isFrozen != isToFreeze else { return }
        try await context.freezeContainer(isToFreeze, of: process)
        do {
            try await link.signal(isToFreeze ? SIGSTOP : SIGCONT)
            try await AgentTerminals(of: process, context: context).freeze(isToFreeze)
            isFrozen = isToFreeze
        } catch is KeeperLinkError {
            // The link is over, and its end is on its way.
        }
    }

    /// When the run was ended by a verb: the agent was told by its own protocol where it has one, and gets a moment; then
    /// its keeper ends it.
    private func end(_ link: any ProcessLink, after grace: Int) {
        guard ending == nil else { return }
        ending = Task { [context, process, folder] in
            do {
                if grace > 0 { try await context.clock.sleep(for: .milliseconds(grace)) }
                let terminateSeconds = context.settings.terminateGraceSeconds
                try await link.terminate(graceMs: UInt64(terminateSeconds) * 1_000)
                // Its keeper ends it now, and us with that; unless it hangs.
                try await context.clock.sleep(for: .seconds(terminateSeconds + RunContext.keeperAnswerSeconds))
                try context.endHanging(folder)
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
    case lost(hasSurvivors: Bool)
    /// It never ran. `isOurs`: because of the hub, not of what was asked.
    case notStarted(String, isOurs: Bool)
    case bot(BotEnd)
}
