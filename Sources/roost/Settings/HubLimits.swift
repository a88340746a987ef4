import Broker
import Hub
import Model
import Transport

/// Every number that bounds what clients may cost the hub, in the values that use them.
struct HubLimits: Sendable {
    var transport = TransportLimits()
    var live = LiveLimits()
    var rates = RateLimits()
    var broker = BrokerLimits()
    var attachments = AttachmentLimits()
    var jobs = JobLimits()
    var engine = EngineLimits()
    var watch = WatchLimits()
    var files = FileLimits()
    /// For answers that are being made and frames that wait when the hub goes away.
    var drainSeconds = 30

    /// - Parameters:
    ///   - flags: each `name=value`.
    ///   - environment: `ROOST_LIMIT_…`.
    ///   - file: the texts below `limits:`.
    /// - Throws: `SettingError` for a limit that nobody knows, a value out of range, and two that contradict each other.
    init(flags: [String], environment: [String: String], file: SettingsFile) throws {
        for (name, text) in file.limits { try set(name, text, from: file.path) }
        for (variable, text) in environment where variable.hasPrefix(LimitRow.variablePrefix) {
            guard let row = LimitRow.all.first(where: { $0.variable == variable }) else {
                throw SettingError("\(variable) names no limit; `roost limits` lists them")
            }
            try set(row.name, text, from: variable)
        }
        for flag in flags {
            let parts = flag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { throw SettingError("--limit '\(flag)' is not allowed; allowed: NAME=NUMBER") }
            try set(parts[0], parts[1], from: "--limit")
        }
        try requireOrder()
    }

    init() {}

    private mutating func set(_ name: String, _ text: String, from source: String) throws {
        guard let row = LimitRow.all.first(where: { $0.name == name }) else {
            throw SettingError("\(source): '\(name)' is no limit; `roost limits` lists them")
        }
        guard let value = Int(text), row.range.contains(value) else {
            throw SettingError("limit \(name) (\(source)): '\(text)' is not allowed; allowed: \(row.allowed)")
        }
        self[keyPath: row.keyPath] = value
    }

    /// Pairs of which the first may not be above the second: the hub would do without one of them, in silence.
    private static let ordered: [(String, String)] = [
        ("pingIntervalSeconds", "deadPeerSeconds"), ("ringBytesMax", "ringsTotalBytesMax"),
        ("replaceableBytesPerSlotMax", "replaceableBytesPerViewerMax"), ("overtakingBytesMax", "controlByteCountMax"),
        ("targetByteCountMax", "headByteCountMax"), ("attachmentByteCountMax", "uploadByteCountMax"),
        ("controlByteCountMax", "outputByteCountMax"),
        ("pendingBytesMax", "outputByteCountMax"), ("lowWaterByteCount", "outputByteCountMax"),
    ]

    private func requireOrder() throws {
        for (smaller, larger) in Self.ordered {
            guard let low = LimitRow.all.first(where: { $0.name == smaller }),
                let high = LimitRow.all.first(where: { $0.name == larger })
            else { preconditionFailure("\(smaller) or \(larger) is no limit") }
            let (first, second) = (self[keyPath: low.keyPath], self[keyPath: high.keyPath])
            guard first <= second else {
                throw SettingError(
                    "limits \(smaller) (\(first)) and \(larger) (\(second)) contradict each other; allowed: "
                        + "\(smaller) at most \(larger)")
            }
        }
    }

    /// What a client that plans ahead may want to know, by name.
    var forClients: [String: Int] {
        Dictionary(
            uniqueKeysWithValues: LimitRow.all.filter(\.isForClients).map { ($0.name, self[keyPath: $0.keyPath]) })
    }
}
