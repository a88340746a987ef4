/// One git process to run.
struct GitCommand: Sendable {
    enum Access {
        case reading, writing
    }

    var arguments: [String]
    var folder: String
    /// Another program than git, which knows nothing of the folder; nil: git.
    var program: String?
    /// Wins over every configuration file.
    var configuration: [String: String] = [:]
    var environment: [String: String] = [:]
    var access = Access.reading
    /// How long it takes is up to somebody else: see `Git.transfers`.
    var isTransfer = false
    var codesAccepted: Set<Int32> = [0]
    /// nil: `GitSettings.commandSecondsMax`.
    var patience: Patience?
    /// Gets what it writes to its standard error, as it comes, on the thread that reads it.
    var hearing: (@Sendable ([UInt8]) -> Void)?

    /// How long it may take, and what that limit is called.
    struct Patience: Sendable {
        let seconds: Int
        let limit: String
    }
    /// Where the repository's locks are; empty where nothing is locked.
    var gitFolders: [String] = []

    /// What a person would call it: `worktree add`.
    var subcommand: String {
        if let program { return program }
        return arguments.prefix(arguments.first == "worktree" ? 2 : 1).joined(separator: " ")
    }

    /// What git is told in every case, whatever the configuration files say.
    static let configurationAlways = [
        // Programs that a repository may name.
        "core.fsmonitor": "false",
        "core.hooksPath": "/dev/null",
        "core.sshCommand": "false",
        // What it writes is taken for refs: this one has none.
        "core.alternateRefsCommand": "true",
        // git would take it for LFS where that is not installed.
        "alias.lfs": "!false",
        "commit.gpgSign": "false",
        "log.showSignature": "false",
        "merge.verifySignatures": "false",
        "push.gpgSign": "false",
        // Processes that outlive their parent.
        "gc.auto": "0",
        "maintenance.auto": "false",
        // Habits of the user that would change what a verb does.
        "submodule.recurse": "false",
        "branch.autoSetupMerge": "false",
        "advice.addEmbeddedRepo": "false",
    ]

    static let environmentAlways = [
        "LC_ALL": "C.UTF-8",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "GIT_PAGER": "cat",
        "GIT_EDITOR": ":",
        "GIT_SEQUENCE_EDITOR": ":",
        // No such protocol: a partial clone could otherwise name a program to fetch missing objects with.
        "GIT_ALLOW_PROTOCOL": "none",
    ]

    func launch(with settings: GitSettings) -> Launch {
        var all = settings.environment.filter { GitSettings.environmentKeysKept.contains($0.key) }
        all.merge(Self.environmentAlways) { $1 }
        all["GIT_OPTIONAL_LOCKS"] = access == .reading ? "0" : nil
        // By environment and not by `-c`, which takes the first `=` of a name for its end.
        let configuration = Self.configurationAlways.merging(configuration) { $1 }
        all["GIT_CONFIG_COUNT"] = String(configuration.count)
        for (index, entry) in configuration.enumerated() {
            all["GIT_CONFIG_KEY_\(index)"] = entry.key
            all["GIT_CONFIG_VALUE_\(index)"] = entry.value
        }
        all.merge(environment) { $1 }
        if let program { return Launch(executable: program, arguments: arguments, environment: all) }
        return Launch(
            executable: settings.executable, arguments: ["--no-pager", "-C", folder] + arguments, environment: all)
    }
}
