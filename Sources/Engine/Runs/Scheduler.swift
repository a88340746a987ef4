import Journal
import Logging
import Model

/// Holds the queue to its limits and keeps one driver for each run that has a process.
///
/// It remembers nothing that the rows do not say: which runs wait and which are active is read anew for each pass, so a
/// restart neither forgets nor exceeds a limit.
actor Scheduler {
    /// 15 s: how late a question's expiry may be noticed.
    static let sweepIntervalSeconds = 15

    private let context: RunContext
    private var drivers: [Run.ID: RunDriver] = [:]
    private var work: [Task<Void, Never>] = []
    /// Runs whose worktree is being removed: they cannot start meanwhile.
    private var cleaning: Set<Run.ID> = []
    private var isPassing = false
    private var isKicked = false
    private var isStopped = false

    init(_ context: RunContext) { self.context = context }

    func start() async throws {
        try await takeUp()
        await kick()
        work.append(
            Task { [context, weak self] in
                while true {
                    do { try await context.clock.sleep(for: .seconds(Self.sweepIntervalSeconds)) } catch { return }
                    await self?.expireApprovals()
                }
            })
    }

    func stop() async {
        isStopped = true
        for task in work { task.cancel() }
        for driver in drivers.values { driver.task?.cancel() }
        for task in work { await task.value }
        for driver in Array(drivers.values) { await driver.task?.value }
    }

    /// Something of this run was changed by a verb: its driver has to look.
    func poke(_ run: Run.ID) { drivers[run]?.poke() }

    /// Something may be startable. One pass at a time; a kick during a pass makes another one follow.
    func kick() async {
        isKicked = true
        guard !isPassing else { return }
        isPassing = true
        defer { isPassing = false }
        while isKicked, !isStopped {
            isKicked = false
            do {
                try await pass()
            } catch {
                context.log.error("The queue could not be served", metadata: ["error": "\(error)"])
            }
        }
    }

    private func pass() async throws {
        let (queued, active, limits) = try await context.journal.read { reader in
            let queued = try reader.runs(statuses: [.queued])
            let active = try reader.runs(statuses: [.running, .waiting])
            var limits: [Project.ID: Int] = [:]
            for project in Set(queued.map(\.projectId)) {
                limits[project] = try reader.get(project)?.maxConcurrentRuns
            }
            return (
                queued.map { RunQueue.Member(run: $0.id, project: $0.projectId) },
                active.map { RunQueue.Member(run: $0.id, project: $0.projectId) }, limits
            )
        }
        // A settled run holds its place until its processes are gone, and cannot start again before.
        let activeRuns = Set(active.map(\.run))
        let ending = drivers.values.filter { !activeRuns.contains($0.run) }
            .map { RunQueue.Member(run: $0.run, project: $0.project) }
        let queue = RunQueue(
            hubLimit: context.settings.concurrentRunsPerHub, projectLimit: context.settings.concurrentRunsPerProject)
        let startable = queued.filter { drivers[$0.run] == nil && !cleaning.contains($0.run) }
        for run in queue.admit(startable, active: active + ending, limits: limits) where !isStopped {
            if let process = try await dispatch(run) { drive(process) }
        }
    }

    /// Gives a run its place and its process's row.
    /// - Returns: nil when it is no longer queued.
    private func dispatch(_ id: Run.ID) async throws -> ChildProcess? {
        let project = try await context.journal.read { try $0.required(id).projectId }
        return try await context.journal.change(.project(project), by: .system) { tx in
            var run = try tx.required(id)
            guard run.status == .queued else { return nil }
            do {
                _ = try run.apply(.dispatched, at: tx.now)
            } catch {
                preconditionFailure("a queued run can be dispatched: \(error)")
            }
            try tx.put(run, as: .runStarted)
            let process = ChildProcess(
                id: tx.make(), projectId: run.projectId, cardId: run.cardId, runId: run.id, reason: .codingagent,
                argv: [], at: tx.now)
            try tx.put(process, as: .processCreated)
            try tx.beginCard(of: run)
            return process
        }.value
    }

    private func drive(_ process: ChildProcess) {
        let driver = RunDriver(process, context: context)
        drivers[process.runId] = driver
        driver.start { [weak self] in await self?.ended(driver) }
    }

    private func ended(_ driver: RunDriver) async {
        drivers[driver.run] = nil
        await kick()
    }

    /// After a start: every process that has not ended gets its driver back, whatever its run's status says.
    private func takeUp() async throws {
        let (processes, orphans) = try await context.journal.read { reader in
            let processes = try reader.processes(statuses: [.queued, .running])
            let known = Set(processes.map(\.runId))
            let active = try reader.runs(statuses: [.running, .waiting])
            return (processes, active.filter { !known.contains($0.id) })
        }
        for process in processes { drive(process) }
        for orphan in orphans {
            context.log.warning("A run without a process", metadata: ["run": "\(orphan.id)"])
            try await context.interrupt(orphan.id, reason: "the hub found no process of it when it started")
        }
        await cleanUpLeftovers()
    }

    private func expireApprovals() async {
        do {
            let now = context.clock.now()
            for approval in try await context.journal.read({ try $0.approvals(expiringBefore: now) }) {
                try await context.expire(approval)
                poke(approval.runId)
            }
        } catch {
            context.log.error("Approvals could not be expired", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Worktrees

    /// Removes a settled run's worktree: its work is on its branch.
    func cleanUp(run: Run.ID) async {
        guard drivers[run] == nil, cleaning.insert(run).inserted else { return }
        await context.removeWorktree(of: run)
        cleaning.remove(run)
        await kick()
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
            for (run, path) in try await context.dispensableWorktrees() where drivers[run] == nil {
                await context.removeWorktree(of: run, at: path)
            }
        } catch {
            context.log.error("Left worktrees could not be looked for", metadata: ["error": "\(error)"])
        }
    }
}

extension Transaction {
    /// A card whose run begins is in progress, and leaves the backlog.
    fileprivate func beginCard(of run: Run) throws {
        guard let id = run.cardId, var card = try get(id) else { return }
        card.status = .inprogress
        card.touch(at: now)
        try put(card, as: .cardUpdated)
        if try required(card.columnId).type == .backlog { try move(&card, toFirst: .active) }
    }
}

extension Run.Status {
    static let settled = Set(allCases.filter(\.isSettled))
}
