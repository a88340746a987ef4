import Model
import Wire

// What the outputs look like. A test holds them against what the entities encode to.

extension Schema {
    static let position = number
    static let version = integer(1...Int64.max)

    static let budget = named(
        "Budget",
        .object([
            .optional("tokens", .count, "Input and output together, those read from a cache aside."),
            .optional("costUsd", .number),
            .optional("runningMs", .count, "Time at work: neither queued nor paused, and waiting for nobody."),
            .optional("outputBytes", .count),
        ]))

    static let spending = named(
        "Spending",
        .object([
            .required("spent", .budget, "What no agent has told is absent."), .optional("budget", .budget),
        ]))

    static let stallRule = named(
        "StallRule",
        .object([
            .required("afterSeconds", .stallSeconds, "Of silence while it is at work."),
            .required(
                "action", .choice(of: StallRule.Action.self),
                "`nudge` asks the agent to go on; `stop` leaves the run paused. People are told by `run.stalled`."),
        ]))

    static let project = named(
        "Project",
        .object([
            .required("id", .id(Project.self)),
            .required("slug", .anyText, "Unique on the hub; accepted wherever the identifier is."),
            .required("name", .anyText),
            .required("path", .anyText, "Absolute path of the repository's working directory."),
            .required("defaultBranch", .anyText),
            .required("status", .choice(of: Project.Status.self)),
            .optional("organizationId", .id(Organization.self), "Whose members see it as well. Absent: nobody's."),
            .optional("repositoryUrl", .anyText, "Where it was cloned from."),
            .optional("error", .anyText, "Why there is no repository, in git's own words."),
            .optional("jobId", .id(Job.self), "The job that clones it, as long as one does."),
            .optional("maxConcurrentRuns", .count, "Absent: the hub's default."),
            .optional("scripts", .scripts),
            .optional("copyFiles", .copyFiles, "What is copied from its folder into each new worktree."),
            .optional("branchTemplate", .anyText, "Absent: `roost/{title}-{id}`."),
            .optional("budget", .budget, "Of all its runs. What an agent does not tell uses up nothing."),
            .optional("stall", .stallRule, "Absent: the hub's rule."),
            .required("version", .version),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
            .optional("archivedAt", .timestamp),
        ]))

    static let board = named(
        "Board",
        .object([
            .required("id", .id(Board.self)),
            .required("projectId", .id(Project.self)),
            .required("name", .anyText),
            .required("position", .position, "Order among the project's boards, ascending."),
            .required("version", .version),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
        ]))

    static let column = named(
        "Column",
        .object([
            .required("id", .id(BoardColumn.self)),
            .required("projectId", .id(Project.self)),
            .required("boardId", .id(Board.self)),
            .required("name", .anyText),
            .required("type", .choice(of: BoardColumn.Kind.self)),
            .optional("prompt", .anyText, "Put before a card's own prompt when work starts from this column."),
            .optional("wipLimit", .count, "How many runs of its cards are at work at once; absent: any number."),
            .required("position", .position, "Order on the board, ascending."),
            .required("version", .version),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
        ]))

    static let boardTemplate = named(
        "BoardTemplate",
        .object([
            .required("id", .anyText), .required("name", .anyText),
            .required("columns", .array(.object(ColumnFields.create), max: nil)),
            .optional("version", .version, "Of one that is stored, and can be changed."),
        ]))

    static let slashCommand = named(
        "SlashCommand",
        .object([
            .required("name", .anyText, "With the slash: what an agent is told, with words behind it."),
            .required("description", .anyText, "One line; empty where the file has none."),
            .optional("path", .anyText, "Of its file, below the project's folder."),
            .optional("agent", .anyText, "Whose place it lies in: `claude-code`, `gemini` …"),
            .optional(
                "tagId", .id(Tag.self), "It is the hub's own: `commands.expand` says what it means to any agent."),
        ]))

    static let deferral = named(
        "Deferral",
        .object([
            .optional("until", .timestamp, "It is activated then."),
            .optional("whenUnblocked", .boolean, "It is activated when nothing that it waits for is left to be done."),
        ]))

    static let cleaning = named(
        "Cleaning",
        .object([
            .required("cards", .array(.id(Card.self), max: nil), "At most 200, the oldest first."),
            .required("hasMore", .boolean, "Whether to ask again."),
            .required("preview", .boolean, "Nothing was done."),
        ]))

