/// A text in pieces, some of which are what was looked for.
package struct SearchParts: Sendable, Equatable {
    package struct Part: Sendable, Equatable {
        package let text: String
        package let isMatch: Bool

        package init(_ text: String, isMatch: Bool = false) {
            self.text = text
            self.isMatch = isMatch
        }
    }

    /// 600 characters: some 24 words are shown, and a word can be as long as the text.
    static let charactersMax = 600
    /// What FTS5 puts before and after a match: no document has these.
    static let (begin, end): (Unicode.Scalar, Unicode.Scalar) = ("\u{02}", "\u{03}")
    static let ellipsis = "…"

    package let parts: [Part]

    /// - Parameter marked: a text with the marks of FTS5 in it.
    package init(marked: String) {
        var (parts, text, isMatch, count): ([Part], String.UnicodeScalarView, Bool, Int) = ([], .init(), false, 0)
        func end(_ text: inout String.UnicodeScalarView, _ parts: inout [Part]) {
            if !text.isEmpty { parts.append(Part(String(text), isMatch: isMatch)) }
            text = .init()
        }
        for scalar in marked.unicodeScalars {
            guard count < Self.charactersMax else {
                text.append(contentsOf: Self.ellipsis.unicodeScalars)
                break
            }
            if scalar == Self.begin || scalar == Self.end {
                end(&text, &parts)
                isMatch = scalar == Self.begin
            } else {
                text.append(scalar)
                count += 1
            }
        }
        end(&text, &parts)
        self.parts = parts
    }
}
