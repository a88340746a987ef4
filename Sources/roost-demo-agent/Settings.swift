/// How a turn is played.
struct Settings: Equatable {
    /// One minute between two words is slow enough for any demonstration.
    static let paceMsMax = 60_000
    /// 100 000 paragraphs are about 40 MB of talk.
    static let paragraphCountMax = 100_000

    var paceMs = 40
    var paragraphCount = 4
    var asksApproval = true
    var fails = false
    var transcript: String?

    /// A setting that is not understood, with what would be.
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// Changes one setting, by the name that it has in a prompt.
    mutating func set(_ name: Substring, to value: Substring) throws(Refused) {
        switch name {
        case "pace": paceMs = try Self.number(name, value, 0...Self.paceMsMax)
        case "paragraphs": paragraphCount = try Self.number(name, value, 1...Self.paragraphCountMax)
        case "approval": asksApproval = try Self.choice(name, value)
        case "fail": fails = try Self.choice(name, value)
        case "transcript": transcript = String(value)
        default:
            throw Refused(
                description: "\(name)=\(value): the settings are pace, paragraphs, approval, fail, transcript")
        }
    }

    /// Takes the settings out of a prompt.
    /// - Returns: the task that remains, and what was not understood.
    mutating func take(from prompt: String) -> (task: String, refused: [Refused]) {
        var task: [Substring] = []
        var refused: [Refused] = []
        for line in prompt.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("demo:") else {
                task.append(line)
                continue
            }
            for word in line.dropFirst(5).split(whereSeparator: \.isWhitespace) {
                let pair = word.split(separator: "=", maxSplits: 1)
                do throws(Refused) {
                    guard pair.count == 2 else { throw Refused(description: "\(word): a setting is NAME=VALUE") }
                    try set(pair[0], to: pair[1])
                } catch {
                    refused.append(error)
                }
            }
        }
        return (task.joined(separator: "\n"), refused)
    }

    private static func number(
        _ name: Substring, _ value: Substring, _ range: ClosedRange<Int>
    ) throws(Refused) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw Refused(description: "\(name)=\(value): a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func choice(_ name: Substring, _ value: Substring) throws(Refused) -> Bool {
        switch value {
        case "yes": true
        case "no": false
        default: throw Refused(description: "\(name)=\(value): yes or no")
        }
    }
}
