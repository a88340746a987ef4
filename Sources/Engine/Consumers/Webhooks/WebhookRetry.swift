/// When a webhook's message is sent again.
///
/// 5 s, 10 s, 20 s … up to an hour: with `webhookDeliveriesDefault` attempts some two and a half hours in all.
enum WebhookRetry {
    static let firstPauseMs = 5_000
    static let pauseMsMax = 3_600_000

    /// - Parameters:
    ///   - attempt: the one that failed, 1 the first.
    ///   - retryAfterSeconds: what the receiver asked for; it is given at least that, within reason.
    ///   - spread: 0 to 1, so that what failed together does not come back together: up to a tenth more.
    static func pauseMs(after attempt: Int, retryAfterSeconds: Int?, spread: Double) -> Int {
        let doublings = min(max(attempt - 1, 0), 20)
        let pause = min(firstPauseMs << doublings, pauseMsMax)
        let asked = min((retryAfterSeconds ?? 0).multipliedReportingOverflow(by: 1_000).partialValue, pauseMsMax)
        return max(pause + Int(Double(pause) / 10 * spread), asked)
    }
}

/// What a receiver's answer means, after the Standard Webhooks specification.
enum WebhookVerdict: Equatable {
    case accepted
    case refused(reason: String, retryAfterSeconds: Int?)
    /// 410: it does not want any more of them, ever.
    case gone

    init(_ answer: WebhookAnswer) {
        switch answer.status {
        case 200..<300: self = .accepted
        case 410: self = .gone
        default:
            self = .refused(
                reason: "the receiver answered \(answer.status)", retryAfterSeconds: answer.retryAfterSeconds)
        }
    }
}
