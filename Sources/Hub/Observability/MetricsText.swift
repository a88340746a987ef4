/// Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct MetricsText {
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    /// The two lines before a metric's samples.
    mutating func begin(_ row: MetricRow) {
        text += "# HELP \(row.name) \(Self.escapedHelp(row.help))\n# TYPE \(row.name) \(row.type.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: [(name: String, value: String)] = [], _ value: String) {
        let pairs = labels.map { "\($0.name)=\"\(Self.escapedLabel($0.value))\"" }.joined(separator: ",")
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(pairs)} \(value)\n"
    }

    static func escapedHelp(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }

    static func escapedLabel(_ text: String) -> String {
        escapedHelp(text).unicodeScalars.reduce(into: "") { escaped, scalar in
            if scalar == "\"" { escaped += "\\\"" } else { escaped.unicodeScalars.append(scalar) }
        }
    }

    /// Of a number in thousandths, without rounding: 1250 is 1.25.
    static func seconds(milliseconds: Int) -> String {
        let digits = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