    static let card = named(
        "Card",
        .object([
            .required("id", .id(Card.self)),
            .required("projectId", .id(Project.self)),
            .required("boardId", .id(Board.self)),
            .required("columnId", .id(BoardColumn.self)),
            .required("title", .anyText),
            .required("prompt", .anyText, "Markdown: what an agent is told to do."),
            .required("labels", .array(.anyText, max: nil)),
            .required("status", .choice(of: Card.Status.self)),
            .required("position", .position, "Order in the column, ascending."),
            .optional("budget", .budget, "Of all its runs."),
            .optional("autoMode", .boolean, "Whether it moves on by itself when a run of it is done. Absent: no."),
            .optional(
                "pipeline", .array(.pipelineStep, max: nil),
                "Its own way through the columns. Absent: all active ones of its board."),
            .optional("parentId", .id(Card.self), "What it is a part of."),
            .optional(
                "blockedBy", .array(.id(Card.self), max: nil),
                "What has to be done or given up before work on it begins."),
            .optional("deferred", .deferral, "Present while it is put off."),
            .optional(
                "parked", .boolean,
                "`true`: nothing begins on it by itself here, since it was brought or changed here without the ability `run:write`."
            ),
            .required("version", .version),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
        ]))

    static let usage = named(
        "Usage",
        .object([
            .optional("inputTokens", .count), .optional("outputTokens", .count), .optional("cacheReadTokens", .count),
            .optional("cacheCreationTokens", .count), .optional("costUsd", .number),
        ]))

    static let diffStats = named(
        "DiffStats",
        .object([
            .required("filesChanged", .count), .required("additions", .count), .required("deletions", .count),
        ]))

    static let run = named(
        "Run",
        .object([
            .required("id", .id(Run.self)),
            .required("projectId", .id(Project.self)),
            .optional("cardId", .id(Card.self)),
            .required("provider", .choice(of: Provider.self)),
            .optional("profile", .anyText, "The name of the profile that it was made with."),
            .required("options", .runOptions),
            .required("prompt", .anyText, "What the first turn was told."),
            .optional("nextPrompt", .anyText, "What the next turn will be told."),
            .optional("attachments", .array(.id(Attachment.self), max: nil), "Files that the first turn is given."),
            .optional("nextAttachments", .array(.id(Attachment.self), max: nil), "Files that come with `nextPrompt`."),
            .optional(
                "kind", .choice(of: Run.Kind.self),
                "`imported`: a conversation that was taken in from the agent's own files. Absent: the hub had it done."),
            .required("status", .choice(of: Run.Status.self)),
            .optional("waitingFor", .choice(of: Run.Wait.self)),
            .optional(
                "waitingUntil", .timestamp, "When the hub goes on by itself; `waitingFor` is `quota` or `retry`."),
            .optional("failure", failure),
            .optional(
                "purpose", .choice(of: Run.Purpose.self),
                "What a run is for that does no work: what its agent changes is put back. Absent: work."),
            .optional("relaunchOf", .id(Run.self), "The run that it does over."),
            .optional("summaryRunId", .id(Run.self), "The run that was asked last to put into words what it came to."),
            .optional(
                "pause",
                .object([
                    .required(
                        "agent", .choice(of: Run.Pause.Agent.self),
                        "`frozen`: it stands still and goes on where it is; `gone`: another process will go on."),
                    .required("reason", .choice(of: Run.Pause.Reason.self)), .optional("detail", .anyText),
                ]), "While it is paused."),
            .optional(
                "queue",
                .object([
                    .optional("position", .count, "1 is next."),
                    .optional("heldBy", .choice(of: Run.QueuePlace.Hold.self), "What keeps it from starting."),
                    .optional("heldUntil", .timestamp, "When its provider's quota is said to be there again."),
                ]), "Where it stands in the queue; absent beyond the first \(EngineLimits().queuePlacesTold)."),
            .optional("priority", .integer(Int64.min...Int64.max), "The higher goes first; absent is 0."),
            .optional("retries", .count, "How often the hub has tried again by itself since it was last asked."),
            .optional("interruptedReason", .anyText),
            .required("attempt", .version, "1 for the first try; a retry adds one."),
            .required("review", .choice(of: Run.Review.self)),
            .optional(
                "approvedWork", .object([.required("head", .anyText), .required("tree", .anyText)]),
                "With an approval: the branch's head and git's tree of all that the worktree held. It holds for that alone."
            ),
            .required("merge", .choice(of: Run.Merge.self)),
            .optional(
                "conflict",
                .object([
                    .optional(
                        "operation", .choice(["merge", "rebase", "cherryPick", "revert"]),
                        "What waits for its end in the worktree. Absent: a merge that was refused, or one that was called off."
                    ),
                    .required(
                        "files",
                        .array(.object([.required("path", .anyText), .required("kind", .anyText)]), max: nil),
                        "The first \(Run.Conflict.filesMax)."),
                    .required("count", .count, "How many there are in all."),
                ]), "While `merge` is `conflict`: the files that could not be brought together."),
            .optional("mergeCommit", .anyText), .optional("pullRequest", .pullRequest),
            .optional("branch", .anyText),
            .required("targetBranch", .anyText),
            .optional("baseCommit", .anyText),
            .optional("headCommit", .anyText),
            .optional("worktreePath", .anyText),
            .optional("isolation", .isolation, "Absent: `worktree`."),
            .optional("setUpPath", .anyText, "The worktree in which the setup script has been run."),
            .optional("sessionId", .anyText, "The provider's own name of the conversation."),
            .optional("sessionCostUsd", .number, "What that has cost so far, as far as its agent tells it."),
            .optional("summary", .anyText),
            .optional("usage", .usage),
            .optional("runningMs", .count, "How long it was at work, up to `runningSince`."),
            .optional("runningSince", .timestamp),
            .optional("outputBytes", .count, "What its processes that have ended have printed."),
            .optional("budget", .budget),
            .optional("stalledSince", .timestamp, "Since when it has said nothing, once that was noticed."),
            .optional("diff", .diffStats),
            .optional("pinnedFrom", .count, "Its events from this `seq` on are kept. Absent: it is not pinned."),
            .optional("createdBy", .actor, "Whose credentials it gets."),
            .optional("approvesAll", .boolean, "Whether all is approved that it asks and the policy does not deny."),
            .required("version", .version),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
            .optional("queuedAt", .timestamp),
            .optional("startedAt", .timestamp),
            .optional("endedAt", .timestamp),
        ]))

