// A new limit is a field with a default in TransportLimits, HTTPLimits, WebSocketLimits, LiveLimits, RateLimits, BrokerLimits, AttachmentLimits, JobLimits, EngineLimits, FileLimits or WatchLimits, and a
// row here: nothing else. The file, the environment, the flag, `roost limits` and their tests follow from the row;
// Tests/Acceptance/test_limits.py wants to see it reached.

import Broker
import Hub
import Model
import Transport
import WebCodec

extension LimitRow {
    /// In the order in which `roost limits` shows them.
    static let all: [LimitRow] =
        http + connections + times + webSocket + live + rates + broker + attachments + jobs + engine + watch + files

    private static let http: [LimitRow] = [
        LimitRow(
            "headByteCountMax", \.transport.http.headByteCountMax, 1_024...1 << 20,
            "Bytes of a request's line, header fields and trailers; above it 431.", isForClients: true),
        LimitRow(
            "headerCountMax", \.transport.http.headerCountMax, 8...1_000,
            "Header fields of a request; above it 431.", isForClients: true),
        LimitRow(
            "targetByteCountMax", \.transport.http.targetByteCountMax, 256...256 << 10,
            "Bytes of a request's target; above it 414.", isForClients: true),
        LimitRow(
            "bodyByteCountMax", \.transport.http.bodyByteCountMax, 1_024...1 << 30,
            "Bytes of a request's body that is kept whole; above it 413.", isForClients: true),
        LimitRow(
            "uploadByteCountMax", \.transport.http.uploadByteCountMax, 1_024...1 << 40,
            "Bytes of a request's body that is taken as it comes; above it 413.", isForClients: true),
    ]

    private static let connections: [LimitRow] = [
        LimitRow(
            "connectionCountMax", \.transport.connectionCountMax, 1...60_000,
            "Open connections in all; above it 503 with Retry-After."),
        LimitRow(
            "connectionsPerAddressMax", \.transport.connectionsPerAddressMax, 1...60_000,
            "Open connections of one address (of IPv6: of one /64); above it 503 with Retry-After."),
        LimitRow(
            "handshakesPerSecond", \.transport.handshakesPerSecond, 1...1_000_000,
            "New connections in a second, and at once; above it 503 with Retry-After, over TLS no handshake."),
        LimitRow(
            "behindBusyByteCountMax", \.transport.behindBusyByteCountMax, 1_024...16 << 20,
            "Bytes read ahead behind a request that is being answered; above it reading pauses."),
        LimitRow(
            "behindHandlerByteCountMax", \.transport.behindHandlerByteCountMax, 16 << 10...64 << 20,
            "Bytes of a body that wait for what takes it as it comes; above it reading pauses."),
        LimitRow(
            "lowWaterByteCount", \.transport.lowWaterByteCount, 1_024...16 << 20,
            "Bytes that wait for a socket above which nothing more is fetched for it, and no request of its is taken."),
        LimitRow(
            "outputByteCountMax", \.transport.outputByteCountMax, 64 << 10...1 << 32,
            "Bytes that wait for the peer of a WebSocket or event stream in all; above it close code 4008."),
        LimitRow(
            "controlByteCountMax", \.transport.controlByteCountMax, 4_096...64 << 20,
            "Bytes of answers and pongs that wait for a peer that does not read; above it close code 4008."),
    ]

