package import Agents
package import Journal
package import Logging
package import Model
package import Repository

// The orchestration engine: what may be done with work, and the doing of it.
//
// Read in this order: Run+Lifecycle.swift (Model) for the rules, RunQueue for who goes next, Scheduler for the life of
// the queue, RunDriver for the life of one run's process, Turn for what an agent's words become. The Engine+*.swift
// files are the verbs that people use.
//
// The rows are the truth and nothing else is: a verb changes rows (and so tells events) in one unit of work, then pokes
// whoever has to act on them. A hub that dies anywhere starts again from the rows, the keepers' folders and git.

/// All verbs on work. Every one checks its input against the rows, changes them, and returns what they became with the
/// position at which everybody will have seen it.
package final class Engine: Sendable {
    package let journal: Journal
    package let git: Git
    package let catalog: AgentCatalog
    package let settings: EngineSettings
    let ids: any IdentifierSource
    let clock: any TimeSource
    let passwords = PasswordHasher()
    let scheduler: Scheduler
    let host: any ProcessHost
    let context: RunContext
    let gitHub: GitHub
    let pullRequests: PullRequestDesk
    let inputs = InputDesk()
    let webhooks: any WebhookSender
    let courier: WebhookCourier
    package let attachments: AttachmentFolder
    package let jobs: JobDesk
    package let providers: ProviderDesk
    package let backups: BackupFolder
    package let exports: ExportFolder
    /// Rings for consumers; whoever observes the journal tells it of every commit.
    package let bell = CommitBell()
    let log: Logger
    let diffs = SharedWork<DiffKey, RunDiff>()
    let diffShelf: DiffShelf
    let summaries = SummaryShelf()
    /// Keeps the state of worktrees live; told of commits and viewers by whoever observes them.
    package let worktrees: WorktreeDesk

    /// - Parameters:
    ///   - jobLog: gets lines of jobs' logs as they come.
    ///   - output: those who look at raw output.
    ///   - live: gets what is worth showing at once and not worth keeping; called after the commit that made it.
    package init(
        journal: Journal, git: Git, catalog: AgentCatalog, host: any ProcessHost, webhooks: any WebhookSender,
        clock: any TimeSource, ids: any IdentifierSource, settings: EngineSettings, log: Logger,
        jobLog: @escaping @Sendable (JobLogUpdate) -> Void = { _ in },
        output: OutputViewers = .none, live: @escaping @Sendable ([LiveUpdate]) -> Void
    ) {
        self.journal = journal
        self.git = git
        self.catalog = catalog
        self.settings = settings
        self.ids = ids
        self.clock = clock
        self.host = host
        self.webhooks = webhooks
        self.log = log
        diffShelf = DiffShelf(byteCountMax: settings.watch.sharedDiffBytesMax)
        attachments = AttachmentFolder(in: settings.dataFolder)
        backups = BackupFolder(in: settings.dataFolder)
        exports = ExportFolder(in: settings.dataFolder)
        jobs = JobDesk(
            JobDesk.Tools(
                journal: journal, clock: clock, bell: bell, limits: settings.jobs, log: log, show: jobLog))
        providers = ProviderDesk(catalog: catalog, host: host, clock: clock, settings: settings, log: log)
        courier = WebhookCourier(
            desk: ConsumerDesk(journal: journal, clock: clock, bell: bell), sender: webhooks, log: log)
        worktrees = WorktreeDesk(journal: journal, git: git, clock: clock, limits: settings.watch, log: log)
        gitHub = GitHub(beside: git, executable: settings.gitHubProgram)
        pullRequests = PullRequestDesk(
            clock: clock, pollSeconds: settings.limits.pullRequestPollSeconds, log: log)
        context = RunContext(
            journal: journal, git: git, catalog: catalog, host: host, clock: clock, settings: settings, ids: ids,
            log: log, live: live, output: output)
        scheduler = Scheduler(context)
    }

    /// Takes up what an earlier hub left, then the queue.
    package func start() async throws {
        try await removeBrokenImports()
        try await sweepAttachments()
        try await sweepPreferences()
        try backups.sweep()
        try exports.sweep()
        try await jobs.start()
        try await takeUpClones()
        try await scheduler.start()
        try await watchPullRequests()
        await courier.start()
        await worktrees.start()
    }

    /// Lets go of everything and waits for it. Agents go on under their keepers.
    package func stop() async {
        await jobs.stop()
        await pullRequests.stop()
        await worktrees.stop()
        await courier.stop()
        await providers.stop()
        await scheduler.stop()
    }
}

/// Something of a run that is shown while it happens: more text of an entry that will be told whole.
package struct LiveUpdate: Sendable, Equatable {
    package let projectId: Project.ID
    package let cardId: Card.ID?
    package let runId: Run.ID
    package let index: Int
    package let kind: EntryContent.Kind
    package let text: String
}
