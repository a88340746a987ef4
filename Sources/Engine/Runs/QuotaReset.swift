import Foundation
import Model

/// Finds in a provider's words when its quota will be there again.
///
/// They say it in many ways: `limit reached|1764349200` (Claude Code), `resets 3pm (Europe/Berlin)`, `try again in 6m30s`
/// (OpenAI), `"retryDelay": "34s"` (Google), `Retry-After: 30`, `resets at 2026-11-28T18:00:00Z`.
enum QuotaReset {
    /// Above it a bare number is a moment in seconds since 1970, not a duration.
    private static let epochSecondsMin: Double = 1_000_000_000
    /// Words of a provider are searched up to here: what it says is at their beginning.
    private static let textCharactersMax = 4_096

    static func moment(in text: String, at now: Timestamp) -> Timestamp? {
        let text = String(text.prefix(textCharactersMax))
        return epoch(in: text) ?? written(in: text) ?? duration(in: text, at: now) ?? clockTime(in: text, at: now)
    }

    /// `|1764349200`, `"resets_at": 1764349200`.
    private static func epoch(in text: String) -> Timestamp? {
        guard
            let match = text.firstMatch(
                of: #/(?i)(?:\||resets?_?at"?\s*[:=]\s*|reset_time"?\s*[:=]\s*)"?(\d{10})(\d{3})?\b/#),
            let seconds = Int64(match.1)
        else { return nil }
        return Timestamp(millisecondsSince1970: seconds * 1_000 + (match.2.flatMap { Int64($0) } ?? 0))
    }

    private static func written(in text: String) -> Timestamp? {
        guard let match = text.firstMatch(of: #/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z/#) else {
            return nil
        }
        return Timestamp(String(match.0))
    }

    /// `in 6m30s`, `in 1 hour 30 minutes`, `after 34s`, `retry-after: 30`, `"retryDelay": "34.07s"`.
    private static func duration(in text: String, at now: Timestamp) -> Timestamp? {
        let introduced =
            #/(?i)(?:(?:try|retry|resets?|available|reset)\b[^.\n]{0,40}?\b(?:in|after)|retry[-_ ]?after|retry[-_ ]?delay)(?:[-_ ]?(ms|milliseconds))?["']?\s*[:=]?\s*["']?((?:\d+(?:\.\d+)?\s*(?:milliseconds?|ms|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)?[\s,]*(?:and\s+)?)+)/#
        guard let match = text.firstMatch(of: introduced) else { return nil }
        var total: Double = 0
        for part in match.2.matches(of: #/(?i)(\d+(?:\.\d+)?)\s*([a-z]*)/#) {
            guard let count = Double(part.1) else { return nil }
            let unit = part.2.lowercased()
            guard let milliseconds = unitMs(unit.isEmpty && match.1 != nil ? "ms" : unit) else { continue }
            total += count * milliseconds
        }
        guard total > 0, total < epochSecondsMin * 1_000 else { return nil }
        return now.adding(milliseconds: Int64(total.rounded(.up)))
    }

    private static func unitMs(_ unit: String) -> Double? {
        switch unit {
        case "ms", "millisecond", "milliseconds": 1
        case "", "s", "sec", "secs", "second", "seconds": 1_000
        case "m", "min", "mins", "minute", "minutes": 60_000
        case "h", "hr", "hrs", "hour", "hours": 3_600_000
        case "d", "day", "days": 86_400_000
        default: nil
        }
    }

    /// `resets 3pm (Europe/Berlin)`, `reset at 12:30 AM (UTC)`, `try again at 15:20`: the next such time. Without a zone it is
    /// this machine's, as it is the agent's.
    private static func clockTime(in text: String, at now: Timestamp) -> Timestamp? {
        let said =
            #/(?i)(?:resets?|again|available)\b[^.\n\d]{0,20}?(\d{1,2})(?::(\d{2}))?\s*(am|pm)?\b(?:\s*\(([A-Za-z_]+(?:\/[A-Za-z_]+)*)\)|\s+(UTC|GMT)\b)?/#
        guard let match = text.firstMatch(of: said), var hour = Int(match.1), match.2 != nil || match.3 != nil else {
            return nil
        }
        let minute = match.2.flatMap { Int($0) } ?? 0
        if let half = match.3?.lowercased() {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (half == "pm" ? 12 : 0)
        }
        let zone = (match.4 ?? match.5).map(String.init)
        var calendar = Calendar(identifier: .gregorian)
        if let zone {
            guard let known = TimeZone(identifier: zone) else { return nil }
            calendar.timeZone = known
        }
        let after = Date(timeIntervalSince1970: Double(now.millisecondsSince1970) / 1_000)
        let wanted = DateComponents(hour: hour, minute: minute, second: 0)
        return calendar.nextDate(after: after, matching: wanted, matchingPolicy: .nextTime).map {
            Timestamp(millisecondsSince1970: Int64(($0.timeIntervalSince1970 * 1_000).rounded()))
        }
    }
}
