package import Journal
import Logging
package import Model
import Repository
import Synchronization

/// Keeps what is told of worktrees live: one watch for each, however many look at it, for as long as an agent is at work there or
/// somebody follows its run.
///
/// What it tells is paced: after each look it waits `worktreeLookMs`, and several times what the look took, so that an agent
/// that writes thousands of files makes a few events and no load to speak of.
package actor WorktreeDesk {
    private struct Inbox {
        var viewers: [Run.ID: Int] = [:]
        /// Those of which something has changed that decides whether they are watched.
        var due: Set<Run.ID> = []
        var lookCounts: [Run.ID: Int] = [:]
        var watches: [Run.ID: WorktreeWatch] = [:]
    }

    let journal: Journal
    let git: Git
    let clock: any TimeSource
    let limits: WatchLimits
    let log: Logger
    private nonisolated let inbox = Mutex(Inbox())
    private nonisolated let signal: AsyncStream<Void>.Continuation
    private let signals: AsyncStream<Void>
    private var serving: Task<Void, Never>?
    private var folders: FolderWatch?
    /// The kernel has no such thing for us, or no more of them.
    private var hasNoFolders = false
    private var watchCount = 0
    /// Those that found no room among the watched, the first to come first.
    private var waiting: [Run.ID] = []
    /// What was told last, also of those that are not watched any more: nobody is told the same twice.
    private var told: [Run.ID: WorktreeWatch.Told] = [:]

    init(journal: Journal, git: Git, clock: any TimeSource, limits: WatchLimits, log: Logger) {
        (self.journal, self.clock, self.limits, self.log) = (journal, clock, limits, log)
        self.git = git.inBackground
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: What it is told

    /// What a commit made visible. Called by the journal's observer; waits for nothing.
    package nonisolated func take(_ events: [CommittedEvent]) {
        let runs = events.compactMap { event -> Run.ID? in
            switch event.header.type {
            case .runStarted, .runWaiting, .runPaused, .runResumed, .runStopped, .runCompleted, .runFailed,
                .runCancelled, .runInterrupted, .runUpdated, .mergeCompleted, .branchUpdated, .branchConflict:
                event.header.context.runId
            // The others neither begin nor end an agent's work.
            default: nil
            }
        }
        guard !runs.isEmpty else { return }
        inbox.withLock { $0.due.formUnion(runs) }
        signal.yield()
    }

    /// Somebody follows a channel from here on, or does not any more.
    package nonisolated func view(_ channel: Channel, _ begins: Bool) {
        guard case .run(let id) = channel else { return }
        inbox.withLock { inbox in
            let count = inbox.viewers[id, default: 0] + (begins ? 1 : -1)
            inbox.viewers[id] = count > 0 ? count : nil
            inbox.due.insert(id)
        }
        signal.yield()
    }

    /// How often something new was seen in a run's worktree.
    nonisolated func lookCount(of run: Run.ID) -> Int { inbox.withLock { $0.lookCounts[run] ?? 0 } }

    private nonisolated func countLook(of run: Run.ID) { inbox.withLock { $0.lookCounts[run, default: 0] += 1 } }

    /// The same for as long as nothing changes in a run's worktree that git would see: not read from what was told, but from what the
    /// kernel has noted up to now. nil where a change could go unnoticed: without a watch, amid new folders, with other repositories.
    ///
    /// Three things are noticed only by the next look (`quietLookSeconds`), which counts too: writes through a mapping that outlives its
    /// file's descriptor or through a file's other name elsewhere, and rules of the machine's own about what git ignores.
    func changeCount(of run: Run.ID) async -> Int? {
        guard watches[run]?.changeCount != nil, let folders else { return nil }
        await folders.catchUp()
        return watches[run]?.changeCount
    }

    nonisolated var watches: [Run.ID: WorktreeWatch] { inbox.withLock(\.watches) }

    // MARK: Whom it watches

    func start() async {
        do {
            let runs = try await journal.read { try $0.runs(statuses: Run.Status.withProcesses).map(\.id) }
            inbox.withLock { $0.due.formUnion(runs) }
            signal.yield()
        } catch {
            log.warning("Runs could not be read", metadata: ["error": "\(error)"])
        }
        serving = Task { await serve() }
    }

    func stop() async {
        serving?.cancel()
        await serving?.value
        for watch in watches.values { watch.cancel() }
        for watch in Array(watches.values) { await watch.ended() }
        await folders?.stop()
    }

    private func serve() async {
        for await _ in signals {
            let due = inbox.withLock { inbox in
                defer { inbox.due = [] }
                return inbox.due
            }
            for run in due {
                do { try await consider(run) } catch is CancellationError { return } catch {
                    log.warning("A run could not be read", metadata: ["run": "\(run)", "error": "\(error)"])
                }
            }
        }
    }

    private func consider(_ id: Run.ID) async throws {
        let isViewed = inbox.withLock { $0.viewers[id] != nil }
        let run = try await journal.read { try $0.get(id) }
        guard let run, run.holdsPlace || isViewed, let worktree = run.worktreeOnDisk, let base = run.baseCommit else {
            waiting.removeAll { $0 == id }
            await end(id)
            return
        }
        if let watch = watches[id] {
            guard !watch.isOf(run) else { return }
            await end(id)
        }
        guard watches.count < limits.watchedWorktreesMax else {
            guard !waiting.contains(id) else { return }
            waiting.append(id)
            log.warning(
                "A worktree is not kept live: \(limits.watchedWorktreesMax) others are (watchedWorktreesMax)",
                metadata: ["run": "\(id)", "limit": "watchedWorktreesMax"])
            return
        }
        waiting.removeAll { $0 == id }
        watchCount += 1
        let watch = WorktreeWatch(run, in: worktree, since: base, told: told[id], number: watchCount)
        inbox.withLock { $0.watches[id] = watch }
        watch.begin { [weak self] in await self?.follow(watch) }
    }

    private func end(_ id: Run.ID) async {
        let watch = inbox.withLock { inbox in
            inbox.lookCounts[id] = nil
            return inbox.watches.removeValue(forKey: id)
        }
        guard let watch else { return }
        // There is room for one now.
        if let next = waiting.first {
            inbox.withLock { _ = $0.due.insert(next) }
            signal.yield()
        }
        watch.cancel()
        await watch.ended()
        remember(watch)
        await folders?.forget(id)
    }

    private func remember(_ watch: WorktreeWatch) {
        // Whichever goes: it is told once more than it need be.
        if told.count >= limits.watchedWorktreesMax, let any = told.keys.first { told[any] = nil }
        told[watch.run] = watch.told
    }

    private nonisolated func touched(_ run: Run.ID, _ isFolder: Bool) {
        inbox.withLock { $0.watches[run] }?.touch(isFolder: isFolder)
    }

    // MARK: One worktree

    private func follow(_ watch: WorktreeWatch) async {
        while !Task.isCancelled {
            let began = clock.now()
            do {
                if watch.takeFolderChange() { watch.isPolled = try await !cover(watch) }
                try await look(watch)
            } catch is CancellationError {
                return
            } catch {
                // It may be going at this moment, or git may be in the middle of something: the next look tells.
                log.debug("A worktree was not looked at", metadata: ["run": "\(watch.run)", "error": "\(error)"])
            }
            let tookMs = clock.now().millisecondsSince1970 - began.millisecondsSince1970
            let pauseMs = max(Int64(limits.worktreeLookMs), tookMs * Int64(WatchLimits.pauseFactor))
            do { try await clock.sleep(for: .milliseconds(pauseMs)) } catch { return }
            let quiet = watch.isPolled ? limits.worktreePollSeconds : WatchLimits.quietLookSeconds
            await watch.wait(atMost: .seconds(quiet), on: clock)
        }
    }

    /// Made when the first worktree needs it.
    private func openFolders() async -> FolderWatch? {
        guard folders == nil, !hasNoFolders else { return folders }
        do {
            let made = try FolderWatch(countMax: limits.watchedFoldersMax) { [weak self] run, isFolder in
                self?.touched(run, isFolder)
            }
            folders = made
            await made.start()
        } catch {
            hasNoFolders = true
            log.warning("Worktrees cannot be watched, and are looked at", metadata: ["error": "\(error)"])
        }
        return folders
    }

    /// - Returns: false when it has to be looked at instead.
    private func cover(_ watch: WorktreeWatch) async throws -> Bool {
        guard let folders = await openFolders() else { return false }
        let room = await folders.room(for: watch.run)
        var found = try await git.watchedFolders(watch.worktree, target: watch.target, countMax: max(room, 0))
        // A folder that comes between the list and its parent's watch is in the next list.
        for _ in 0..<Self.listsMax {
            guard !found.isTruncated, await folders.watch(Set(found.content), gits: Set(found.git), for: watch.run)
            else {
                break
            }
            let now = try await git.watchedFolders(watch.worktree, target: watch.target, countMax: max(room, 0))
            if now == found {
                if !found.hasOthers { watch.cover() }
                return true
            }
            found = now
        }
        // One that changes all the time is watched as far as is known.
        if !found.isTruncated, await folders.watch(Set(found.content), gits: Set(found.git), for: watch.run) {
            return true
        }
        await folders.forget(watch.run)
        if !watch.isPolled {
            log.warning(
                "A worktree is looked at every \(limits.worktreePollSeconds) s: its folders are too many to be watched (watchedFoldersMax \(limits.watchedFoldersMax))",
                metadata: ["run": "\(watch.run)"])
        }
        return false
    }

    private static let listsMax = 3

    private func look(_ watch: WorktreeWatch) async throws {
        let run = try await journal.read { try $0.required(watch.run) }
        // It was done over, or is meant for another branch: what is told is held against that from the next watch on.
        guard watch.isOf(run) else {
            inbox.withLock { _ = $0.due.insert(run.id) }
            signal.yield()
            return
        }
        let branch = RunBranch(try await git.branchStatus(watch.worktree, target: run.targetBranch), of: run)
        let look = try await git.look(at: watch.worktree, since: watch.base)
        let before = watch.told
        let now = WorktreeWatch.Told(branch: branch, look: look)
        guard before != now else { return }
        countLook(of: run.id)
        try await journal.change(.project(run.projectId), by: .system) { tx in
            if before?.branch != branch { try tx.note(.branchUpdated, about: run.context, data: branch) }
            if before?.look.stats != look.stats {
                try tx.note(.diffUpdated, about: run.context, data: DiffUpdate(look.stats, of: run.id))
            }
            if let before, let files = ChangedFiles(from: before.look, to: look, of: run.id) {
                try tx.note(.fileChanged, about: run.context, data: files)
            }
        }
        watch.told = now
    }
}
