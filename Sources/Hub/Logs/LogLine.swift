package import Model
import Wire

/// A line of the hub's own log, as administrators see it.
package struct LogLine: Sendable, Equatable {
    /// 1, 2, 3 … since the hub began: a hole is what was dropped.
    package let number: Int
    package let level: LogLevel
    /// `{number, ts, level, message, metadata?}`.
    package let json: [UInt8]

    init(_ number: Int, _ level: LogLevel, _ message: String, _ metadata: [String: String], at ts: Timestamp) {
        self.number = number
        self.level = level
        var object = JSONObjectBytes()
        object.add("number", .integer(Int64(number)))
        object.add("ts", ts.description)
        object.add("level", level.rawValue)
        object.add("message", message)
        if !metadata.isEmpty { object.add("metadata", .object(metadata.mapValues(JSONValue.string))) }
        json = object.finished()
    }
}
