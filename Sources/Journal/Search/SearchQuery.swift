package import Model

/// What a person looks for, as an FTS5 query that cannot be anything else.
///
/// Words are all wanted, in any order and either case, with or without their accents; `"words in quotes"` in that order,
/// and a word that ends in `*` as the beginning of one. Whatever else a text has (FTS5's own operators, column names,
/// brackets, a quote that is not closed) stands in an FTS5 string, in which nothing means anything
/// (https://www.sqlite.org/fts5.html, section 3.1).
package struct SearchQuery: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case card, entry
    }

    private let terms: [String]

    /// - Throws: `HubError` `.validationFailed` for a text without a word, `.limitExceeded` for one with too many.
    package init(_ text: String) throws(HubError) {
        let terms = Self.terms(of: text)
        guard !terms.isEmpty else { throw HubError.invalid("/q", "has no letter and no digit to look for") }
        guard terms.count <= Limits.searchTermsMax else {
            throw HubError.limit("searchTermsMax", Limits.searchTermsMax, "the search has too many terms")
        }
        self.terms = terms
    }

    /// The expression for FTS5.
    ///
    /// - Parameter projects: any of these, of which there is one at least; nil: all.
    func expression(_ kinds: Set<Kind>, in projects: Set<Project.ID>?) -> String {
        var parts: [String] = []
        if !kinds.isEmpty {
            parts.append("{scope} : (\(kinds.map { "\"\($0.rawValue)\"" }.sorted().joined(separator: " OR ")))")
        }
        if let projects {
            let words = projects.map { "\"\(Self.word(of: $0))\"" }.sorted()
            parts.append("{scope} : " + (words.count == 1 ? words[0] : "(\(words.joined(separator: " OR ")))"))
        }
        parts.append("{title text} : (\(terms.joined(separator: " ")))")
        return parts.joined(separator: " AND ")
    }

    /// One word to the tokenizer, which an identifier with its underscore is not.
    static func word(of project: Project.ID) -> String {
        String(project.rawValue.drop { $0 != "_" }.dropFirst())
    }

    /// By scalars: to a String, a quote with an accent on it is no quote, and to FTS5 it is one.
    private static func terms(of text: String) -> [String] {
        var terms: [String] = []
        let parts = text.unicodeScalars.split(separator: "\"", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            let isQuoted = !index.isMultiple(of: 2)
            let pieces = isQuoted ? [part] : part.split(whereSeparator: \.properties.isWhitespace)
            terms += pieces.filter { $0.contains(where: isWord) }.map { piece in
                let isBeginning = !isQuoted && piece.last == "*" && piece.dropLast().last.map(isWord) == true
                return quoted(piece) + (isBeginning ? " *" : "")
            }
        }
        return terms
    }

    /// A NUL would end the text for SQLite before its closing quote.
    private static func quoted(_ piece: Substring.UnicodeScalarView) -> String {
        "\"" + String(String.UnicodeScalarView(piece.map { $0.value < 0x20 ? " " : $0 })) + "\""
    }

    /// What unicode61 makes words of: letters, numbers and private use (section 4.3.1).
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .privateUse:
            true
        default: false
        }
    }
}
