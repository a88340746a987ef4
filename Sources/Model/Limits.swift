/// The hub's own limits, each with its unit in its name. Those that people change are settings; these are their defaults.
package enum Limits {
    /// 8 agents at once on one machine: a choice, not a measurement; the plan's default.
    package static let concurrentRunsPerHub = 8
    package static let concurrentRunsPerProject = 3
    /// What a request may say at all; `EngineLimits` may allow less. 100 each way: nobody orders a queue more finely by hand.
    package static let priorityMax = 100
    /// 5 min without a word: what a build or a long thought may take, and what kandev's advisory takes as well.
    package static let stallSeconds = 5 * 60
    /// 10 min: longer than most turns, shorter than what proxies between give up on at their most patient.
    package static let agentWaitMsMax = 600_000
    /// How long a question waits for an answer. 24 h: longer than a night, shorter than a forgotten week.
    package static let approvalExpirySeconds = 24 * 60 * 60

    /// 90 days: a quarter's history. A choice; rows stay whatever goes.
    package static let retentionDays = 90
    /// 1 GiB of each journal: some million events of 1 KB.
    package static let retentionBytes = 1 << 30

    /// Fits a terminal line and a branch name with room to spare.
    package static let slugCharactersMax = 40
    /// What one process may print before it is stopped. 1 GiB, a choice and no measurement: far
    /// above what agents print, and an endless loop stops there.
    package static let processOutputBytesMax = 1 << 30
    /// A private key of 4,096 bits in PEM has some 3,300 bytes.
    package static let credentialBytesMax = 16 << 10

    /// 1 MiB of a file at once: what an editor shows.
    package static let fileReadBytesMax = 1 << 20
    /// 8 MiB of a file that is written at once, by people and agents alike.
    package static let fileWriteBytesMax = 8 << 20
    /// Lines that one search tells.
    package static let fileMatchesMax = 500
    /// Remarks of one review: more than anybody makes, and no more than an agent can take in at once.
    package static let reviewCommentsMax = 100
    /// 4 MiB of a patch that is taken back: as much as a diff shows.
    package static let patchBytesMax = 4 << 20
    /// Files of one commit, or hunks of one revert, that are named one by one.
    package static let filesPerCommandMax = 5_000
    package static let nameCharactersMax = 200
    package static let titleCharactersMax = 500
    /// A prompt with pasted logs; people do paste 1,000 to 4,000 lines.
    package static let promptBytesMax = 256 << 10
    package static let pathBytesMax = 4_096
    package static let labelsMax = 32
    package static let labelCharactersMax = 64
    package static let argumentsMax = 256
    /// Named scripts of one project: more than a menu shows.
    package static let ownScriptsMax = 64
    /// Globs of one project's `copyFiles`: one for each kind of file that is kept out of git, and room for more.
    package static let copyPatternsMax = 64
    /// Each is a program beside the agent, and its tools are told to the model.
    package static let mcpServersMax = 32
    /// Epic, story, task and some more.
    package static let cardDepthMax = 8
    package static let childrenPerCardMax = 500
    /// Nobody overlooks what waits for more.
    package static let dependenciesPerCardMax = 32
    package static let columnsPerBoardMax = 64
    /// 1,000 with their column or board, in one unit of work that everybody else waits for: some tenths of a second.
    package static let cardsRemovedAtOnceMax = 1_000
    /// Of `@name` and `/name`: 64, as names of commands in repositories have.
    package static let tagNameCharactersMax = 64
    /// 1,000 unread cards at once: more than anybody looks through; what is beyond comes when these have been read.
    package static let unreadCardsMax = 1_000
    package static let boardsPerProjectMax = 64

    /// A line of a search: longer than anybody types, short enough for a URL.
    package static let searchCharactersMax = 500
    /// Each costs a walk through the index.
    package static let searchTermsMax = 16

    /// 10,000: an organization; who may do what is held in memory, some 300 bytes each.
    package static let usersMax = 10_000
    /// One for each machine and bot, with room for those that are forgotten.
    package static let tokensPerUserMax = 64
    /// NIST SP 800-63B asks for 8 at least, and for 64 at most to be allowed at least.
    package static let passwordCharactersMin = 8
    package static let passwordBytesMax = 1_024
    package static let projectsPerTokenMax = 64
    package static let membersPerProjectMax = 1_000
    /// More than one hub's people make; all are held in memory, with their seats.
    package static let organizationsMax = 1_000
    package static let seatsPerOrganizationMax = 1_000

    /// Page sizes of every list.
    package static let pageDefault = 50
    package static let pageMax = 200
    /// Events of one backfill page.
    package static let eventPageMax = 500
}
