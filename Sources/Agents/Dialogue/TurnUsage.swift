import Model

/// What one turn has consumed: counted on the way, as far as its agent tells it, so that a budget holds while the turn
/// is at work, and put right by what the agent says at the end. Nothing counts twice: each effect is a difference.
struct TurnUsage: Codable, Sendable {
    /// So far; nil while nothing is known.
    private(set) var counted: Usage?
    /// In the shape of Anthropic's API: the counts of a message grow while it is said, and are told again and again.
    private var messageID: String?
    private var message = Usage()
    private var messagesBefore: Usage?

    /// - Parameter usage: of the turn so far.
    mutating func reach(_ usage: Usage) -> [AgentEffect] {
        guard let before = counted else {
            counted = usage.isNothing ? nil : usage
            return counted.map { [.usage($0)] } ?? []
        }
        let now = usage.filled(from: before)
        counted = now
        let more = now.difference(from: before)
        return more == Usage() ? [] : [.usage(more)]
    }

    /// - Parameter id: of the message; nil for one that has none, which is told once.
    mutating func reach(_ counts: JSONValue, by id: String?) -> [AgentEffect] {
        if id == nil || id != messageID {
            messagesBefore = messagesBefore?.adding(message) ?? message
            (messageID, message) = (id, Usage())
        }
        return grow(counts)
    }

    /// The message that was told of last has grown.
    mutating func grow(_ counts: JSONValue) -> [AgentEffect] {
        message = Usage(messages: counts).atLeast(message)
        return reach(messagesBefore?.adding(message) ?? message)
    }
}

extension EntryWriter {
    /// - Parameter usage: of the turn so far.
    mutating func reached(_ usage: Usage) -> [AgentEffect] { changeUsage { $0.reach(usage) } }

    mutating func reached(_ counts: JSONValue, by message: String?) -> [AgentEffect] {
        changeUsage { $0.reach(counts, by: message) }
    }

    mutating func grew(_ counts: JSONValue) -> [AgentEffect] { changeUsage { $0.grow(counts) } }

    /// - Parameter more: since the last time.
    mutating func used(_ more: Usage) -> [AgentEffect] {
        changeUsage { $0.reach($0.counted?.adding(more) ?? more) }
    }

    /// The turn is over, and its usage gets its entry.
    /// - Parameter usage: of the whole turn, in place of what was counted; what it leaves out stays as it was counted.
    mutating func usage(_ usage: Usage? = nil) -> [AgentEffect] {
        let corrections = usage.map { reached($0) } ?? []
        defer { turnUsage = nil }
        guard let counted = turnUsage?.counted else { return corrections }
        return [add(EntryContent(.usage, usage: counted))] + corrections
    }

    private mutating func changeUsage(_ body: (inout TurnUsage) -> [AgentEffect]) -> [AgentEffect] {
        var usage = turnUsage ?? TurnUsage()
        defer { turnUsage = usage }
        return body(&usage)
    }
}

extension Usage {
    /// As the API and those who pass it on spell it.
    init(messages counts: JSONValue?, costUsd: Double? = nil) {
        self.init(
            inputTokens: counts?["input_tokens"]?.count, outputTokens: counts?["output_tokens"]?.count,
            cacheReadTokens: counts?["cache_read_input_tokens"]?.count,
            cacheCreationTokens: counts?["cache_creation_input_tokens"]?.count, costUsd: costUsd)
    }

    var isNothing: Bool { hasNoTokens && (costUsd ?? 0) == 0 }

    private var hasNoTokens: Bool {
        [inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens].allSatisfy { ($0 ?? 0) == 0 }
    }

    /// Part by part the larger: a later count may leave out what an earlier one told.
    fileprivate func atLeast(_ other: Usage) -> Usage {
        func larger<Number: Comparable>(_ a: Number?, _ b: Number?) -> Number? {
            guard let a, let b else { return a ?? b }
            return max(a, b)
        }
        return Usage(
            inputTokens: larger(inputTokens, other.inputTokens), outputTokens: larger(outputTokens, other.outputTokens),
            cacheReadTokens: larger(cacheReadTokens, other.cacheReadTokens),
            cacheCreationTokens: larger(cacheCreationTokens, other.cacheCreationTokens),
            costUsd: larger(costUsd, other.costUsd))
    }

    /// This, and what it leaves out as it was before. One who tells zeros of a turn that has used something, as Claude Code
    /// does of one that was interrupted, knows nothing of its tokens.
    fileprivate func filled(from before: Usage) -> Usage {
        let tokens = hasNoTokens ? before : self
        return Usage(
            inputTokens: tokens.inputTokens ?? before.inputTokens,
            outputTokens: tokens.outputTokens ?? before.outputTokens,
            cacheReadTokens: tokens.cacheReadTokens ?? before.cacheReadTokens,
            cacheCreationTokens: tokens.cacheCreationTokens ?? before.cacheCreationTokens,
            costUsd: costUsd ?? before.costUsd)
    }

    /// What has to be added to an earlier count to come to this; nil where nothing has.
    fileprivate func difference(from before: Usage) -> Usage {
        func difference<Number: AdditiveArithmetic>(_ a: Number?, _ b: Number?) -> Number? {
            guard let a, let b else { return a }
            return a == b ? nil : a - b
        }
        return Usage(
            inputTokens: difference(inputTokens, before.inputTokens),
            outputTokens: difference(outputTokens, before.outputTokens),
            cacheReadTokens: difference(cacheReadTokens, before.cacheReadTokens),
            cacheCreationTokens: difference(cacheCreationTokens, before.cacheCreationTokens),
            costUsd: difference(costUsd, before.costUsd))
    }
}