    private static let times: [LimitRow] = [
        LimitRow(
            "handshakeSeconds", \.transport.handshakeSeconds, 1...300,
            "From the start of a connection to the end of its TLS handshake; then it is cut."),
        LimitRow(
            "headSeconds", \.transport.headSeconds, 1...3_600,
            "From the start of a request to the end of its head; then 408."),
        LimitRow(
            "bodySeconds", \.transport.bodySeconds, 1...3_600,
            "From the end of a request's head to the end of a body that is kept whole; then 408."),
        LimitRow(
            "bodyByteRateMin", \.transport.bodyByteRateMin, 1...1 << 20,
            "Bytes a second that a body must bring while it is waited for; below it 408."),
        LimitRow(
            "bodyRateGraceSeconds", \.transport.bodyRateGraceSeconds, 1...3_600,
            "For a body to get going before its rate is judged."),
        LimitRow(
            "bodyRateWindowSeconds", \.transport.bodyRateWindowSeconds, 1...3_600,
            "Over which a body's rate is taken."),
        LimitRow(
            "idleSeconds", \.transport.idleSeconds, 1...86_400,
            "Between two requests of a connection; then it is closed."),
        LimitRow(
            "stallSeconds", \.transport.stallSeconds, 1...3_600,
            "Without a peer taking a byte of what waits for it; then it is cut."),
        LimitRow(
            "closeSeconds", \.transport.closeSeconds, 1...300,
            "For a WebSocket peer's close frame after ours; then it is cut."),
        LimitRow(
            "lingerSeconds", \.transport.lingerSeconds, 1...60,
            "For a peer's end of a connection after ours; then it is cut."),
        LimitRow(
            "drainSeconds", \.drainSeconds, 1...3_600,
            "For requests and connections to end when the hub goes away; what is left is cut."),
        LimitRow(
            "drainPacePerSecond", \.transport.drainPacePerSecond, 1...100_000,
            "WebSockets and event streams that are closed in a second when the hub goes away."),
        LimitRow(
            "eventStreamPingSeconds", \.transport.eventStreamPingSeconds, 1...3_600,
            "Between two comments on an event stream that has nothing to say."),
    ]

    private static let webSocket: [LimitRow] = [
        LimitRow(
            "messageByteCountMax", \.transport.webSocket.messageByteCountMax, 1_024...64 << 20,
            "Bytes of a WebSocket message; above it close code 1009.", isForClients: true),
        LimitRow(
            "fragmentCountMax", \.transport.webSocket.fragmentCountMax, 1...1 << 20,
            "Fragments of a WebSocket message; above it close code 1009."),
        LimitRow(
            "pingIntervalSeconds", \.transport.pingIntervalSeconds, 1...3_600,
            "Between two pings of the hub on a WebSocket."),
        LimitRow(
            "deadPeerSeconds", \.transport.deadPeerSeconds, 2...7_200,
            "Without a byte from a WebSocket's peer; then it is cut."),
    ]

    private static let rates: [LimitRow] = [
        LimitRow(
            "readsPerMinute", \.rates.readsPerMinute, 1...1_000_000,
            "Operations of one user that read; above it 429 RATE_LIMITED with Retry-After.", isForClients: true),
        LimitRow(
            "changesPerMinute", \.rates.changesPerMinute, 1...1_000_000,
            "Operations of one user that change something; above it 429 RATE_LIMITED with Retry-After.",
            isForClients: true),
        LimitRow(
            "startsPerMinute", \.rates.startsPerMinute, 1...1_000_000,
            "Operations of one user that put an agent to work; above it 429 RATE_LIMITED with Retry-After.",
            isForClients: true),
        LimitRow(
            "settingsPerMinute", \.rates.settingsPerMinute, 1...1_000_000,
            "Changes of one user to settings, secrets and rights; above it 429 RATE_LIMITED with Retry-After.",
            isForClients: true),
        LimitRow(
            "loginsPerMinute", \.rates.loginsPerMinute, 1...1_000_000,
            "Tries of one name's password; above it 429 RATE_LIMITED with Retry-After."),
        LimitRow(
            "eventStreamsPerUserMax", \.live.eventStreamsPerUserMax, 1...10_000,
            "Event streams (server-sent events) of one user; above it 429 RATE_LIMITED with Retry-After.",
            isForClients: true),
    ]

