import Model

/// What `/name` and `@name` in a prompt stand for. One round: what is put in is not looked through again, but for a command's
/// own `@` (a snippet, or a file). A value: what is asked for is looked up by whoever has it worked out.
struct PromptExpansion {
    /// A piece of a text: words as they are, or what follows an `@`.
    enum Piece: Equatable {
        case words(Substring)
        case reference(Substring)
    }

    /// `/name words` at the very beginning; nil for other texts.
    static func command(of text: String) -> (name: String, arguments: String)? {
        guard let match = text.wholeMatch(of: #/\/([A-Za-z0-9_][A-Za-z0-9_.:-]{0,63})(?:\s+([\s\S]*))?/#) else {
            return nil
        }
        return (String(match.1), match.2.map(String.init) ?? "")
    }

    /// Puts arguments into a command's words: `$ARGUMENTS` all of them, `$1` and so on one each (those that are not there are empty).
    /// Where the words ask for none, the arguments follow them.
    static func fill(_ content: String, with arguments: String) -> String {
        let words = split(arguments)
        var asks = false
        let filled = content.replacing(#/\$(ARGUMENTS|[1-9][0-9]?)/#) { match in
            asks = true
            guard let place = Int(match.1) else { return arguments }
            return place <= words.count ? words[place - 1] : ""
        }
        return asks || arguments.isEmpty ? filled : filled + "\n\n" + arguments
    }

    /// At spaces; what stands in quotes is one.
    static func split(_ arguments: String) -> [String] {
        var (words, word): ([String], String?) = ([], nil)
        var quote: Character?
        for character in arguments {
            if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "\"" || character == "'" {
                (quote, word) = (character, word ?? "")
            } else if character.isWhitespace {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }

    /// An `@` stands for something at the beginning of a word; within one (an address of mail) it does not.
    static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let match = rest.firstMatch(of: #/(^|[\s(\["'])@([A-Za-z0-9_.\/][A-Za-z0-9_.:\/-]*)/#) {
            // A sentence's end is no part of a name.
            var name = match.2
            while let last = name.last, ".:".contains(last) { name = name.dropLast() }
            guard !name.isEmpty, match.1.startIndex == text.startIndex || !match.1.isEmpty else {
                pieces.append(.words(rest[..<match.range.upperBound]))
                rest = rest[match.range.upperBound...]
                continue
            }
            pieces.append(.words(rest[..<match.1.endIndex]))
            pieces.append(.reference(name))
            rest = rest[name.endIndex...]
        }
        if !rest.isEmpty { pieces.append(.words(rest)) }
        return pieces.filter { $0 != .words("") }
    }
}
