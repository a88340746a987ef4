/// A coding agent program that the hub knows how to drive.
package enum Provider: String, Codable, Sendable, CaseIterable {
    /// Our own small agent for the first look and for tests.
    case demo
    /// Any argument vector; each line of its output becomes an entry.
    case command
    /// Claude Code through its stream-json control protocol.
    case claudeCode = "claude-code"
    /// OpenAI's Codex through its app-server, or through `codex exec`.
    case codex
    /// Any agent that speaks the Agent Client Protocol: an argument vector.
    case acp
    case gemini, cursor, opencode, qwen, copilot, goose, amp
    /// A program on the far side of a connection, which claims runs and reports what it does.
    case bot

    /// What other systems call it, on input.
    private static let aliases: [String: Provider] = [
        "claude": .claudeCode, "claudecode": .claudeCode, "claude_code": .claudeCode, "anthropic": .claudeCode,
        "openai-codex": .codex, "openai": .codex, "gemini-cli": .gemini, "google": .gemini,
        "cursor-agent": .cursor, "cursor_agent": .cursor, "open-code": .opencode, "qwen-code": .qwen,
        "qwen_code": .qwen, "github-copilot": .copilot, "copilot-cli": .copilot, "ampcode": .amp,
        "shell": .command, "custom": .command, "external": .bot,
    ]

    /// Its own name, or one by which another system knows it; upper and lower case are the same, as `CLAUDE_CODE`.
    package init?(named name: String) {
        guard
            let known = Provider(rawValue: name) ?? Self.aliases[name.lowercased()]
                ?? Provider(rawValue: name.lowercased())
        else { return nil }
        self = known
    }

    package static var inputNames: [String] { allCases.map(\.rawValue) + aliases.keys.sorted() }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let provider = Provider(named: name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(name) is no provider")
        }
        self = provider
    }
}

/// How the agent was asked to work. Fields that a provider has no use for are refused when the run is made.
package struct RunOptions: Codable, Sendable, Equatable {
    /// The permission mode in which an agent changes nothing.
    package static let readOnlyMode = "plan"

    /// The provider's own name of a model.
    package var model: String?
    /// `command` and `acp` only: the argument vector. There is never a shell in between.
    package var argv: [String]?
    /// `default`, `acceptEdits`, `plan` or `bypassPermissions`, as Claude Code calls them; other agents have their own
    /// ways to the same.
    package var permissionMode: String?
    /// Further arguments of the agent's own command line, as they are.
    package var arguments: [String]?
    /// Servers of tools that the agent may use, by name.
    package var mcpServers: [String: MCPServer]?
    /// `bot` only: the name of those bots that may claim it; nil: any.
    package var bot: String?
    /// `bot` only: what becomes of it when its bot is not heard of any more; nil: `retry`.
    package var onLeaseLost: LeaseLoss?

    package enum LeaseLoss: String, Codable, Sendable, CaseIterable {
        /// It goes back to the queue after a pause, a few times.
        case retry
        case interrupt
    }

    package init(
        model: String? = nil, argv: [String]? = nil, permissionMode: String? = nil, arguments: [String]? = nil,
        mcpServers: [String: MCPServer]? = nil, bot: String? = nil, onLeaseLost: LeaseLoss? = nil
    ) {
        self.model = model
        self.argv = argv
        self.permissionMode = permissionMode
        self.arguments = arguments
        self.mcpServers = mcpServers
        self.bot = bot
        self.onLeaseLost = onLeaseLost
    }

    /// These, and what they leave out from others.
    package func over(_ others: RunOptions) -> RunOptions {
        RunOptions(
            model: model ?? others.model, argv: argv ?? others.argv,
            permissionMode: permissionMode ?? others.permissionMode, arguments: arguments ?? others.arguments,
            mcpServers: mcpServers ?? others.mcpServers, bot: bot ?? others.bot,
            onLeaseLost: onLeaseLost ?? others.onLeaseLost)
    }
}

/// What a run consumed, as its agent reported it. What an agent does not report is nil, never 0.
package struct Usage: Codable, Sendable, Equatable {
    package var inputTokens: Int?
    package var outputTokens: Int?
    package var cacheReadTokens: Int?
    package var cacheCreationTokens: Int?
    package var costUsd: Double?

    package init(
        inputTokens: Int? = nil, outputTokens: Int? = nil, cacheReadTokens: Int? = nil,
        cacheCreationTokens: Int? = nil, costUsd: Double? = nil
    ) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.cacheReadTokens = cacheReadTokens
        self.cacheCreationTokens = cacheCreationTokens
        self.costUsd = costUsd
    }

    /// Tokens add up over the turns of a run; a part that neither side knows stays unknown.
    /// The cost is summed too: an agent that reports a running total gives its adapter the difference.
    package func adding(_ other: Usage) -> Usage {
        Usage(
            inputTokens: Self.sum(inputTokens, other.inputTokens),
            outputTokens: Self.sum(outputTokens, other.outputTokens),
            cacheReadTokens: Self.sum(cacheReadTokens, other.cacheReadTokens),
            cacheCreationTokens: Self.sum(cacheCreationTokens, other.cacheCreationTokens),
            costUsd: Self.sum(costUsd, other.costUsd))
    }

    /// What an agent reports is anything; a sum that does not fit stays at the largest number there is.
    private static func sum(_ a: Int?, _ b: Int?) -> Int? {
        guard let a, let b else { return a ?? b }
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? (a > 0 ? .max : .min) : sum
    }

    private static func sum(_ a: Double?, _ b: Double?) -> Double? {
        guard let a, let b else { return a ?? b }
        return a + b
    }
}

/// The size of a change, as `git diff --numstat` counts it.
package struct DiffStats: Codable, Sendable, Equatable {
    package var filesChanged: Int
    package var additions: Int
    package var deletions: Int

    package init(filesChanged: Int, additions: Int, deletions: Int) {
        self.filesChanged = filesChanged
        self.additions = additions
        self.deletions = deletions
    }
}
