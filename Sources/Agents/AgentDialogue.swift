package import Model

/// The state of the talk with one agent process. A value: the same inputs give the same effects.
package protocol AgentDialogue: Codable, Sendable {
    /// The index that the next new entry gets. The engine reads and moves it when it has something to say itself.
    var nextIndex: Int { get set }

    /// What is said first: the prompt's own entry, and the first bytes to the agent.
    mutating func begin() -> [AgentEffect]
    /// One line that the agent printed, without its newline. Lines that mean nothing become `output` entries or nothing;
    /// they never fail the run.
    mutating func receive(_ line: [UInt8], from stream: OutputStream) -> [AgentEffect]
    /// A message from a person or a bot while the agent works. After `turnEnded` nothing can be said any more: no effects.
    /// - Parameter files: what comes with it; an agent that cannot take them is told where they are.
    mutating func say(_ message: String, _ files: [TurnFile]) -> [AgentEffect]
    /// A decision on a question that the agent asked.
    mutating func answer(_ requestKey: String, with decision: Approval.Decision) -> [AgentEffect]
    /// What became of a service that it asked for.
    mutating func performed(_ key: String, _ result: AgentServiceResult) -> [AgentEffect]
    /// Stop what you are doing, by the agent's own protocol; nothing where it has none.
    mutating func interrupt() -> [AgentEffect]
    /// The process is gone, all its output was received. If the turn had not ended, it ends here.
    mutating func exited(_ exit: AgentExit) -> [AgentEffect]
}

extension AgentDialogue {
    package mutating func say(_ message: String) -> [AgentEffect] { say(message, []) }

    /// For agents that ask for none.
    package mutating func performed(_ key: String, _ result: AgentServiceResult) -> [AgentEffect] { [] }
}

/// What a dialogue wants done, in this order.
package enum AgentEffect: Sendable, Equatable {
    /// Bytes for the agent's standard input.
    case write([UInt8])
    /// The same, with files in it.
    case line(AgentLine)
    /// The end of its standard input.
    case closeInput
    /// The provider's own name of the conversation.
    case session(String)
    /// An entry, new or changed: the one at this index of the run.
    case entry(index: Int, EntryContent)
    /// More text for the end of an entry that was told, and that will be told in full by `entry` later. May be lost.
    case delta(index: Int, EntryContent.Kind, text: String)
    case ask(AgentQuestion)
    /// The agent no longer waits for an answer to this.
    case withdraw(requestKey: String)
    /// Something that the hub does for the agent; `performed` tells how it went. At least once: a hub that dies meanwhile
    /// begins anew.
    case perform(key: String, AgentService)
    /// What this turn consumed; turns add up.
    case usage(Usage)
    /// The agent has finished all that it was asked, messages that were said meanwhile included. Exactly once in the
    /// life of a dialogue; entries and usage may still follow, questions do not.
    case turnEnded(TurnOutcome)
}

package enum TurnOutcome: Codable, Sendable, Equatable {
    case completed(summary: String?)
    case failed(Run.Failure)
    /// It stopped because it was told to.
    case interrupted
    /// It does not know the session that it was to go on with, and has done nothing: by its own words.
    case sessionLost(String)
}

package struct AgentQuestion: Codable, Sendable, Equatable {
    package var requestKey: String
    package var type: Approval.Kind
    package var title: String
    package var tool: String?
    package var input: JSONValue?
    /// The run's permission mode, where that allows it and the agent asks all the same since it knows no such mode. Only a
    /// rule that denies it stands above.
    package var allowedByMode: String?

    package init(
        requestKey: String, type: Approval.Kind, title: String, tool: String?, input: JSONValue?,
        allowedByMode: String? = nil
    ) {
        self.requestKey = requestKey
        self.type = type
        self.title = title
        self.tool = tool
        self.input = input
        self.allowedByMode = allowedByMode
    }
}

/// How the agent's process ended, as its keeper saw it.
package struct AgentExit: Sendable, Equatable {
    package var code: Int?
    package var signal: Int?
    /// Set when the keeper ended it or could not start it: `time limit`, `no such program`.
    package var detail: String?

    package init(code: Int? = nil, signal: Int? = nil, detail: String? = nil) {
        self.code = code
        self.signal = signal
        self.detail = detail
    }
}
