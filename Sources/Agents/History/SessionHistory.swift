package import Model

// Conversations that were held without the hub, as agents keep them in files of their own. Only those formats are read that were seen
// with the real program: Claude Code 2.1.329 and Codex 0.163.0. Of Gemini and Qwen it is known where the files lie and not what their lines
// mean; Cursor and OpenCode keep databases.

/// Reads one such file, line by line. A value, like a dialogue; lines that mean nothing are passed over.
package protocol SessionHistory: Sendable {
    var head: SessionHead { get }
    /// The moment of the line that was read last, as the agent wrote it.
    var readAt: Timestamp? { get }
    /// What all of it consumed; nil where that is not told.
    var usage: Usage? { get }
    /// What the agent said last.
    var lastWords: String? { get }

    mutating func read(_ line: [UInt8]) -> [AgentEffect]
    mutating func end() -> [AgentEffect]
}

/// What is told of a session before it is read.
package struct SessionHead: Sendable, Equatable {
    /// The provider's own name of it, by which the agent goes on.
    package var id: String?
    package var workingDirectory: String?
    package var startedAt: Timestamp?
    /// What was said first.
    package var firstWords: String?

    package init() {}

    /// 500 characters are a title.
    static let firstWordsBytesMax = 2_000

    mutating func said(_ text: String) {
        if firstWords == nil { firstWords = text.cut(toBytes: Self.firstWordsBytesMax) }
    }
}

/// Where an agent keeps such files.
package struct SessionFolder: Sendable {
    package let path: String
    /// How many folders lie between it and the files.
    package let depth: Int
    package let namePrefix: String
    package let makeHistory: @Sendable () -> any SessionHistory

    /// - Parameter environment: of the agent's own process.
    /// - Returns: nil for an agent whose files cannot be read.
    package init?(of provider: Provider, environment: [String: String]) {
        let home = environment["HOME"]
        switch provider {
        case .claudeCode:
            guard let top = environment["CLAUDE_CONFIG_DIR"] ?? home.map({ $0 + "/.claude" }) else { return nil }
            (path, depth, namePrefix) = (top + "/projects", 1, "")
            makeHistory = { ClaudeCodeHistory() }
        case .codex:
            guard let top = environment["CODEX_HOME"] ?? home.map({ $0 + "/.codex" }) else { return nil }
            (path, depth, namePrefix) = (top + "/sessions", 3, "rollout-")
            makeHistory = { CodexHistory() }
        case .demo, .command, .acp, .gemini, .cursor, .opencode, .qwen, .copilot, .goose, .amp, .bot: return nil
        }
    }
}
