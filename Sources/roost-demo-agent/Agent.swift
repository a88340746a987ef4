import Foundation

/// What lasts from turn to turn.
struct Agent {
    private let settings: Settings
    private let voice: Voice
    private let ears: Ears
    private var numbers = Numbers()
    private var turn = 0
    /// The last turn ended with an error.
    private(set) var hasFailed = false

    init(_ settings: Settings, _ voice: Voice, _ ears: Ears) {
        self.settings = settings
        self.voice = voice
        self.ears = ears
    }

    /// Plays one turn.
    mutating func take(_ prompt: String) {
        var settings = settings
        let (task, refused) = settings.take(from: prompt)
        turn += 1
        voice.say(["type": "turn", "turn": .integer(turn)])
        for refusal in refused { voice.complain("\(refusal)") }
        var turn = Turn(turn, Assignment(task), settings, numbers, voice, ears)
        hasFailed = turn.play() == .error
        numbers = turn.numbers
    }
}