    private static let live: [LimitRow] = [
        LimitRow(
            "authenticationSeconds", \.live.authenticationSeconds, 1...600,
            "How long a WebSocket may take to say who it is, on a hub with users; then close code 4001."),
        LimitRow(
            "subscriptionsMax", \.live.subscriptionsMax, 1...10_000,
            "Subscriptions of one connection; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "messagesPerSecond", \.live.messagesPerSecond, 1...100_000,
            "Messages of one connection that are taken in the long run; above it close code 4029.", isForClients: true),
        LimitRow(
            "messageBurstMax", \.live.messageBurstMax, 1...100_000,
            "Messages of one connection that are taken at once; above it close code 4029.", isForClients: true),
        LimitRow(
            "operationsInFlightMax", \.live.operationsInFlightMax, 1...1_000,
            "Operations of one connection at the same time; further ones wait.", isForClients: true),
        LimitRow(
            "waitingFramesMax", \.live.waitingFramesMax, 1...10_000,
            "Frames of one connection that wait for their turn; above it reading pauses."),
        LimitRow(
            "pendingBytesMax", \.live.pendingBytesMax, 4_096...64 << 20,
            "Bytes of events handed to one socket and not yet taken; the rest waits in the ring or the journal."),
        LimitRow(
            "turnBytesMax", \.live.turnBytesMax, 1_024...64 << 20,
            "Bytes of events that one connection gets before the others have their turn."),
        LimitRow(
            "overtakingBytesMax", \.live.overtakingBytesMax, 256...1 << 20,
            "Bytes of an answer that may overtake events."),
        LimitRow(
            "historyPageEventsMax", \.live.historyPageEventsMax, 1...10_000,
            "Events of one page of the journal for a viewer that has fallen behind."),
        LimitRow(
            "historyPageBytesMax", \.live.historyPageBytesMax, 4_096...64 << 20,
            "Bytes of one page of the journal for a viewer that has fallen behind."),
        LimitRow(
            "snapshotBytesMax", \.live.snapshotBytesMax, 4_096...1 << 30,
            "Bytes of a snapshot; above it long texts are cut, and if that is not enough LIMIT_EXCEEDED.",
            isForClients: true),
        LimitRow(
            "snapshotTextBytesMax", \.live.snapshotTextBytesMax, LiveLimits.snapshotTextBytesMin...1 << 20,
            "Bytes of a text in a list of a snapshot that would not fit otherwise; the rest is read with its entity.",
            isForClients: true),
        LimitRow(
            "snapshotsTotalBytesMax", \.live.snapshotsTotalBytesMax, 4_096...1 << 40,
            "Bytes of large snapshots that viewers have not taken; above it they get one that is there, or OVERLOADED."),
        LimitRow(
            "sharedSnapshotBytesMin", \.live.sharedSnapshotBytesMin, 1_024...1 << 30,
            "Bytes from which on a snapshot is a large one, which several viewers share."),
        LimitRow(
            "snapshotReuseMs", \.live.snapshotReuseMs, 0...600_000,
            "How old a large snapshot may be that another viewer gets too, in milliseconds."),
        LimitRow(
            "snapshotEntriesMax", \.live.snapshotEntriesMax, 1...100_000, "Newest entries in a run's snapshot.",
            isForClients: true),
        LimitRow(
            "snapshotRunsMax", \.live.snapshotRunsMax, 1...100_000,
            "Newest runs in the snapshot of a project or card.", isForClients: true),
        LimitRow(
            "logLinesMax", \.live.logLinesMax, 1...100_000, "The hub's newest log lines in the snapshot of `logs`."),
        LimitRow(
            "logTextBytesMax", \.live.logTextBytesMax, 64...1 << 20,
            "Bytes of a log line's message on the channel `logs`, and of each of its metadata; the rest is cut off."),
        LimitRow(
            "replaceableIntervalMs", \.live.replaceableIntervalMs, 1...10_000,
            "Between two looks at deltas and presence, in milliseconds."),
        LimitRow(
            "restartDelayMs", \.live.restartDelayMs, 0...600_000,
            "What a client is asked to wait at least when the hub goes away, in milliseconds."),
        LimitRow(
            "returnsPerSecond", \.live.returnsPerSecond, 1...100_000,
            "Clients that are to come back in a second after the hub has gone away; spreads their delays."),
    ]

    private static let attachments: [LimitRow] = [
        LimitRow(
            "attachmentByteCountMax", \.attachments.attachmentByteCountMax, 1_024...1 << 40,
            "Bytes of a card's attachment; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "attachmentsPerCardMax", \.attachments.attachmentsPerCardMax, 1...10_000,
            "Attachments of a card; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "attachmentsPerPromptMax", \.attachments.attachmentsPerPromptMax,
            1...AttachmentLimits.attachmentsPerPromptMost,
            "Files that an agent is given with one prompt; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "promptImageByteCountMax", \.attachments.promptImageByteCountMax, 1_024...16 << 20,
            "Bytes of an image that an agent is shown; of a larger one it is told the path.", isForClients: true),
    ]

