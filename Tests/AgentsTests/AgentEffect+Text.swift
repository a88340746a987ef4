import Agents
import FoundationEssentials
import Model

extension AgentEffect {
    /// One line that a person can compare.
    var text: String {
        switch self {
        case .write(let bytes): "write \(String(decoding: bytes.dropLast(), as: UTF8.self))"
        case .line(let line): "line \(String(decoding: line.bytes { "<\($0)>" }.dropLast(), as: UTF8.self))"
        case .closeInput: "close input"
        case .session(let id): "session \(id)"
        case .entry(let index, let content): "entry \(index) \(Self.json(content))"
        case .delta(let index, let kind, let text): "delta \(index) \(kind.rawValue) \(Self.json(text))"
        case .ask(let question): "ask \(Self.json(question))"
        case .withdraw(let key): "withdraw \(key)"
        case .perform(let key, let service): "perform \(key) \(Self.json(service))"
        case .usage(let usage): "usage \(Self.json(usage))"
        case .turnEnded(.completed(let summary)): "ended completed \(summary.map(Self.json) ?? "")"
        case .turnEnded(.failed(let failure)): "ended failed \(failure.class.rawValue) \(Self.json(failure.message))"
        case .turnEnded(.interrupted): "ended interrupted"
        case .turnEnded(.sessionLost(let why)): "ended session lost \(Self.json(why))"
        }
    }

    private static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "cannot be encoded"
    }
}

extension [AgentEffect] {
    var ends: [TurnOutcome] { compactMap { if case .turnEnded(let outcome) = $0 { outcome } else { nil } } }
    var entries: [(index: Int, content: EntryContent)] {
        compactMap { if case .entry(let index, let content) = $0 { (index, content) } else { nil } }
    }
    var written: [String] {
        compactMap { if case .write(let bytes) = $0 { String(decoding: bytes, as: UTF8.self) } else { nil } }
    }
}
