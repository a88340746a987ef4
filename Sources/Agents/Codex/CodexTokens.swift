import Model

/// What a thread has used, of which the program tells running totals: also of the time before this process.
struct CodexTokens: Codable, Sendable {
    private var told: Counts?
    private var taken: Counts?

    struct Counts: Codable {
        var input: Int
        var cached: Int
        var cacheWrite: Int
        var output: Int

        init(_ counts: JSONValue) {
            input = counts["inputTokens"]?.count ?? 0
            cached = counts["cachedInputTokens"]?.count ?? 0
            cacheWrite = counts["cacheWriteInputTokens"]?.count ?? 0
            output = counts["outputTokens"]?.count ?? 0
        }

        init(execution counts: JSONValue) {
            input = counts["input_tokens"]?.count ?? 0
            cached = counts["cached_input_tokens"]?.count ?? 0
            cacheWrite = counts["cache_write_input_tokens"]?.count ?? 0
            output = counts["output_tokens"]?.count ?? 0
        }

        static func - (a: Counts, b: Counts) -> Counts {
            var counts = a
            counts.input = difference(a.input, b.input)
            counts.cached = difference(a.cached, b.cached)
            counts.cacheWrite = difference(a.cacheWrite, b.cacheWrite)
            counts.output = difference(a.output, b.output)
            return counts
        }

        /// A total below the last one begins anew.
        private static func difference(_ a: Int, _ b: Int) -> Int {
            let (difference, overflow) = a.subtractingReportingOverflow(b)
            return overflow || difference < 0 ? max(0, a) : difference
        }

        /// Here the input that came from the cache is counted apart, as the other agents do it.
        var usage: Usage {
            Usage(
                inputTokens: Self.difference(Self.difference(input, cached), cacheWrite), outputTokens: output,
                cacheReadTokens: cached, cacheCreationTokens: cacheWrite)
        }
    }

    /// - Parameter isOurs: whether it is told of a turn of this process. What is told before one was used before.
    mutating func learn(_ usage: JSONValue, isOurs: Bool) {
        guard let total = usage["total"].map({ Counts($0) }) else { return }
        told = total
        if taken == nil || !isOurs { taken = isOurs ? total - Counts(usage["last"] ?? [:]) : total }
    }

    /// What was used since the last time; nil when nothing is known of it.
    mutating func take() -> Usage? {
        guard let told, let taken else { return nil }
        self.taken = told
        let usage = (told - taken).usage
        return usage.isNothing ? nil : usage
    }
}