    private static let jobs: [LimitRow] = [
        LimitRow(
            "jobsWaitingMax", \.jobs.jobsWaitingMax, 1...1_000,
            "Jobs that wait while another is at work; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "jobsKeptMax", \.jobs.jobsKeptMax, 1...100_000,
            "Jobs that are over and still shown; above it the oldest are forgotten."),
        LimitRow(
            "jobLogLinesMax", \.jobs.jobLogLinesMax, 1...1_000_000,
            "Newest lines kept of a job's log.", isForClients: true),
        LimitRow(
            "backupsMax", \.jobs.backupsMax, 1...1_000,
            "Backups in the data folder; above it the oldest are removed."),
        LimitRow(
            "exportsMax", \.jobs.exportsMax, 1...1_000,
            "Exports in the data folder; above it the oldest are removed."),
        LimitRow(
            "cloneSecondsMax", \.jobs.cloneSecondsMax, 1...604_800,
            "How long a clone or a pull of a project may take; then its job fails."),
        LimitRow(
            "importLineByteCountMax", \.jobs.importLineByteCountMax, 4_096...1 << 30,
            "Bytes of a line of an archive that is imported; above it the job fails."),
        LimitRow(
            "importLinesMax", \.jobs.importLinesMax, 1...1_000_000_000,
            "Lines of an archive that is imported; above it the job fails."),
        LimitRow(
            "importFilesMax", \.jobs.importFilesMax, 1...10_000_000,
            "Files of an archive that is imported; above it the job fails."),
    ]

    private static let engine: [LimitRow] = [
        LimitRow(
            "scriptsPerHubMax", \.engine.scriptsPerHubMax, 1...10_000,
            "Scripts and dev servers that run at once; above it LIMIT_EXCEEDED."),
        LimitRow(
            "snapshotsMax", \.engine.snapshotsMax, 1...10_000,
            "Snapshots of a run, or of a project's own folder; above it the hub's own oldest go, and people's are refused."
        ),
        LimitRow(
            "snapshotKeptSeconds", \.engine.snapshotKeptSeconds, 1...315_360_000,
            "How long a snapshot is kept that nobody made by hand; then SNAPSHOT_NOT_FOUND.", isForClients: true),
        LimitRow(
            "gitTransfersMax", \.engine.gitTransfersMax, 1...1_000,
            "Git processes and calls of gh that wait for a network at once; further ones wait."),
        LimitRow(
            "copiedFilesMax", \.engine.copiedFilesMax, 1...10_000_000,
            "Files that a project has copied into a worktree (copyFiles); above it the run fails."),
        LimitRow(
            "copiedBytesMax", \.engine.copiedBytesMax, 1...1 << 40,
            "Bytes of these files; above it the run fails."),
        LimitRow(
            "copySearchEntriesMax", \.engine.copySearchEntriesMax, 1...100_000_000,
            "Names that are looked at for these files; above it the run fails."),
        LimitRow(
            "terminalsMax", \.engine.terminalsMax, 1...1_000,
            "Commands that one agent has the hub run; above it the agent is refused."),
        LimitRow(
            "queuePlacesTold", \.engine.queuePlacesTold, 1...10_000,
            "Queued runs that are told where they stand; those behind are told what holds them alone.",
            isForClients: true),
        LimitRow(
            "priorityMax", \.engine.priorityMax, 1...Limits.priorityMax,
            "How far from 0 a run's priority may be; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "agentWaitMsMax", \.engine.agentWaitMsMax, 1...Limits.agentWaitMsMax,
            "How long a one-shot run may be waited for, in milliseconds; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "handOverBytesMax", \.engine.handOverBytesMax, 1_024...Limits.promptBytesMax,
            "Bytes of what a new session is told of the ones before; the oldest words are left out."),
        LimitRow(
            "credentialsPerOwnerMax", \.engine.credentialsPerOwnerMax, 1...10_000,
            "Credentials of one card, project or user, or of the hub; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "credentialBytesMax", \.engine.credentialBytesMax, 64...Limits.credentialBytesMax,
            "Bytes of a credential's value; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "credentialBytesMin", \.engine.credentialBytesMin, 4...64,
            "Bytes that a credential's value must have, so that it can be told from other words.", isForClients: true),
        LimitRow(
            "profilesPerOwnerMax", \.engine.profilesPerOwnerMax, 1...10_000,
            "Profiles of one project, or of the hub; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "tagsPerOwnerMax", \.engine.tagsPerOwnerMax, 1...10_000,
            "Snippets and stored commands of one project, or of the hub; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "includedFileBytesMax", \.engine.includedFileBytesMax, 64...Limits.promptBytesMax,
            "Bytes of a file that a stored command includes; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "boardTemplatesMax", \.engine.boardTemplatesMax, 1...10_000,
            "Stored layouts of boards; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "preferencesPerUserMax", \.engine.preferencesPerUserMax, 1...100_000,
            "Things that a user keeps for his clients; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "preferenceBytesMax", \.engine.preferenceBytesMax, 64...(256 << 10),
            "Bytes of one of them, as JSON; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "transcriptByteCountMax", \.engine.transcriptByteCountMax, 1_024...4 << 30,
            "Bytes of an agent's own file of a session that is imported; above it LIMIT_EXCEEDED."),
        LimitRow(
            "transcriptEntriesMax", \.engine.transcriptEntriesMax, 1...100_000,
            "Entries of a session that is imported; above it LIMIT_EXCEEDED."),
        LimitRow(
            "botClaimsMax", \.engine.botClaimsMax, 1...100_000,
            "Bots that wait for a run at once; above it LIMIT_EXCEEDED."),
        LimitRow(
            "providerProbeSeconds", \.engine.providerProbeSeconds, 1...600,
            "How long an agent may take to say its version; then it counts as not having said it."),
        LimitRow(
            "agentProcessSeconds", \.engine.agentProcessSeconds, 1...2_592_000,
            "How long one process of an agent may take; then its keeper ends it and the run says so."),
        LimitRow(
            "worktreeUndoSeconds", \.engine.worktreeUndoSeconds, 1...31_536_000,
            "How long a worktree that was removed can be had back; then WORKTREE_NOT_FOUND.", isForClients: true),
        LimitRow(
            "processOutputKeepSeconds", \.engine.processOutputKeepSeconds, 1...315_360_000,
            "How long a process's folder, with all that it printed, is kept after its end; then OUTPUT_GONE."),
        LimitRow(
            "pullRequestPollSeconds", \.engine.pullRequestPollSeconds, 1...86_400,
            "Between two looks at an open pull request; each failure doubles it, up to 32 times."),
    ]

