/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7), without a calendar library.
package enum HTTPDate {
    package static func string(unixSeconds: Int64) -> String {
        let (days, second) = unixSeconds.flooredDivision(by: 86_400)
        let (year, month, day) = civil(daysSince1970: days)
        let weekday = (days + 4).flooredDivision(by: 7).remainder
        let time = [second / 3_600, second / 60 % 60, second % 60].map { twoDigits($0) }.joined(separator: ":")
        return "\(weekdays[Int(weekday)]), \(twoDigits(day)) \(months[Int(month) - 1]) \(year) \(time) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func twoDigits(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// Days to a date in the proleptic Gregorian calendar. The year is taken to begin in March, so that the leap day
    /// comes last; 146,097 days are an era of 400 years. (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".)
    private static func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

// MARK: Reading

extension HTTPDate {
    /// Any of the three forms that RFC 9110 section 5.6.7 wants to be read.
    ///
    /// - Returns: nil when it is none of them, or no date.
    package static func unixSeconds(_ text: String) -> Int64? {
        let parts = text.split(separator: " ")
        switch parts.count {
        // Sun, 06 Nov 1994 08:49:37 GMT
        case 6 where parts[5] == "GMT" && parts[0].hasSuffix(",") && parts[3].utf8.count == 4:
            return unixSeconds(day: parts[1], month: parts[2], year: number(parts[3], 0...9999), time: parts[4])
        // Sunday, 06-Nov-94 08:49:37 GMT: the century that lies nearer (RFC 6265 section 5.1.1)
        case 4 where parts[3] == "GMT" && parts[0].hasSuffix(","):
            let date = parts[1].split(separator: "-", omittingEmptySubsequences: false)
            guard date.count == 3, date[2].utf8.count == 2 else { return nil }
            let year = number(date[2], 0...99).map { $0 < 70 ? $0 + 2000 : $0 + 1900 }
            return unixSeconds(day: date[0], month: date[1], year: year, time: parts[2])
        // Sun Nov  6 08:49:37 1994
        case 5:
            return unixSeconds(day: parts[2], month: parts[1], year: number(parts[4], 0...9999), time: parts[3])
        default: return nil
        }
    }

    private static func unixSeconds(day: Substring, month: Substring, year: Int64?, time: Substring) -> Int64? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false)
        guard let year, clock.count == 3, let month = months.firstIndex(of: String(month)),
            let day = number(day, 1...31), let hour = number(clock[0], 0...23), let minute = number(clock[1], 0...59),
            let second = number(clock[2], 0...60)
        else { return nil }
        let days = daysSince1970(year: year, month: Int64(month) + 1, day: day)
        // The 31st of a month of 30 days is another day.
        guard civil(daysSince1970: days) == (year, Int64(month) + 1, day) else { return nil }
        return days * 86_400 + hour * 3_600 + minute * 60 + second
    }

    private static func number(_ text: Substring, _ range: ClosedRange<Int64>) -> Int64? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy(ASCII.isDigit), let number = Int64(text) else {
            return nil
        }
        return range.contains(number) ? number : nil
    }

    /// The other way round than `civil`, after the same source.
    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooredDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
