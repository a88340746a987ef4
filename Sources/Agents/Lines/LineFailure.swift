import Model

/// Whose fault it was, by the words alone: that is all these agents say.
struct LineFailure {
    let text: String

    init(_ text: String) { self.text = text }

    private static let login = [
        "401", "403 forbidden", "unauthorized", "not logged in", "not authenticated", "authentication", "api key",
        "please log in", "/login", "please set an auth method",
    ]
    private static let quota = [
        "429", "quota", "rate limit", "rate_limit", "usage limit", "resource_exhausted", "overloaded", "529",
        "too many requests", "capacity",
    ]

    var failure: Run.Failure {
        let words = text.lowercased()
        let kind: Run.FailureClass =
            Self.quota.contains { words.contains($0) }
            ? .quota : Self.login.contains { words.contains($0) } ? .auth : .agent
        return Run.Failure(kind, text.cut(toBytes: EntryLimits.summaryBytesMax))
    }
}