    private static let watch: [LimitRow] = [
        LimitRow(
            "watchedFoldersMax", \.watch.watchedFoldersMax, 1...10_000_000,
            "Folders of worktrees that are watched; above it worktrees are looked at every worktreePollSeconds."),
        LimitRow(
            "worktreeLookMs", \.watch.worktreeLookMs, 50...600_000,
            "Milliseconds between two looks at a worktree that changes, and so between its events."),
        LimitRow(
            "worktreePollSeconds", \.watch.worktreePollSeconds, 1...3_600,
            "Seconds between two looks at a worktree that is not watched."),
        LimitRow(
            "sharedDiffBytesMax", \.watch.sharedDiffBytesMax, 0...17_179_869_184,
            "Bytes of diffs that are kept for the next who asks; above it those go that were wanted longest ago."),
        LimitRow(
            "watchedWorktreesMax", \.watch.watchedWorktreesMax, 1...100_000,
            "Worktrees that are kept live; above it they wait until another's agent is done, or its viewers are gone."),
    ]

    private static let files: [LimitRow] = [
        LimitRow(
            "fileReadBytesMax", \.files.fileReadBytesMax, 1...Limits.fileReadBytesMax,
            "Bytes of a file that are read at once; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "fileWriteBytesMax", \.files.fileWriteBytesMax, 1...Limits.fileWriteBytesMax,
            "Bytes of a file that is written or copied, or that an agent reads or writes through the hub; above it LIMIT_EXCEEDED.",
            isForClients: true),
        LimitRow(
            "filesListedMax", \.files.filesListedMax, 1...1_000_000,
            "Files of a folder, or of all that git tracks, that are listed; above it the answer is truncated."),
        LimitRow(
            "folderFilesMax", \.files.folderFilesMax, 1...1_000_000,
            "Files of a folder that is copied or removed; above it LIMIT_EXCEEDED."),
        LimitRow(
            "folderBytesMax", \.files.folderBytesMax, 1...1_099_511_627_776,
            "Bytes of a folder that is copied; above it LIMIT_EXCEEDED."),
        LimitRow(
            "fileMatchesMax", \.files.fileMatchesMax, 1...Limits.fileMatchesMax,
            "Lines that a search in files may be asked for; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "reviewCommentsMax", \.files.reviewCommentsMax, 1...Limits.reviewCommentsMax,
            "Remarks of a review; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "patchBytesMax", \.files.patchBytesMax, 1_024...Limits.patchBytesMax,
            "Bytes of a patch that is taken back; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "filesPerCommandMax", \.files.filesPerCommandMax, 1...Limits.filesPerCommandMax,
            "Files, or hunks, that one commit or revert names; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "foldersListedMax", \.files.foldersListedMax, 1...1_000_000,
            "Folders of this machine that are listed; above it the answer is truncated."),
        LimitRow(
            "folderSearchDepthMax", \.files.folderSearchDepthMax, 1...100,
            "How deep a search for repositories goes; what is deeper is not found, and the answer is truncated."),
        LimitRow(
            "folderSearchFoldersMax", \.files.folderSearchFoldersMax, 1...100_000_000,
            "Folders that a search for repositories looks at; above it the answer is truncated."),
        LimitRow(
            "folderSearchSeconds", \.files.folderSearchSeconds, 1...600,
            "Seconds that a search for repositories takes; then the answer is truncated."),
        LimitRow(
            "repositoriesFoundMax", \.files.repositoriesFoundMax, 1...100_000,
            "Repositories that a search finds; above it the answer is truncated."),
    ]

