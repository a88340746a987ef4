import Model

extension Timestamp {
    /// - Returns: nil for a number of seconds that is no time.
    init?(secondsSince1970 seconds: Int64) {
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        guard !overflow, seconds >= 0 else { return nil }
        self.init(millisecondsSince1970: milliseconds)
    }
}
