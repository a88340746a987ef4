/// What runs and what belongs to them may cost the hub. Settings; these are the defaults.
package struct EngineLimits: Sendable, Equatable {
    /// 64 scripts at once: dev servers of a team's runs. A choice; each costs a keeper.
    package var scriptsPerHubMax = 64
    /// 100 saved states of one run, or of a project's own folder: the hub's own make room for others, and those that people made are theirs to remove
    /// with plain git.
    package var snapshotsMax = 100
    /// 30 days in which what the hub saved before a turn or a verb, or before a restore, can be had back: longer than a piece of work
    /// takes with its review.
    package var snapshotKeptSeconds = 30 * 24 * 60 * 60
    /// 4 pushes, fetches, clones and calls of GitHub at once, beside the hub's other git processes.
    package var gitTransfersMax = 4
    /// 10,000 files that a project has copied into each worktree: a folder of fixtures; installed packages, of which there are
    /// more, are a setup script's matter.
    package var copiedFilesMax = 10_000
    /// 1 GiB of them: each worktree has its own.
    package var copiedBytesMax = 1 << 30
    /// 500,000 names that are looked at for them: a large checkout with its packages, some seconds of a disk.
    package var copySearchEntriesMax = 500_000
    /// 16 commands that one agent has the hub run, those that have ended and were not released included: agents run a
    /// handful at once.
    package var terminalsMax = 16
    /// 20: whoever waits further behind is told that much, and a queue that moves tells at most so many runs.
    package var queuePlacesTold = 20
    /// 100 each way: nobody orders a queue more finely by hand.
    package var priorityMax = Limits.priorityMax
    /// 10 min: longer than most turns, shorter than what proxies between give up on at their most patient.
    package var agentWaitMsMax = Limits.agentWaitMsMax
    /// 32 KiB of what was said before, in a hand-over to a new session: some 8,000 tokens.
    package var handOverBytesMax = 32 << 10
    /// A name and a key of each service that anybody uses, and room for more.
    package var credentialsPerOwnerMax = 64
    /// A private key of 4,096 bits in PEM has some 3,300 bytes.
    package var credentialBytesMax = Limits.credentialBytesMax
    /// What is shorter is found by chance in what a program says, and would be taken out of it.
    package var credentialBytesMin = 8
    /// 64: a name for each way in which a team works, and room for more.
    package var profilesPerOwnerMax = 64
    /// 500 snippets and commands of one project, or of the hub: more than anybody chooses from.
    package var tagsPerOwnerMax = 500
    /// 64 KiB of a file that a stored command includes: some 16,000 tokens.
    package var includedFileBytesMax = 64 << 10
    /// 100 layouts of boards: a list that one still looks through.
    package var boardTemplatesMax = 100
    /// 2,000 things that a user keeps for his clients: the layout of each card that he has open, and room for more.
    package var preferencesPerUserMax = 2_000
    /// 16 KiB of one of them: a layout or a map of keys has a few hundred bytes.
    package var preferenceBytesMax = 16 << 10
    /// 256 bots that wait for a run at once; each costs a waiting operation.
    package var botClaimsMax = 256
    /// 10 s: an agent's command line that is slower to say its version is not well.
    package var providerProbeSeconds = 10
    /// 7 days for one process of an agent, pauses and open questions included: one that hangs unnoticed ends.
    package var agentProcessSeconds = 7 * 24 * 60 * 60

    /// 7 days in which a worktree that was removed can be had back, with what was not committed in it.
    package var worktreeUndoSeconds = 7 * 24 * 60 * 60
    /// 30 days in which what a process printed can be read as it was; its entries and commands stay for ever.
    package var processOutputKeepSeconds = 30 * 24 * 60 * 60
    /// 60 s between two looks at an open pull request, of which GitHub allows 5,000 an hour.
    package var pullRequestPollSeconds = 60
    /// 256 MiB of one session's file that is taken in: a month of one conversation has some 10 MB, and single ones with pictures have 2 GB.
    package var transcriptByteCountMax = 256 << 20
    /// 10,000 entries, in one unit of work: some half a second of the writer.
    package var transcriptEntriesMax = 10_000

    package init() {}
}