    private static let broker: [LimitRow] = [
        LimitRow(
            "ringBytesMax", \.broker.ringBytesMax, 4_096...1 << 32, "Bytes of one journal's newest events kept ready."),
        LimitRow(
            "ringsTotalBytesMax", \.broker.ringsTotalBytesMax, 4_096...1 << 36,
            "Bytes of newest events kept ready, over all journals."),
        LimitRow(
            "replaceableBytesPerViewerMax", \.broker.replaceableBytesPerViewerMax, 1_024...64 << 20,
            "Bytes of deltas and presence that wait for one viewer; above it the oldest are dropped."),
        LimitRow(
            "replaceableBytesPerSlotMax", \.broker.replaceableBytesPerSlotMax, 256...16 << 20,
            "Bytes of one entry's deltas that wait; above it they are dropped."),
        LimitRow(
            "replaceableSlotsPerViewerMax", \.broker.replaceableSlotsPerViewerMax, 1...65_536,
            "Entries and viewers whose news waits for one viewer; above it the oldest are dropped."),
        LimitRow(
            "membersPerChannelMax", \.broker.membersPerChannelMax, 1...10_000,
            "Watchers of a channel that are listed; of further ones there is the number.", isForClients: true),
        LimitRow(
            "presenceStateBytesMax", \.broker.presenceStateBytesMax, 64...1 << 20,
            "Bytes of the state that a viewer shows; above it LIMIT_EXCEEDED.", isForClients: true),
        LimitRow(
            "presenceIntervalMs", \.broker.presenceIntervalMs, 1...600_000,
            "Between a change of who watches a channel and its viewers' being told, in milliseconds."),
        LimitRow(
            "presenceFramesPerSecondMax", \.broker.presenceFramesPerSecondMax, 1...10_000_000,
            "Viewers of one channel that are told in a second who watches; above it they are told more seldom."),
        LimitRow(
            "presenceGraceSeconds", \.broker.presenceGraceSeconds, 0...3_600,
            "How long a watcher whose connection is lost still counts, in seconds.", isForClients: true),
        LimitRow(
            "presenceAwayMax", \.broker.presenceAwayMax, 0...10_000_000,
            "Lost connections that still count, on all channels; above it, whoever goes has left."),
        LimitRow(
            "scannedPerPullMax", \.broker.scannedPerPullMax, 1...1 << 20,
            "Events that one look for a filtered subscription goes over."),
        LimitRow(
            "framesPerTurnMax", \.broker.framesPerTurnMax, 1...65_536,
            "Frames of one subscription before its viewer's next one has its turn."),
    ]
}
