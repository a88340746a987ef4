import Foundation

/// One turn, from the prompt to the result.
struct Turn {
    enum Status: String {
        case success
        case error
        case interrupted
    }

    let number: Int
    let task: Assignment
    let settings: Settings
    let voice: Voice
    let ears: Ears
    var numbers: Numbers
    private var prose: Prose
    private var plan: Plan
    private var spokenByteCount = 0

    init(_ number: Int, _ task: Assignment, _ settings: Settings, _ numbers: Numbers, _ voice: Voice, _ ears: Ears) {
        self.number = number
        self.task = task
        self.settings = settings
        self.numbers = numbers
        self.voice = voice
        self.ears = ears
        prose = Prose(task)
        plan = Plan(["Look around", "Write it down in notes/", "Write the source", "Check with git"])
    }

    mutating func play() -> Status {
        let status: Status
        let summary: String
        do {
            summary = try work()
            status = settings.fails ? .error : .success
        } catch {
            (status, summary) = (.interrupted, "Interrupted: \(task.title)")
        }
        tellUsage()
        voice.say(["type": "result", "status": .text(status.rawValue), "summary": .text(summary)])
        return status
    }

    /// - Returns: the summary.
    private mutating func work() throws(Ears.Interrupted) -> String {
        voice.say(["type": "thinking", "text": .text("The task is “\(task.title)”. What is here already? 🤔")])
        try step(0)
        try say(paragraphs(settings.paragraphCount - settings.paragraphCount / 2, after: "I take up “\(task.title)”."))
        try read("README.md")
        try step(1)
        try write("notes/\(task.slug).md", first: "# \(task.title)\n\n", "- Turn \(number): \(prose.paragraph())\n")
        try step(2)
        try write(
            "src/\(task.slug).js", first: "export const \(task.constantName) = \(quoted(task.title));\n",
            "// Turn \(number): \(task.title)\n")
        if settings.fails { return "The demo agent was told to fail, and did: \(task.title)" }
        try step(3)
        let outcome = try run(["git", "status", "--short"])
        let refined = task.text.contains("<prompt>") ? "\n\n<prompt>\nRefined: \(task.lastLine)\n</prompt>" : ""
        try say(paragraphs(settings.paragraphCount / 2, after: outcome) + refined)
        try step(4)
        return "Done: \(task.title)"
    }

    private mutating func step(_ index: Int) throws(Ears.Interrupted) {
        plan.advance(to: index)
        voice.say(["type": "plan", "items": plan.json])
        try ears.pause(ms: settings.paceMs)
    }

    private mutating func paragraphs(_ count: Int, after opening: String) -> String {
        ([opening] + (0..<count).map { _ in prose.paragraph() }).joined(separator: "\n\n")
    }

    /// Streams a message. What was said before an interruption is the message.
    private mutating func say(_ text: String) throws(Ears.Interrupted) {
        let id = numbers.next("message")
        var said = ""
        defer {
            spokenByteCount += said.utf8.count
            if !said.isEmpty {
                voice.say(message: said, id: id, turn: number, transcript: settings.transcript)
            }
        }
        for delta in prose.deltas(of: text) {
            voice.say(["type": "delta", "message": .text(id), "text": .text(String(delta))])
            said += delta
            try ears.pause(ms: settings.paceMs)
        }
    }

    private func quoted(_ text: String) -> String {
        // A text is always JSON; an empty one is right where it were not.
        (try? JSON.text(text).line()).map { String(decoding: $0.dropLast(), as: UTF8.self) } ?? "\"\""
    }

    /// A token is about four bytes; the prices are those of a middling model, 3 and 15 dollars a million.
    private func tellUsage() {
        let (input, output) = (900 + task.text.utf8.count / 4, spokenByteCount / 4)
        let microdollars = Double(input) * 3 + Double(output) * 15
        voice.say([
            "type": "usage", "inputTokens": .integer(input), "outputTokens": .integer(output),
            "costUsd": .number(microdollars / 1_000_000),
        ])
    }
}
