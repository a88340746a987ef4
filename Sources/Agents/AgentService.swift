/// What an agent may have the hub do for it, inside its run's worktree and nowhere else.
package enum AgentService: Codable, Sendable, Equatable {
    /// A text file, or some lines of it; the first line is 1.
    case readFile(path: String, line: Int?, limit: Int?)
    case writeFile(path: String, text: String)
    case createTerminal(AgentTerminal)
    case terminalOutput(id: String)
    case waitForTerminal(id: String)
    case killTerminal(id: String)
    case releaseTerminal(id: String)
}

/// A command that an agent has the hub run.
package struct AgentTerminal: Codable, Sendable, Equatable {
    package var command: String
    /// nil: the command is a line for a shell.
    package var arguments: [String]?
    package var environment: [String: String]
    /// An absolute path; nil means the worktree.
    package var directory: String?
    /// How much of its output is kept, from the end; nil means as much as there may be.
    package var outputBytesMax: Int?

    package init(
        command: String, arguments: [String]?, environment: [String: String], directory: String?, outputBytesMax: Int?
    ) {
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.outputBytesMax = outputBytesMax
    }
}

package enum AgentServiceResult: Sendable, Equatable {
    case done
    case text(String)
    case terminal(id: String)
    case output(String, isTruncated: Bool, AgentExit?)
    case exited(AgentExit)
    /// A sentence for the agent.
    case failed(String)
}
