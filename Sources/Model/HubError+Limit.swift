extension HubError {
    /// Something that would be more than a limit allows. All such errors say `limit` and `maximum`.
    ///
    /// - Parameters:
    ///   - name: the limit's, whose unit is at its end.
    ///   - what: a sentence; the limit is named behind it.
    package static func limit(
        _ name: String, _ maximum: Int, _ what: String, code: Code = .limitExceeded, retryAfterSeconds: Int? = nil
    ) -> HubError {
        HubError(
            code, "\(what) (\(name) \(maximum))",
            members: ["limit": .string(name), "maximum": .integer(Int64(maximum))],
            retryAfterSeconds: retryAfterSeconds)
    }
}
