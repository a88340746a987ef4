/// Words that follow from the task alone. They hold characters of one to four bytes and some that are made of several
/// code points, since that is what agents say and what careless programs break.
struct Prose {
    private static let openings = [
        "Let me look at this step by step.", "Schön, das ist überschaubar.", "まず全体を見てみましょう。",
        "First things first 🦉:", "D'accord, voilà le plan.", "Хорошо, начнём с малого.",
    ]
    private static let subjects = [
        "The change", "The note", "Die Prüfung", "这个文件", "The café example", "La fonction", "The naïve version",
        "Das Größte daran",
    ]
    private static let verbs = [
        "keeps", "explains", "needs", "covers", "berührt", "touches", "replaces", "支える", "precedes",
    ]
    private static let objects = [
        "only one file", "the second half of the plan", "alle übrigen Fälle", "what the reader sees first",
        "一行のコード", "the empty input", "l'état précédent", "👩‍💻 and 👨‍👩‍👧 alike", "the limits and their names",
    ]
    private static let closings = [
        "Nothing else depends on it.", "So weit, so gut.", "これで大丈夫です。", "That is all it takes ✅.",
        "I will check it at the end.", "Weiter geht's — Schritt für Schritt.",
    ]

    private var random: Random

    init(_ task: Assignment) {
        random = Random(seed: task.text.utf8)
    }

    mutating func paragraph() -> String {
        var sentences = [random.pick(from: Self.openings)]
        for _ in 0..<2 + random.below(4) {
            let (subject, verb, object) = (
                random.pick(from: Self.subjects), random.pick(from: Self.verbs), random.pick(from: Self.objects)
            )
            sentences.append("\(subject) \(verb) \(object).")
        }
        sentences.append(random.pick(from: Self.closings))
        return sentences.joined(separator: " ")
    }

    /// Cuts a text as a model streams it: between characters, a few words at a time.
    mutating func deltas(of text: String) -> [Substring] {
        var deltas: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            let delta = rest.prefix(4 + random.below(24))
            deltas.append(delta)
            rest = rest[delta.endIndex...]
        }
        return deltas
    }
}
