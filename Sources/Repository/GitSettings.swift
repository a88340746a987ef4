/// How git is run. The composition root fills it in; the defaults suit a machine that agents work on too.
package struct GitSettings: Sendable {
    /// 4: git is bound by the disk, and the processors belong to the agents.
    package static let concurrentProcessesDefault = 4
    /// 4 that wait for a network, beside those: what they cost is the line, and one that trickles keeps its place for as long
    /// as it may take.
    package static let concurrentTransfersDefault = 4
    /// 10 minutes: checking out the largest public repositories takes some three on a spinning disk.
    package static let commandSecondsDefault = 600
    /// 5 s to remove lock files after SIGTERM before SIGKILL comes.
    package static let graceSecondsDefault = 5
    /// 10 s for a lock of git's that nobody is seen to hold: other programs than git make them too, and hold them for an instant.
    package static let lockSecondsDefault = 10
    /// 64 MiB: the names of some 400,000 changed files. What is larger is no answer that anybody can use.
    package static let outputBytesDefault = 64 << 20

    /// An absolute path, or a name that is looked up in the hub's own PATH.
    package var executable = "git"
    /// ripgrep, by its absolute path; nil: git itself searches.
    package var ripgrep: String?
    /// The hub's environment. git sees of it only `environmentKeysKept`.
    package var environment: [String: String]
    /// An existing folder for what lives as long as one diff.
    package var scratchFolder: String
    package var concurrentProcessesMax = concurrentProcessesDefault
    package var concurrentTransfersMax = concurrentTransfersDefault
    package var commandSecondsMax = commandSecondsDefault
    package var graceSeconds = graceSecondsDefault
    package var lockSecondsMax = lockSecondsDefault
    package var outputBytesMax = outputBytesDefault
    /// Content filters that may run although only the repository itself configures them: `git-crypt`, say.
    package var trustedFilters: Set<String> = []

    package init(environment: [String: String], scratchFolder: String) {
        self.environment = environment
        self.scratchFolder = scratchFolder
    }

    /// Enough to find git, its helpers and the user's own configuration; no `GIT_DIR`, no tokens, no agent's secrets.
    package static let environmentKeysKept: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "XDG_CONFIG_HOME",
        "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
    ]
}
