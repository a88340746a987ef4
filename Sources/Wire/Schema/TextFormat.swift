package import Model

/// What a string must look like, besides its length: as a check, as a pattern for the documents, and as words for an
/// error.
package struct TextFormat: Sendable {
    /// A regular expression of the dialect that JSON Schema asks for (ECMA-262, `u` flag); nil where there is nothing
    /// to say.
    let pattern: String?
    /// Completes "must be …".
    let explanation: String
    package let admits: @Sendable (String) -> Bool

    package init(pattern: String?, explanation: String, admits: @escaping @Sendable (String) -> Bool) {
        self.pattern = pattern
        self.explanation = explanation
        self.admits = admits
    }

    /// What we tell, and check no more.
    package static let any = TextFormat(pattern: nil, explanation: "text", admits: { _ in true })

    /// Any text that a C string, and so a program's argument, can carry.
    package static let text = TextFormat(
        pattern: #"^[^\u0000]*$"#, explanation: "text without the character U+0000",
        admits: { !$0.utf8.contains(0) })

    package static let line = TextFormat(
        pattern: #"^[^\u0000-\u001f\u007f]*$"#, explanation: "one line without control characters",
        admits: { !$0.utf8.contains(where: isControl) })

    package static let nonEmptyLine = TextFormat(
        pattern: #"^[^\u0000-\u001f\u007f]*[^\u0000-\u0020\u007f][^\u0000-\u001f\u007f]*$"#,
        explanation: "one line that is not empty, without control characters",
        admits: { text in
            !text.utf8.contains(where: isControl) && text.utf8.contains { $0 != UInt8(ascii: " ") }
        })

    package static let nonEmptyText = TextFormat(
        pattern: #"^[^\u0000]*[^\u0000-\u0020][^\u0000]*$"#, explanation: "text that is not empty",
        admits: { text in !text.utf8.contains(0) && text.utf8.contains { $0 > 0x20 } })

    package static let timestamp = TextFormat(
        pattern: #"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$"#,
        explanation: "a time in UTC such as 2026-01-31T09:06:26.123Z",
        admits: { Timestamp($0) != nil })

    package static let position = TextFormat(
        pattern: #"^.+-\d+$"#, explanation: "a position, <epoch>-<seq>",
        admits: { JournalPosition($0) != nil })

    package static func identifier<Subject: Identified & SendableMetatype>(_: Subject.Type) -> TextFormat {
        TextFormat(
            pattern: "^\(Subject.idPrefix)_[0-9A-HJKMNP-TV-Z]{26}$",
            explanation: "an identifier, \(Subject.idPrefix)_ and 26 characters",
            admits: { Identifier<Subject>($0) != nil })
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }
}
