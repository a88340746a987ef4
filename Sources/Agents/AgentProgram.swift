package import Model

// A coding agent, as the hub sees it: a program to start, and a dialogue to hold with it.
//
// One folder per agent. The program says how to start it; the dialogue is a value that reads what the agent prints and
// says what it means, and turns what people want into what the agent reads. Neither starts a process, opens a file or
// waits: the engine does that, and stores the dialogue beside the offset up to which it has read, so that after a crash
// the next hub goes on in the middle of a line's consequences without saying anything twice.

/// How to start one kind of agent, and how to talk with it.
package protocol AgentProgram: Sendable {
    var provider: Provider { get }
    /// The machine interfaces of it that are known here, the best first; the settings may name another one of them.
    var interfaces: [String] { get }

    /// Which of them the settings want; nil: the best.
    var spokenInterface: String? { get }

    /// - Returns: what is wrong with the options for this agent; pointers begin with `/options`.
    func check(_ options: RunOptions) -> [FieldError]

    /// The command line for one stretch of work.
    func launch(_ start: TurnStart) -> AgentLaunch

    /// A dialogue that has said nothing yet. Its first effects come from `begin()`.
    func dialogue(_ start: TurnStart) -> any AgentDialogue

    /// The dialogue that an earlier hub stored with `JSONEncoder`.
    func restore(_ stored: [UInt8]) throws -> any AgentDialogue

    /// What asks the program for its version, for `doctor`; nil for a program that has none.
    var versionArguments: [String]? { get }
    /// The program's file: a name to be looked up in PATH, or a path.
    var executable: String? { get }
}

extension AgentProgram {
    package var spokenInterface: String? { nil }
}

/// What an administrator set for one agent.
package struct AgentSettings: Sendable, Equatable {
    /// The program and the arguments before ours; empty means the agent's usual name in PATH.
    package var command: [String]
    /// Given to the agent as they are.
    package var environment: [String: String]
    /// Names of the hub's own variables that the agent also gets.
    package var inherit: [String]
    /// Which of the agent's machine interfaces is spoken, by its name in `AgentProgram.interfaces`; nil: the first.
    package var interface: String?
    /// How many runs may be at work with it at once; nil means as many as the hub allows.
    package var maxConcurrentRuns: Int?

    package init(
        command: [String] = [], environment: [String: String] = [:], inherit: [String] = ["PATH", "HOME"],
        interface: String? = nil, maxConcurrentRuns: Int? = nil
    ) {
        self.interface = interface
        self.command = command
        self.environment = environment
        self.inherit = inherit
        self.maxConcurrentRuns = maxConcurrentRuns
    }
}

/// What one stretch of work begins with: the first turn of a run, a retry, or a follow-up on a run whose agent had ended.
package struct TurnStart: Codable, Sendable, Equatable {
    package var prompt: String
    package var options: RunOptions
    /// The provider's own session to go on with; nil starts a new one.
    package var resume: String?
    /// The index that the next entry of the run gets.
    package var nextIndex: Int
    /// What the session has cost before, for an agent that reports running totals.
    package var costBefore: Double?
    /// The agent's working directory, an absolute path.
    package var workingDirectory: String?
    /// What the agent is given with the prompt; nil: nothing.
    package var files: [TurnFile]?

    package init(
        prompt: String, options: RunOptions = RunOptions(), resume: String? = nil, nextIndex: Int = 0,
        costBefore: Double? = nil, workingDirectory: String? = nil, files: [TurnFile]? = nil
    ) {
        self.files = files
        self.workingDirectory = workingDirectory
        self.prompt = prompt
        self.options = options
        self.resume = resume
        self.nextIndex = nextIndex
        self.costBefore = costBefore
    }
}

package struct AgentLaunch: Sendable, Equatable {
    /// Where in its working directory an agent finds what the hub has put there for it; git does not see it.
    package static let filesFolder = ".roost-files"

    package var argv: [String]
    /// What the agent's own nature demands (`NO_COLOR`); the settings' environment wins over it.
    package var environment: [String: String]
    /// Files that it is to find in `filesFolder`, by name.
    package var files: [String: [UInt8]]

    package init(argv: [String], environment: [String: String] = [:], files: [String: [UInt8]] = [:]) {
        self.files = files
        self.argv = argv
        self.environment = environment
    }
}
