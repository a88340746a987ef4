/// `*` matches any run of characters, `?` exactly one, `\\` makes the next one itself, and everything else is itself.
///
/// Characters are Unicode's scalars, as shells and paths have them: to Swift a `;` with an accent on it is no `;`.
struct Glob {
    private enum Piece: Equatable {
        case anyRun
        case anyOne
        case one(Unicode.Scalar)
    }

    private let pieces: [Piece]
    /// What a wildcard does not match.
    private let barred: Set<Unicode.Scalar>

    init(_ pattern: String, wildcardsBarFrom barred: Set<Unicode.Scalar> = []) {
        var pieces: [Piece] = []
        var isEscaped = false
        for character in pattern.unicodeScalars {
            switch character {
            case _ where isEscaped:
                pieces.append(.one(character))
                isEscaped = false
            case "\\": isEscaped = true
            case "*": pieces.append(.anyRun)
            case "?": pieces.append(.anyOne)
            default: pieces.append(.one(character))
            }
        }
        if isEscaped { pieces.append(.one("\\")) }
        self.pieces = pieces
        self.barred = barred
    }

    /// The pattern that matches a text and nothing else.
    static func literal(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { pattern, character in
            if character == "*" || character == "?" || character == "\\" { pattern.unicodeScalars.append("\\") }
            pattern.unicodeScalars.append(character)
        }
    }

    /// Iterative, so that a hostile pattern costs at most pattern × text steps.
    func matches(_ text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        var (p, t) = (0, 0)
        var star: (piece: Int, text: Int)?
        while t < text.count {
            if p < pieces.count, pieces[p] == .anyRun {
                star = (p, t)
                p += 1
            } else if p < pieces.count, matches(pieces[p], text[t]) {
                p += 1
                t += 1
            } else if let back = star, !barred.contains(text[back.text]) {
                star = (back.piece, back.text + 1)
                p = back.piece + 1
                t = back.text + 1
            } else {
                return false
            }
        }
        return pieces[p...].allSatisfy { $0 == .anyRun }
    }

    private func matches(_ piece: Piece, _ character: Unicode.Scalar) -> Bool {
        switch piece {
        case .anyRun: false
        case .anyOne: !barred.contains(character)
        case .one(let own): own == character
        }
    }
}
