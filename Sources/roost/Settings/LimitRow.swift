/// One limit that a host of a hub may change. Everything that is known of it stands here: its name in the settings
/// file, environment, flags and errors; the field that it sets, whose initial value is the default; and its range.
struct LimitRow: Sendable {
    /// The field's own name, which ends in its unit.
    let name: String
    let keyPath: any WritableKeyPath<HubLimits, Int> & Sendable
    let range: ClosedRange<Int>
    let help: String
    /// Whether `/api/info` tells it.
    let isForClients: Bool

    static let variablePrefix = "ROOST_LIMIT_"

    init(
        _ name: String, _ keyPath: any WritableKeyPath<HubLimits, Int> & Sendable, _ range: ClosedRange<Int>,
        _ help: String,
        isForClients: Bool = false
    ) {
        (self.name, self.keyPath, self.range, self.help) = (name, keyPath, range, help)
        self.isForClients = isForClients
    }

    var fallback: Int { HubLimits()[keyPath: keyPath] }
    /// `connectionCountMax` → `ROOST_LIMIT_CONNECTION_COUNT_MAX`
    var variable: String { Self.variablePrefix + name.camelCaseWords.joined(separator: "_").uppercased() }
    var allowed: String { "a whole number from \(range.lowerBound) to \(range.upperBound)" }
}

extension String {
    /// `logLevel` → `log`, `level`
    var camelCaseWords: [String] {
        var words = [""]
        var wasUppercase = false
        for character in self {
            // An abbreviation is one word: `tlsClientCA` is `tls-client-ca`.
            if character.isUppercase, !wasUppercase { words.append("") }
            wasUppercase = character.isUppercase
            words[words.count - 1] += character.lowercased()
        }
        return words
    }
}
