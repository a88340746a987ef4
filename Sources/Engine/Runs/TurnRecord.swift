import Agents
import Foundation
import Model

/// What is stored of a process's talk beside the offsets up to which its output was read.
struct TurnRecord: Codable, Sendable, Equatable {
    var provider: Provider
    /// The dialogue's own state, as JSON text.
    var dialogue: String
    /// Set once the agent has said that it is done (or given up).
    var outcome: TurnOutcome?
    /// It was told by its own protocol to stop, and may take a moment to obey.
    var wasInterrupted = false
    /// What the agent has the hub do for it, and was not told the end of.
    var services: [String: AgentService]?

    /// Of a bot that has claimed it.
    var lease: BotLease?

    init(provider: Provider, dialogue: any AgentDialogue) throws {
        self.provider = provider
        self.dialogue = try Self.text(of: dialogue)
    }

    init(decoding bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(TurnRecord.self, from: Data(bytes))
    }

    func encoded() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }

    mutating func store(_ dialogue: any AgentDialogue) throws { self.dialogue = try Self.text(of: dialogue) }

    private static func text(of dialogue: any AgentDialogue) throws -> String {
        String(decoding: try JSONEncoder().encode(dialogue), as: UTF8.self)
    }
}
