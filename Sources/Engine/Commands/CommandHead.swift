import Model

/// What a command's file says that it is for.
enum CommandHead {
    static let descriptionCharactersMax = 200

    /// `description` of its front matter (between lines of `---`) or of its TOML, else its first line.
    static func description(of bytes: [UInt8]) -> String {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true)
        let named = lines.prefix(32).lazy.compactMap { line in
            line.firstMatch(of: #/^\s*description\s*[:=]\s*(.*)$/#).map { unquoted($0.1) }
        }.first { !$0.isEmpty }
        let isFrontMatter = lines.first?.trimmed == "---"
        let plain = isFrontMatter ? nil : lines.first { !$0.trimmed.isEmpty }.map { String($0.drop { $0 == "#" }) }
        let text = named ?? plain ?? ""
        let clean = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
        return String(String(clean).trimmed.prefix(descriptionCharactersMax))
    }

    private static func unquoted(_ text: Substring) -> String {
        let text = text.trimmed
        guard text.count > 1, let quote = text.first, quote == text.last, quote == "\"" || quote == "'" else {
            return text
        }
        return String(text.dropFirst().dropLast())
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
