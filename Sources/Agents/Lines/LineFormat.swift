import FoundationEssentials
import Model

// Agents that print what they do, one JSON object a line, and hear one prompt: `gemini -o stream-json` and its like. They ask
// nobody, so ACP is better where the agent has it; these are for versions and wrappers that have not.
//
// A format says how its agent is started and what its lines mean; `LineDialogue` is the talk around it.

/// One agent's lines.
protocol LineFormat: Codable, Sendable {
    static var provider: Provider { get }
    /// The program's usual name.
    static var program: String { get }
    /// Whether the agent has the better interface too.
    static var hasACP: Bool { get }
    /// What it can do with options.
    static var options: Set<RunOptions.Field> { get }
    /// Whether its end is a line; else it is the process's.
    static var tellsEnd: Bool { get }
    static func arguments(_ start: TurnStart) -> [String]
    /// What else it is started with: servers of tools, for those that read them from a file or a variable.
    static func surroundings(_ start: TurnStart) -> (environment: [String: String], files: [String: [UInt8]])

    init()
    /// - Parameter message: one object that it printed; unknown ones mean nothing.
    mutating func read(_ message: JSONValue, _ talk: inout LineTalk) -> [AgentEffect]
    /// What it says of a session to resume that it does not know; nil where that is not known.
    static var unknownSession: String? { get }
    /// What an exit code means where nothing was said.
    static func failureClass(ofExit code: Int) -> Run.FailureClass?
}

extension LineFormat {
    static var hasACP: Bool { true }
    static var tellsEnd: Bool { true }
    static var options: Set<RunOptions.Field> { [.model, .permissionMode, .arguments] }
    static var unknownSession: String? { nil }
    static func failureClass(ofExit code: Int) -> Run.FailureClass? { nil }
    static func surroundings(_ start: TurnStart) -> (environment: [String: String], files: [String: [UInt8]]) {
        ([:], [:])
    }

    static func dialogue(_ start: TurnStart) -> any AgentDialogue { LineDialogue<Self>(start) }

    static func dialogue(from stored: Data) throws -> any AgentDialogue {
        try JSONDecoder().decode(LineDialogue<Self>.self, from: stored)
    }
}
