/// What may be consumed, by a run or by all runs of a card or project. What is nil has no limit.
package struct Budget: Codable, Sendable, Equatable {
    /// Input and output together, those read from a cache aside.
    package var tokens: Int?
    package var costUsd: Double?
    /// Time at work: neither queued nor paused, and waiting for nobody.
    package var runningMs: Int?
    package var outputBytes: Int?

    package init(tokens: Int? = nil, costUsd: Double? = nil, runningMs: Int? = nil, outputBytes: Int? = nil) {
        self.tokens = tokens
        self.costUsd = costUsd
        self.runningMs = runningMs
        self.outputBytes = outputBytes
    }

    package var isEmpty: Bool { self == Budget() }

    /// The first part that is used up, and by how much. What is not known uses up nothing.
    package func exceeded(by spent: Budget) -> Excess? {
        func check<Number: Comparable>(_ name: String, _ limit: Number?, _ spent: Number?, _ text: (Number) -> String)
            -> Excess?
        {
            guard let limit, let spent, spent >= limit else { return nil }
            return Excess(limit: name, detail: "\(text(spent)) of \(text(limit))")
        }
        return check("tokens", tokens, spent.tokens) { "\($0) tokens" }
            ?? check("costUsd", costUsd, spent.costUsd) { "\($0) USD" }
            ?? check("runningMs", runningMs, spent.runningMs) { "\($0) ms" }
            ?? check("outputBytes", outputBytes, spent.outputBytes) { "\($0) bytes" }
    }

    package struct Excess: Sendable, Equatable {
        /// The budget's member.
        package let limit: String
        package let detail: String
    }
}

extension Run {
    /// What it has consumed, its living process's output aside.
    package func spent(at now: Timestamp) -> Budget {
        Budget(
            tokens: usage?.tokens, costUsd: usage?.costUsd, runningMs: runningMs(at: now), outputBytes: outputBytes)
    }
}

extension Usage {
    /// Of a budget: what the model was given and gave, or nil when the agent tells neither.
    package var tokens: Int? {
        guard inputTokens != nil || outputTokens != nil else { return nil }
        let (sum, overflow) = (inputTokens ?? 0).addingReportingOverflow(outputTokens ?? 0)
        return overflow ? .max : sum
    }
}
