import Model

/// Why the program could not do its work, and whose fault it was.
struct CodexFailure {
    /// The error's name in the program's protocol: `usageLimitExceeded`.
    var code: String?
    /// The status of the model's API.
    var status: Int64?
    var message: String
    var until: Timestamp?

    init(message: String) { self.message = message }

    /// A `TurnError`: its `codexErrorInfo` is a name, or an object with one member that may hold a status.
    init(_ error: JSONValue, until: Timestamp? = nil) {
        message = error["message"]?.string ?? "it failed without a reason"
        if let details = error["additionalDetails"]?.string { message += ": \(details)" }
        self.until = until
        let info = error["codexErrorInfo"]
        code = info?.string ?? info?.object?.keys.first
        status = code.flatMap { info?[$0]?["httpStatusCode"]?.integer }
    }

    /// The outcome of an attempt to go on with a thread, of which the program may have no file any more.
    var outcomeOfResume: TurnOutcome {
        guard message.contains(Self.unknownThread) else { return .failed(failure) }
        return .sessionLost(message.cut(toBytes: EntryLimits.summaryBytesMax))
    }

    private static let unknownThread = "no rollout found"

    var failure: Run.Failure {
        let kind = kind
        return Run.Failure(
            kind, message.cut(toBytes: EntryLimits.summaryBytesMax), until: kind == .quota ? until : nil)
    }

    private var kind: Run.FailureClass {
        switch (code, status) {
        case ("unauthorized", _), (_, 401), (_, 403): .auth
        case ("usageLimitExceeded", _), ("rateLimitExceeded", _), ("serverOverloaded", _), (_, 402), (_, 429),
            (_, 529):
            .quota
        default: Self.kind(of: message.lowercased())
        }
    }

    /// `exec`, and a program that ends before it can speak, have only words.
    private static func kind(of text: String) -> Run.FailureClass {
        let has = { (signs: [String]) in signs.contains { text.contains($0) } }
        if has(["401 unauthorized", "403 forbidden", "not logged in", "missing environment variable"]) { return .auth }
        if has(["usage limit", "rate limit", "429 too many requests", "529 ", "overloaded", "at capacity"]) {
            return .quota
        }
        return .agent
    }
}