    static let failure = object([
        .required("class", .choice(of: Run.FailureClass.self)), .required("message", .anyText),
        .optional("until", .timestamp, "`quota`: when the provider said that it serves again."),
    ])

    static let asked = named(
        "Asked",
        .object([
            .required("run", .run, "As it stood when the waiting ended: its `status` says whether it is done."),
            .optional("answer", .anyText, "What the agent said last."),
        ]))

    static let process = named(
        "Process",
        .object([
            .required("id", .id(ChildProcess.self)),
            .required("projectId", .id(Project.self)),
            .optional("cardId", .id(Card.self)),
            .required("runId", .id(Run.self)),
            .required("reason", .choice(of: ChildProcess.Reason.self)),
            .required("status", .choice(of: ChildProcess.Status.self)),
            .required("argv", .array(.anyText, max: nil)),
            .optional("script", .anyText, "The name of the project's own script that it is of."),
            .optional("pid", .count),
            .optional("bot", .anyText, "The name of the bot that has claimed it."),
            .optional("exitCode", .integer(Int64.min...Int64.max)),
            .optional("signal", .count),
            .optional(
                "attachments", .array(.id(Attachment.self), max: nil), "Files that an agent was given with its prompt."),
            .optional("detail", .anyText, "Why it ended, where the exit code does not say it."),
            .optional("beforeCommit", .anyText),
            .optional("afterCommit", .anyText),
            .required("stdoutBytes", .count),
            .required("stderrBytes", .count),
            .optional("ports", .array(.count, max: nil), "TCP ports that a dev server listens on."),
            .optional("terminal", .screenSize, "Absent: it has none."),
            .optional("stopAt", .timestamp, "When somebody wanted it to end."),
            .optional("usage", .processUsage, "What it used, as the system counted it."),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
            .optional("endedAt", .timestamp),
            .optional("droppedAt", .timestamp, "The run was rewound to before it."),
        ]))

    static let toolUse = named(
        "ToolUse",
        .object([
            .required("name", .anyText, "The agent's own name of the tool."),
            .required("action", .choice(of: ToolUse.Action.self)),
            .required("status", .choice(of: ToolUse.Status.self)),
            .required("title", .anyText, "One line for a person."),
            .optional("input", .any),
            .optional("output", .anyText),
            .optional("exitCode", .count, "Of a command, where the agent tells it."),
        ]))

    private static let givenFile = object([
        .required("id", .id(Attachment.self)), .required("filename", .anyText),
        .optional("imageType", .anyText, "Of an image that agents can be shown: `image/png`."),
    ])

    static let recordedCommand = named(
        "RecordedCommand",
        .object([
            .required("id", .anyText), .required("runId", .id(Run.self)),
            .optional("processId", .id(ChildProcess.self)),
            .required("entryId", .id(Entry.self), "Which has its output."),
            .required("tool", .anyText, "The agent's own name of what ran it."), .required("command", .anyText),
            .optional("cwd", .anyText), .required("status", .choice(of: ToolUse.Status.self)),
            .optional("exitCode", .count, "Where the agent tells it."),
            .required("durationMs", .count, "From when it was told first to its end, questions included."),
            .optional("outputBytes", .count),
        ]))

