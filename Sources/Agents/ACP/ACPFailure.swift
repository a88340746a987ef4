import Model

/// Why an agent could not do its work, and whose fault it was.
struct ACPFailure {
    static let authenticationRequired: Int64 = -32_000

    var code: Int64?
    var message: String

    init(message: String) { self.message = message }

    init(_ error: RPCError) {
        code = error.code
        message = error.message
    }

    var failure: Run.Failure { Run.Failure(kind, message.cut(toBytes: EntryLimits.summaryBytesMax)) }

    private var kind: Run.FailureClass {
        let text = message.lowercased()
        let has = { (signs: [String]) in signs.contains { text.contains($0) } }
        if code == Self.authenticationRequired { return .auth }
        if has(["rate limit", "quota", "overloaded", "usage limit", "resource_exhausted", "429", "529"]) {
            return .quota
        }
        if has(["unauthorized", "not logged in", "invalid api key", "authentication required", "401", "403"]) {
            return .auth
        }
        return .agent
    }
}
