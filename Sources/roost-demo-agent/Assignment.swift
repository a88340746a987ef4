/// What a prompt asks for, as far as the demo agent understands it: its words.
struct Assignment {
    let text: String
    /// The first line that says something.
    let title: String
    /// The last line that says something.
    let lastLine: String
    /// The title as a file name: a-z, 0-9 and dashes, at most 40.
    let slug: String

    init(_ text: String) {
        self.text = text
        let lines = text.split(separator: "\n").map { $0.drop { $0 == "#" || $0.isWhitespace } }
        title = String((lines.first { !$0.isEmpty } ?? "An empty task").prefix(120))
        lastLine = String((lines.last { !$0.isEmpty } ?? "").prefix(120))
        let words = title.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let name = words.joined(separator: "-").prefix(40)
        slug = name.isEmpty ? "task" : String(name)
    }

    /// The slug as a name in a program: `noteFixTheLogin`.
    var constantName: String {
        "note" + slug.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
