/// How long to wait before the next attempt: full jitter between 0 and a bound that doubles from 0.5 s to 20 s
/// (protocol.md, "Reconnecting"). A value: chance comes in, so that a test sees what a client does.
package struct Backoff: Sendable {
    package static let firstMs = 500
    package static let boundMsMax = 20_000

    private var boundMs = firstMs

    package init() {}

    package mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        defer { boundMs = min(boundMs * 2, Self.boundMsMax) }
        return .milliseconds(Int.random(in: 0...boundMs, using: &generator))
    }

    /// A connection came up and was of use.
    package mutating func reset() { boundMs = Self.firstMs }
}
