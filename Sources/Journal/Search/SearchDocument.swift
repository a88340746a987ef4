internal import GRDB
internal import Model

/// What an entity is found by.
struct SearchDocument: Sendable, Equatable {
    /// 32 KiB of an entity's text are indexed: a prompt or a message whole, the first 400 lines of a log. What a log of
    /// a megabyte has further down is not worth what indexing it would cost the writer.
    static let textByteCountMax = 32 << 10

    let scope: String
    let title: String
    let text: String

    init(_ kind: EntityKind, in project: Project.ID, title: String, text: String) {
        scope = "\(kind.rawValue) \(SearchQuery.word(of: project))"
        self.title = Self.plain(title)
        self.text = Self.plain(text)
    }

    /// As it was stored.
    init(storedScope scope: String, title: String, text: String) {
        (self.scope, self.title, self.text) = (scope, title, text)
    }

    /// Without control characters: SQLite ends a text at its NUL, and two of them mark what was found (`SearchParts`).
    private static func plain(_ text: String) -> String {
        let text = String(text.prefix(bytesMax: textByteCountMax))
        func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 0x09 && byte != 0x0A }
        guard text.utf8.contains(where: isControl) else { return text }
        return String(decoding: text.utf8.map { isControl($0) ? 0x20 : $0 }, as: UTF8.self)
    }
}

extension Card {
    var isSearchable: Bool { true }
    var searchDocument: SearchDocument? {
        SearchDocument(.card, in: projectId, title: title, text: ([prompt] + labels).joined(separator: "\n"))
    }
}

extension Entry {
    /// Not while it is not what it will be: a tool at work.
    var isSearchable: Bool { content.tool?.status.isFinal ?? true }

    /// nil while it is not what it will be, and for what has no words.
    var searchDocument: SearchDocument? {
        switch content.kind {
        case .userMessage, .assistantMessage, .thinking, .nextAction, .systemMessage, .errorMessage, .output, .plan:
            let words = ([content.text] + (content.items ?? []).map(\.text)).compactMap(\.self)
            return words.isEmpty ? nil : document(words)
        case .toolUse:
            guard let tool = content.tool, tool.status.isFinal else { return nil }
            var words = [tool.name]
            tool.input?.addTexts(to: &words)
            return document(words + [tool.output].compactMap(\.self), title: tool.title)
        case .usage: return nil
        }
    }

    private func document(_ words: [String], title: String = "") -> SearchDocument {
        SearchDocument(.entry, in: projectId, title: title, text: words.joined(separator: "\n"))
    }
}

extension ToolUse.Status {
    fileprivate var isFinal: Bool {
        switch self {
        case .created, .running, .pendingApproval: false
        case .success, .failed, .denied, .timedOut: true
        }
    }
}

extension JSONValue {
    /// All texts in it, those of an object in the order of their names.
    fileprivate func addTexts(to texts: inout [String]) {
        switch self {
        case .null, .bool, .integer, .number: break
        case .string(let text): texts.append(text)
        case .array(let elements): for element in elements { element.addTexts(to: &texts) }
        case .object(let members):
            for (_, value) in members.sorted(by: { $0.key < $1.key }) { value.addTexts(to: &texts) }
        }
    }
}
