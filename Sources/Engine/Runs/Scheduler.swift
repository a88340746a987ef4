import Journal
import Logging
import Model

/// Holds the queue to its limits and keeps one driver for each run that has a process.
///
/// It remembers nothing that the rows do not say: which runs wait and which are active is read anew for each pass, so a
/// restart neither forgets nor exceeds a limit.
actor Scheduler {
    /// 15 s: how late a question's expiry, a run's time or a silence may be noticed.
    static let sweepIntervalSeconds = 15
    /// 60 s between two looks for what the rows say and nobody sees to.
    private static let reconcileIntervalSeconds = 60
    /// An hour between two looks for removed worktrees that nobody may have back any more, and for old output.
    private static let forgetIntervalSeconds = 60 * 60
    /// 500 ms between two tellings of places in the queue, and two lots of what an earlier hub had left in it.
    private static let paceMs = 500
    /// 2 at once: each makes a worktree and starts a program, and the hub has just begun.
    private static let leftOverPerLot = 2

    /// 1 s before the queue is looked at again when that failed: a full disk or a locked database does not pass sooner.
    private static let retrySeconds = 1

    private let context: RunContext
    private nonisolated let signal: AsyncStream<Void>.Continuation
    private let signals: AsyncStream<Void>
    private var drivers: [Run.ID: RunDriver] = [:]
    /// Of scripts that run beside an agent or without one.
    private var scripts: [ChildProcess.ID: (run: Run.ID, task: Task<Void, Never>)] = [:]
    private var work: [Task<Void, Never>] = []
    /// Runs whose worktree is in a verb's hands, and who waits for it. They cannot start meanwhile.
    private var held: [Run.ID: [CheckedContinuation<Void, Never>]] = [:]
    /// Runs that are getting their place and have no driver yet.
    private var dispatching: Set<Run.ID> = []
    /// Bots that wait for a run, and those that have one and have not been told.
    private var bots = BotRank()
    /// When this hub began to serve the queue.
    private var begun: Timestamp
    /// The present lot of what an earlier hub had left in the queue has been started; the next one comes with the next telling.
    private var isLotTaken = false
    private var isPacing = false
    /// Where queued runs stand, as far as their rows do not say so yet.
    private var untold: [(project: Project.ID, run: Run.ID, place: Run.QueuePlace)] = []
    private nonisolated let placesSignal: AsyncStream<Void>.Continuation
    private let placesSignals: AsyncStream<Void>

    init(_ context: RunContext) {
        self.context = context
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (placesSignals, placesSignal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        begun = context.clock.now()
    }

    func start() async throws {
        begun = context.clock.now()
        try await takeUp()
        work = [
            Task { await serve() }, Task { await tellPlaces() }, Task { await sweep() },
            Task { await reconcileAlways() }, Task { await forgetWhatWasSaved() }, Task { await forgetOldOutput() },
        ]
        kick()
    }

    func stop() async {
        for task in work { task.cancel() }
        // First the queue: after it, nobody starts a driver any more.
        for task in work { await task.value }
        for driver in drivers.values { driver.task?.cancel() }
        for script in scripts.values { script.task.cancel() }
        for driver in Array(drivers.values) { await driver.task?.value }
        for script in Array(scripts.values) { await script.task.value }
    }

    /// Something of this run was changed by a verb: its driver has to look.
    func poke(_ run: Run.ID) { drivers[run]?.poke() }

    /// Something may be startable. Never waits, and is not lost when the queue is not served yet.
    nonisolated func kick() { signal.yield() }

    /// Takes a run's worktree in hand; waits for another verb that has it, and for a driver that is putting it away.
    /// - Returns: false when a process of the run lives.
    func hold(_ run: Run.ID) async -> Bool {
        if let driver = drivers[run] {
            guard await context.hasEnded(driver.process) else { return false }
            await driver.task?.value
        }
        while held[run] != nil {
            await withCheckedContinuation { held[run]?.append($0) }
        }
        guard drivers[run] == nil, !dispatching.contains(run) else { return false }
        held[run] = []
        return true
    }

    func release(_ run: Run.ID) {
        let waiting = held.removeValue(forKey: run) ?? []
        for waiter in waiting { waiter.resume() }
        kick()
    }

    private func serve() async {
        for await _ in signals {
            do {
                try await pass()
            } catch is CancellationError {
                return
            } catch {
                context.log.error("The queue could not be served", metadata: ["error": "\(error)"])
                do { try await context.clock.sleep(for: .seconds(Self.retrySeconds)) } catch { return }
                kick()
            }
        }
    }

    private func forgetWhatWasSaved() async {
        // As often as somebody could notice, and at once when the hub starts.
        let limits = context.settings.limits
        let pause = min(Self.forgetIntervalSeconds, limits.worktreeUndoSeconds, limits.snapshotKeptSeconds)
        while true {
            await context.forgetWhatWasSaved()
            do { try await context.clock.sleep(for: .seconds(pause)) } catch { return }
        }
    }

    private func forgetOldOutput() async {
        let pause = min(Self.forgetIntervalSeconds, context.settings.limits.processOutputKeepSeconds)
        while true {
            await context.forgetOldOutput()
            do { try await context.clock.sleep(for: .seconds(pause)) } catch { return }
        }
    }

    private func sweep() async {
        while true {
            do { try await context.clock.sleep(for: .seconds(Self.sweepIntervalSeconds)) } catch { return }
            await expireApprovals()
            await lookAtTime()
        }
    }

    /// What the clock alone has brought: runs whose time has come, budgets of time, silences.
    private func lookAtTime() async {
        do {
            if try await context.activateDueCards() { kick() }
            for run in try await context.dueRuns() where try await context.makeDue(run) { kick() }
            for run in try await context.pauseOverspent() { poke(run) }
            for run in try await context.lookForStalls() { poke(run) }
        } catch is CancellationError {
        } catch {
            context.log.error("Time could not be looked at", metadata: ["error": "\(error)"])
        }
    }

    private func pass() async throws {
        // A settled run holds its place until its processes are gone, and cannot start again before.
        var look = try await context.lookAtQueue(begun: begun, driven: Set(drivers.keys))
        look.queued.removeAll { drivers[$0.run] != nil || held[$0.run] != nil }
        look.limits.bots = bots.waiting
        look.limits.pace = isLotTaken ? 0 : Self.leftOverPerLot
        let decision = RunQueue(limits: look.limits).decide(look.queued, occupied: look.occupied)
        let leftOver = Set(look.queued.filter(\.isLeftOver).map(\.run))
        isLotTaken = isLotTaken || decision.admitted.contains(where: leftOver.contains)
        isPacing = decision.waiting.contains { $0.place.heldBy == .pace }
        for run in decision.admitted {
            try Task.checkCancellation()
            let claim = decision.claims[run]
            // The bot may have gone since the rows were read.
            if let claim, !bots.seat(claim.id) { continue }
            // A verb may have taken it in hand meanwhile.
            guard held[run] == nil, drivers[run] == nil else {
                if let claim { bots.rejoin(claim.id) }
                continue
            }
            dispatching.insert(run)
            defer { dispatching.remove(run) }
            if let process = try await dispatch(run) {
                if let claim { bots.seat(claim.id, at: process.id) }
                drive(process, for: claim)
            } else if let claim {
                bots.rejoin(claim.id)
            }
        }
        untold = decision.waiting.compactMap { run, place in
            guard look.told[run] != (place.position == nil ? nil : place) else { return nil }
            return look.projects[run].map { ($0, run, place) }
        }
        placesSignal.yield()
    }

    /// Writes down where queued runs stand, at a pace of its own: a queue that moves fast is told as it comes to be.
    private func tellPlaces() async {
        for await _ in placesSignals {
            do {
                let places = untold
                untold = []
                for (project, places) in Dictionary(grouping: places, by: \.project) {
                    try await context.tell(places.map { ($0.run, $0.place) }, in: project)
                }
            } catch is CancellationError {
                return
            } catch {
                context.log.warning("Places in the queue were not told", metadata: ["error": "\(error)"])
            }
            do { try await context.clock.sleep(for: .milliseconds(Self.paceMs)) } catch { return }
            isLotTaken = false
            if isPacing { kick() }
        }
    }

    /// Gives a run its place and its process's row.
    /// - Returns: nil when it is no longer queued.
    private func dispatch(_ id: Run.ID) async throws -> ChildProcess? {
        let project = try await context.journal.read { try $0.required(id).projectId }
        return try await context.journal.change(.project(project), by: .system) { tx in
            var run = try tx.required(id)
            guard run.status == .queued else { return nil }
            if let excess = try tx.excess(of: run, in: try tx.required(project)) {
                _ = try run.apply(.stop(.budget, detail: excess.text), at: tx.now)
                try tx.put(run, as: .runPaused, severity: .warning)
                return nil
            }
            _ = try run.apply(.dispatched, at: tx.now)
            // It was of what was there before the agent went on, however that ends.
            if run.review == .approved { run.review = .none }
            try tx.put(run, as: .runStarted)
            let process = ChildProcess(
                id: tx.make(), projectId: run.projectId, cardId: run.cardId, runId: run.id, reason: .codingagent,
                argv: [], at: tx.now)
            try tx.put(process, as: .processCreated)
            try tx.beginCard(of: run)
            return process
        }.value
    }

    // MARK: Bots

    /// - Throws: `HubError` `.limitExceeded` (`botClaimsMax`).
    func join(_ claim: BotClaim) throws {
        let most = context.settings.limits.botClaimsMax
        guard bots.waiting.count < most else {
            throw HubError.limit("botClaimsMax", most, "too many bots wait for a run", retryAfterSeconds: 1)
        }
        bots.join(claim)
        kick()
    }

    func seat(of claim: BotClaim.ID) -> BotRank.Seat? { bots.seat(of: claim) }

    /// What it was given has failed before it could begin: it waits again.
    func rejoin(_ claim: BotClaim.ID) {
        bots.rejoin(claim)
        kick()
    }

    /// - Returns: false when it has been given a run meanwhile, and has still to hear of it.
    func leave(_ claim: BotClaim.ID) -> Bool { bots.leave(claim) }

    func forget(_ claim: BotClaim.ID) { bots.forget(claim) }

    private func drive(_ process: ChildProcess, for claim: BotClaim? = nil) {
        let driver = RunDriver(process, for: claim, context: context)
        drivers[process.runId] = driver
        driver.start { [weak self] in await self?.ended(driver) }
    }

    private func ended(_ driver: RunDriver) async {
        drivers[driver.run] = nil
        // The place is free; what the run leaves behind is not waited for.
        kick()
        await tidy(driver.run)
    }

    /// After a start, what an earlier hub had left.
    private func takeUp() async throws {
        try await reconcile()
        await cleanUpLeftovers()
    }

    private func reconcileAlways() async {
        while true {
            do { try await context.clock.sleep(for: .seconds(Self.reconcileIntervalSeconds)) } catch { return }
            do {
                try await reconcile()
            } catch is CancellationError {
                return
            } catch {
                context.log.error("Rows and processes were not compared", metadata: ["error": "\(error)"])
            }
        }
    }

    /// The rows of processes are the truth, and everything follows: one that has not ended gets its driver, whatever its run's
    /// status says; a run that should have a process and has none is interrupted. At a start nobody has a driver; later it
    /// finds nothing, unless something went wrong.
    private func reconcile() async throws {
        let (processes, runs) = try await context.journal.read { reader in
            (
                try reader.processes(statuses: [.queued, .running]),
                try reader.runs(statuses: Run.Status.withProcesses).filter(\.holdsPlace).map(\.id)
            )
        }
        let agents = processes.filter { $0.reason == .codingagent }
        let known = Set(agents.map(\.runId))
        for process in agents where drivers[process.runId] == nil && !dispatching.contains(process.runId) {
            // It may have ended since the rows were read.
            guard await !context.hasEnded(process.id), drivers[process.runId] == nil,
                !dispatching.contains(process.runId)
            else { continue }
            drive(process)
        }
        for process in processes where process.reason != .codingagent && scripts[process.id] == nil {
            // A script before or behind an agent is its driver's; what a person started beside it is not.
            guard process.reason == .devserver || process.reason == .verifyscript || !known.contains(process.runId)
            else { continue }
            if await !context.hasEnded(process.id) { drive(script: process) }
        }
        for run in runs where !known.contains(run) && drivers[run] == nil && !dispatching.contains(run) {
            try await context.interruptIfAlone(run)
        }
    }

    private func expireApprovals() async {
        do {
            let now = context.clock.now()
            for approval in try await context.journal.read({ try $0.approvals(expiringBefore: now) }) {
                do {
                    try await context.expire(approval)
                    poke(approval.runId)
                } catch {
                    // The others do not wait for it.
                    context.log.error(
                        "An approval could not be expired",
                        metadata: ["approval": "\(approval.id)", "error": "\(error)"])
                }
            }
        } catch {
            context.log.error("Approvals could not be expired", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Scripts

    func drive(script process: ChildProcess) {
        guard scripts[process.id] == nil else { return }
        let task = Task { [context] in
            do {
                _ = try await ScriptRunner(context: context, process: process.id).run()
            } catch is CancellationError {
                // The hub goes down. The process stays, and the next hub takes it up.
            } catch {
                context.log.error(
                    "A script could not be driven", metadata: ["process": "\(process.id)", "error": "\(error)"])
            }
            scriptEnded(process)
        }
        scripts[process.id] = (process.runId, task)
    }

    private func scriptEnded(_ process: ChildProcess) { scripts[process.id] = nil }

    /// A worktree that goes takes with it what runs there.
    private func endScripts(of run: Run.ID) async throws {
        let alive = scripts.filter { $0.value.run == run }
        for process in alive.keys {
            try await context.journal.change(of: process, by: .system) { tx in
                var process = try tx.required(process)
                if process.endedAt == nil, process.stopAt == nil { try tx.stop(&process) }
            }
        }
        for script in alive.values { await script.task.value }
    }

    // MARK: Worktrees

    /// Removes a settled run's worktree: its work is on its branch.
    /// - Returns: why it stayed; nil when it has gone.
    @discardableResult
    func cleanUp(run: Run.ID, takingChanges: Bool = false, by actor: Actor = .system) async -> (any Error)? {
        guard await hold(run) else {
            return HubError(.illegalTransition, "run \(run) has a process, or another verb is at its worktree")
        }
        let obstacle = await putAway(run, takingChanges: takingChanges, by: actor)
        release(run)
        return obstacle
    }

    /// The same with the run in hand.
    @discardableResult
    func putAway(_ run: Run.ID, takingChanges: Bool = false, by actor: Actor = .system) async -> (any Error)? {
        do {
            try await endScripts(of: run)
            return await context.removeWorktree(of: run, takingChanges: takingChanges, by: actor)
        } catch {
            context.log.warning("A worktree was kept", metadata: ["run": "\(run)", "error": "\(error)"])
            return error
        }
    }

    /// The same, if nobody needs the worktree any more.
    func tidy(_ run: Run.ID) async {
        do {
            if try await context.isWorktreeDispensable(of: run) { await cleanUp(run: run) }
        } catch {
            context.log.warning("A worktree was not looked at", metadata: ["run": "\(run)", "error": "\(error)"])
        }
    }

    func cleanUp(project: Project.ID) async {
        do {
            let runs = try await context.journal.read { try $0.runs(of: project, statuses: Run.Status.settled) }
            for run in runs where run.worktreePath != nil { await cleanUp(run: run.id) }
        } catch {
            context.log.error("Worktrees could not be removed", metadata: ["error": "\(error)"])
        }
    }

    /// Worktrees that an earlier hub had no time to remove.
    private func cleanUpLeftovers() async {
        do {
            for (run, path) in try await context.dispensableWorktrees() where await hold(run) {
                await removeLeftover(path, of: run)
                release(run)
            }
        } catch {
            context.log.error("Left worktrees could not be looked for", metadata: ["error": "\(error)"])
        }
    }

    /// With the run in hand.
    private func removeLeftover(_ path: String, of run: Run.ID) async {
        do {
            // It may have been told to go on before it was taken in hand.
            guard try await context.isDispensable(path, of: run) else { return }
            try await endScripts(of: run)
            if await context.removeWorktree(of: run, at: path) != nil {
                try await context.remember(path, asWorktreeOf: run)
            }
        } catch {
            context.log.warning("A worktree was kept", metadata: ["run": "\(run)", "error": "\(error)"])
        }
    }
}

extension Transaction {
    /// A card whose run begins is in progress, and leaves the backlog.
    fileprivate func beginCard(of run: Run) throws {
        guard let id = run.cardId, var card = try get(id) else { return }
        card.status = .inprogress
        card.parked = nil
        card.touch(at: now)
        try put(card, as: .cardUpdated)
        if try required(card.columnId).type == .backlog { try move(&card, toFirst: .active) }
    }
}

extension Run.Status {
    static let settled = Set(allCases.filter(\.isSettled))
}
