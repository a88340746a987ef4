/// A moment in UTC, to the millisecond: all that the wire and the rows carry.
///
/// Written as ISO-8601 (`2026-11-21T09:06:26.123Z`). The calendar is Howard Hinnant's `civil_from_days`
/// (https://howardhinnant.github.io/date_algorithms.html), so that the vocabulary needs no library.
package struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let millisecondsSince1970: Int64

    package init(millisecondsSince1970: Int64) { self.millisecondsSince1970 = millisecondsSince1970 }

    /// - Parameter secondsSince1970: outside the years 0 to 9999 it is the nearest inside: git has dates that no calendar has.
    package init(secondsSince1970 seconds: Int64) {
        let milliseconds = seconds.multipliedReportingOverflow(by: 1_000)
        let counted = milliseconds.overflow ? (seconds < 0 ? .min : .max) : milliseconds.partialValue
        self.init(millisecondsSince1970: min(max(counted, Self.writable.lowerBound), Self.writable.upperBound))
    }

    /// The years 0 to 9999.
    private static let writable: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    package static func < (a: Self, b: Self) -> Bool { a.millisecondsSince1970 < b.millisecondsSince1970 }

    /// Beyond what can be counted it is the last moment that can.
    package func adding(milliseconds: Int64) -> Timestamp {
        let sum = millisecondsSince1970.addingReportingOverflow(milliseconds)
        return Timestamp(
            millisecondsSince1970: sum.overflow ? (milliseconds < 0 ? .min : .max) : sum.partialValue)
    }

    /// A moment outside the years 0 to 9999, which the format has not, is written as the nearest inside.
    ///
    /// Every entity has some of these, so it is put together by the byte.
    package var description: String {
        let millisecondsPerDay: Int64 = 86_400_000
        let writable = min(max(millisecondsSince1970, Self.writable.lowerBound), Self.writable.upperBound)
        let (days, rest) = Self.floorDivide(writable, by: millisecondsPerDay)
        let (year, month, day) = Self.civil(fromDays: days)
        return String(unsafeUninitializedCapacity: 24) { text in
            var place = 0
            func put(_ value: Int64, _ width: Int, _ mark: Unicode.Scalar) {
                var value = value
                for digit in stride(from: place + width - 1, through: place, by: -1) {
                    text[digit] = UInt8(48 + value % 10)
                    value /= 10
                }
                text[place + width] = UInt8(ascii: mark)
                place += width + 1
            }
            put(year, 4, "-")
            put(month, 2, "-")
            put(day, 2, "T")
            put(rest / 3_600_000, 2, ":")
            put(rest / 60_000 % 60, 2, ":")
            put(rest / 1_000 % 60, 2, ".")
            put(rest % 1_000, 3, "Z")
            return place
        }
    }

    /// Reads what `description` writes; the fraction may have one to three digits or be absent, the zone is `Z`.
    ///
    /// Every row that is read has some: by the byte, without a string for each part.
    package init?(_ text: String) {
        var rest = text.utf8[...]
        guard let year = Self.number(&rest, 0...9999), Self.take("-", &rest),
            let month = Self.number(&rest, 1...12), Self.take("-", &rest),
            let day = Self.number(&rest, 1...31), Self.take("T", &rest),
            let hour = Self.number(&rest, 0...23), Self.take(":", &rest),
            let minute = Self.number(&rest, 0...59), Self.take(":", &rest),
            let second = Self.number(&rest, 0...59)
        else { return nil }
        var milliseconds: Int64 = 0
        if Self.take(".", &rest) {
            let before = rest.count
            guard let value = Self.number(&rest, 0...999), case let count = before - rest.count, count <= 3 else {
                return nil
            }
            milliseconds = value * [100, 10, 1][count - 1]
        }
        guard Self.take("Z", &rest), rest.isEmpty else { return nil }
        let days = Self.days(fromYear: year, month: month, day: day)
        self.init(
            millisecondsSince1970: ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1_000 + milliseconds)
    }

    /// Takes the digits that stand first.
    private static func number(_ rest: inout Substring.UTF8View, _ range: ClosedRange<Int64>) -> Int64? {
        var value: Int64?
        while let byte = rest.first, (48...57).contains(byte) {
            let next = (value ?? 0) * 10 + Int64(byte - 48)
            guard next <= range.upperBound else { return nil }
            value = next
            rest.removeFirst()
        }
        return value.flatMap { range.contains($0) ? $0 : nil }
    }

    private static func take(_ sign: Unicode.Scalar, _ rest: inout Substring.UTF8View) -> Bool {
        guard let byte = rest.first, UInt32(byte) == sign.value else { return false }
        rest.removeFirst()
        return true
    }

    private static func floorDivide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let (era, dayOfEra) = floorDivide(shifted, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shiftedYear, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO-8601 UTC time: \(text)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Where the time comes from, and the only way to wait. Tests move it by hand.
package protocol TimeSource: Sendable {
    func now() -> Timestamp
    /// - Throws: `CancellationError` when the task is cancelled while it waits.
    func sleep(for duration: Duration) async throws
}
