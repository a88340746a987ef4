import ArgumentParser

struct ShowLimits: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "List every limit: its value as the settings have it, its default, its range and what it is for.")

    @OptionGroup var settings: SettingsOptions

    func run() throws {
        let limits = try settings.resolve().limits
        print(LimitRow.all.map { Self.lines($0, limits[keyPath: $0.keyPath]) }.joined(separator: "\n"))
    }

    static func lines(_ row: LimitRow, _ value: Int) -> String {
        let origin = value == row.fallback ? "default" : "default \(row.fallback)"
        let range = "\(row.range.lowerBound) to \(row.range.upperBound)"
        return "\(row.name) = \(value)  (\(origin); \(range); \(row.variable))\n    \(row.help)"
    }
}
