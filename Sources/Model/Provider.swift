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
    case gemini, cursor, opencode, qwen, copilot, goose
}

/// How the agent was asked to work. Fields that a provider has no use for are refused when the run is made.
package struct RunOptions: Codable, Sendable, Equatable {
    /// The provider's own name of a model.
    package var model: String?
    /// `command` and `acp` only: the argument vector. There is never a shell in between.
    package var argv: [String]?
    /// `default`, `acceptEdits`, `plan` or `bypassPermissions`, as Claude Code calls them; other agents have their own
    /// ways to the same.
    package var permissionMode: String?

    package init(model: String? = nil, argv: [String]? = nil, permissionMode: String? = nil) {
        self.model = model
        self.argv = argv
        self.permissionMode = permissionMode
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