    static let entryContent = named(
        "EntryContent",
        .object([
            .required("kind", .choice(of: EntryContent.Kind.self)),
            .optional("text", .anyText, "Markdown for messages, the line for `output`."),
            .optional("tool", .toolUse),
            .optional(
                "items",
                .array(
                    .object([.required("text", .anyText), .required("status", .choice(of: PlanItem.Status.self))]),
                    max: nil),
                "`plan` only."),
            .optional("usage", .usage, "`usage` only."),
            .optional("stream", .choice(of: OutputStream.self), "`output` only."),
            .optional("attachments", .array(givenFile, max: nil), "`user_message` only: the files with it."),
        ]))

    static let entry = named(
        "Entry",
        .object([
            .required("id", .id(Entry.self)),
            .required("projectId", .id(Project.self)),
            .optional("cardId", .id(Card.self)),
            .required("runId", .id(Run.self)),
            .optional("processId", .id(ChildProcess.self)),
            .required("index", .count, "Its place in the run: 0, 1, 2 …, without holes."),
            .required("content", .entryContent),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
        ]))

    static let actor = named(
        "Actor",
        .object([
            .required("type", .choice(of: Actor.Kind.self)), .optional("id", .anyText), .optional("name", .anyText),
        ]))

    static let approval = named(
        "Approval",
        .object([
            .required("id", .id(Approval.self)),
            .required("projectId", .id(Project.self)),
            .optional("cardId", .id(Card.self)),
            .required("runId", .id(Run.self)),
            .required("processId", .id(ChildProcess.self)),
            .required("requestKey", .anyText, "The agent's own name of the request."),
            .required("type", .choice(of: Approval.Kind.self)),
            .required("title", .anyText, "One line for a person."),
            .optional("tool", .anyText),
            .optional("input", .any),
            .optional("questions", .array(.question, max: nil), "`question` only."),
            .required("status", .choice(of: Approval.Status.self)),
            .optional("decision", .object(answerFields)),
            .optional("decidedBy", .actor),
            .optional("rule", .anyText, "By what the hub decided: `deny: Bash: rm *`. Absent: somebody answered."),
            .optional("resolvedAt", .timestamp),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
            .required("expiresAt", .timestamp),
        ]))

    private static let question = object([
        .required("question", .anyText, "What it is answered by."),
        .optional("header", .anyText),
        .required(
            "options",
            .array(.object([.required("label", .anyText), .optional("description", .anyText)]), max: nil),
            "What may be chosen; one's own words are an answer too."),
        .required("multiSelect", .boolean),
    ])

    static let answerFields: [Field] = [
        .required("decision", .choice(of: Approval.Verdict.self)),
        .optional(
            "scope", .choice(of: Approval.Scope.self),
            "Absent: `once`. `always` makes it a rule of the policy, which needs `project:write`; `all` is about the rest of the run."
        ),
        .optional("reason", .prompt, "Told to the agent with a denial."),
        .optional("edited", .any, "The tool's input as the person changed it."),
        .optional("answers", .map(.prompt), "`question` only: question text to answer."),
    ]

    static let event = named(
        "Event",
        .object([
            .required("type", .choice(of: EventType.self)),
            .required("seq", .count),
            .required("ts", .timestamp),
            .required("projectId", .id(Project.self)),
            .optional("cardId", .id(Card.self)),
            .optional("runId", .id(Run.self)),
            .optional("processId", .id(ChildProcess.self)),
            .required("severity", .choice(of: Severity.self)),
            .required("actor", .actor),
            .required("data", .any, "The whole entity after the change; of a deletion, its `id`."),
        ]))

    static let diff = named(
        "Diff",
        .object([
            .required("stats", .diffStats),
            .required("files", .array(.fileDiff, max: nil), "By path."),
            .required("truncated", .boolean, "Files are missing from the list, or patches from the files."),
        ]))

    static let fileDiff = named(
        "FileDiff",
        .object([
            .required("path", .anyText), .optional("oldPath", .anyText, "Where it was renamed or copied from."),
            .required("kind", .choice(["added", "modified", "deleted", "renamed", "copied", "typeChanged"])),
            .required("additions", .count), .required("deletions", .count), .required("binary", .boolean),
            .optional("patch", .anyText, "As `git diff` prints it; absent when it did not fit."),
            .required("truncated", .boolean, "The patch is missing or ends early."),
        ]))

    static let health = Schema.object([
        .required("status", .choice(["ok"])), .required("ok", .boolean), .required("ts", .timestamp),
        .required("timestamp", .timestamp), .required("version", .anyText),
    ])

    static let hubDescription = named(
        "Hub",
        .object([
            .required("name", .anyText), .required("version", .anyText), .required("protocol", .count),
            .required("node", .anyText), .required("startedAt", .timestamp), .required("durability", .anyText),
            .required(
                "providers",
                .array(
                    .object([.required("id", .choice(of: Provider.self)), .required("available", .boolean)]), max: nil)),
            .required("limits", .map(.count)),
        ]))
}
