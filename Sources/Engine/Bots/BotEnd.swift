import Agents
import Model

/// How a bot and its run came apart.
enum BotEnd: Sendable, Equatable {
    /// It said that it is done, however that went.
    case finished
    /// It was not heard of for longer than its lease.
    case leaseLost(String, isToRetry: Bool)
    case gaveBack(String)
    /// A verb ended the run, and the bot had its moment.
    case called

    var reason: String? {
        switch self {
        case .finished: nil
        case .leaseLost(let why, _), .gaveBack(let why): why
        case .called: "the run was ended"
        }
    }
}

extension ChildProcess {
    mutating func end(_ end: BotEnd, saying outcome: TurnOutcome?, bytes: Int?) {
        stdoutBytes = bytes ?? stdoutBytes
        detail = end.reason
        switch end {
        case .finished:
            if case .completed = outcome { status = .completed } else { status = .failed }
        case .leaseLost, .gaveBack: status = .interrupted
        case .called: status = .killed
        }
    }
}
