package import Model

/// A file that an agent is given with its prompt, and where it finds it.
package struct TurnFile: Codable, Sendable, Equatable {
    package var given: GivenFile
    /// Absolute, below the folder in which the agent works: what a sandbox shows it.
    package var path: String

    package init(_ given: GivenFile, path: String) {
        self.given = given
        self.path = path
    }

    var isImage: Bool { given.imageType != nil }
}

extension [TurnFile] {
    /// For an entry.
    var given: [GivenFile]? { isEmpty ? nil : map(\.given) }

    /// The words, and behind them where the files are: for agents that take no images, and for files that are none.
    func listed(behind text: String) -> String {
        guard !isEmpty else { return text }
        return
            ([text, "Attached files:"].filter { !$0.isEmpty } + [
                map { "- \($0.path) (\($0.given.filename))" }.joined(separator: "\n")
            ])
            .joined(separator: "\n\n")
    }
}

extension EntryContent {
    /// What a person said, and the files with it.
    static func said(_ text: String, with files: [TurnFile]) -> EntryContent {
        EntryContent(.userMessage, text: text, attachments: files.given)
    }
}
