import Model
import Testing

@testable import Engine

@Suite("When the hub tries again")
struct RetryRuleTests {
    /// 2025-01-01T00:00:00Z.
    private static let now = Timestamp(millisecondsSince1970: 1_735_689_600_000)
    private static func after(_ seconds: Int64) -> Timestamp { now.adding(milliseconds: seconds * 1_000) }

    @Test(
        "what providers say about the end of a quota is understood",
        arguments: [
            ("Claude AI usage limit reached|1735693200", 3_600),
            ("5-hour limit reached ∙ resets 3am (UTC)", 3 * 3_600),
            ("You've hit your limit · resets 1pm (Europe/Berlin)", 12 * 3_600),
            ("Your limit will reset at 12:30 AM (UTC).", 1_800),
            ("Rate limit reached for gpt-5. Please try again in 6m30s. Visit …", 390),
            ("Please try again in 20s.", 20),
            ("You've hit your usage limit. Try again in 1 hour 30 minutes.", 5_400),
            ("try again in 3 days 2 hours 1 minute.", 266_460),
            (#"{"error": {"code": 429, "details": [{"retryDelay": "34.2s"}]}}"#, 35),
            ("429 Too Many Requests (Retry-After: 30)", 30),
            ("rate limited, retry after 90 seconds", 90),
            (#"{"resets_at": 1735689700}"#, 100),
            ("quota exhausted, resets at 2025-01-01T05:00:00Z", 5 * 3_600),
        ] as [(String, Int64)])
    func moments(text: String, seconds: Int64) throws {
        let moment = try #require(QuotaReset.moment(in: text, at: Self.now))
        #expect(abs(moment.millisecondsSince1970 - Self.after(seconds).millisecondsSince1970) < 1_000)
    }

    @Test(
        "words that say no moment are taken for none",
        arguments: [
            "", "Overloaded", "429", "API Error: 529 {\"type\":\"error\"}", "limit of 5 reached", "try again later",
            "resets at 25pm", "resets 3pm (Nowhere/AtAll)", "retry 3 of 10", "you are at 12:30 of your quota",
        ])
    func noMoments(text: String) { #expect(QuotaReset.moment(in: text, at: Self.now) == nil) }

    @Test("hostile words cost no time", arguments: ["try again in ", "1 ", "resets at 1", "retry-after"])
    func hostile(text: String) {
        _ = QuotaReset.moment(in: String(repeating: text, count: 50_000), at: Self.now)
    }

    @Test("a quota waits for its moment and a bit; without one the pauses grow; at the cap it has failed")
    func quota() throws {
        func next(_ message: String, _ retries: Int) -> (wait: Run.Wait, until: Timestamp)? {
            RetryRule.next(after: .init(.quota, message), retries: retries, at: Self.now, spread: 0)
        }
        let told = try #require(next("try again in 60s", 0))
        #expect(told == (.quota, Self.after(90)))
        #expect(next("try again in 400 days", 0)?.until == Self.after(8 * 24 * 3_600))
        #expect(
            (0..<6).map { next("Overloaded", $0)?.until } == [120, 600, 1_800, 7_200, 7_200, 7_200].map(Self.after))
        #expect(next("try again in 60s", 6) == nil)
    }

    @Test("the hub's own troubles are tried again soon, an agent's, a login's or a task's never")
    func classes() {
        func until(_ failure: Run.FailureClass, _ retries: Int, spread: Double = 0) -> Timestamp? {
            RetryRule.next(after: .init(failure, "try again in 5s"), retries: retries, at: Self.now, spread: spread)?
                .until
        }
        #expect((0..<4).map { until(.platform, $0) } == [Self.after(5), Self.after(30), Self.after(120), nil])
        #expect(until(.platform, 2, spread: 0.5) == Self.after(135))
        for failure in [Run.FailureClass.agent, .auth, .user] { #expect(until(failure, 0) == nil) }
    }
}
