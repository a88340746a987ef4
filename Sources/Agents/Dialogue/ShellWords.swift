/// The words of a command line as a POSIX shell reads them, without expansion.
enum ShellWords {
    /// - Returns: nil where a quote is not closed.
    static func split(_ line: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = line[...]
        while let character = rest.popFirst() {
            switch (quote, character) {
            case ("'", "'"), ("\"", "\""): quote = nil
            case ("'", _): word = (word ?? "") + String(character)
            case ("\"", "\\"):
                guard let next = rest.popFirst() else { return nil }
                word = (word ?? "") + ("$`\"\\".contains(next) ? String(next) : "\\" + String(next))
            case (nil, "'"), (nil, "\""):
                quote = character
                word = word ?? ""
            case (nil, "\\"):
                guard let next = rest.popFirst() else { return nil }
                word = (word ?? "") + String(next)
            case (nil, " "), (nil, "\t"), (nil, "\n"):
                if let word { words.append(word) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { return nil }
        return words + [word].compactMap(\.self)
    }

    /// What a shell was given to do: `/bin/bash -lc 'ls -l'` is `ls -l`. Anything else stays as it is.
    static func unwrapped(_ line: String) -> String {
        guard let words = split(line), words.count == 3, ["-c", "-lc"].contains(words[1]),
            ["sh", "bash", "zsh"].contains(words[0].split(separator: "/").last.map(String.init) ?? "")
        else { return line }
        return words[2]
    }
}
