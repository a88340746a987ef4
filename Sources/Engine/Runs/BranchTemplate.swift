import Model
import Repository

/// How the branches of a project's runs are called: text with placeholders.
struct BranchTemplate {
    enum Placeholder: String, CaseIterable {
        /// Words of the card's title, or of the prompt.
        case title
        /// The end of the run's id, which tells its branch from those of all others.
        case id
        /// The end of the card's id, or `none`.
        case card
        /// Who made the run, or `none`.
        case user
        case provider
    }

    private enum Part {
        case text(String)
        case placeholder(Placeholder)
    }

    struct Refused: Error {
        let reason: String
    }

    static let standard = "roost/{title}-{id}"
    /// The last 8 characters of a ULID are chance: 40 bits tell the runs of one title apart.
    static let idCharacters = 8
    /// 255 bytes of a file's name, less what git puts behind it while it writes a branch (`.lock`) and what a retry puts there.
    private static let partByteCountMax = 255 - 5 - 4
    private static let none = "none"

    private let parts: [Part]

    /// - Throws: `Refused` for a brace that begins or ends no placeholder, and without `{id}`.
    init(_ text: String) throws(Refused) {
        var parts: [Part] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "{") {
            if start > rest.startIndex { parts.append(.text(String(rest[..<start]))) }
            guard let end = rest[start...].firstIndex(of: "}"),
                let placeholder = Placeholder(rawValue: String(rest[rest.index(after: start)..<end]))
            else {
                let known = Placeholder.allCases.map { "{\($0.rawValue)}" }.joined(separator: " ")
                throw Refused(reason: "has a { that begins none of \(known)")
            }
            parts.append(.placeholder(placeholder))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        let hasID = parts.contains { if case .placeholder(.id) = $0 { true } else { false } }
        guard hasID else { throw Refused(reason: "must have {id}, so that no two runs come to one branch") }
        self.parts = parts
    }

    /// - Returns: the name; a second attempt has its number behind it.
    func name(for run: Run, title: String) -> String {
        let name = fill { placeholder in
            switch placeholder {
            case .title: Slug.make(from: String(title.prefix { !$0.isNewline }))
            case .id: run.id.rawValue.suffix(Self.idCharacters).lowercased()
            case .card: run.cardId.map { $0.rawValue.suffix(Self.idCharacters).lowercased() } ?? Self.none
            case .user: (run.createdBy?.name).map(Slug.make(from:)) ?? Self.none
            case .provider: Slug.make(from: run.provider.rawValue)
            }
        }
        return name + (run.attempt > 1 ? "-\(run.attempt)" : "")
    }

    /// A name that is as long as any gets. What is put in place of placeholders has only letters, digits and single dashes inside,
    /// so git takes every name of this template, or none.
    var longest: String {
        fill { placeholder in
            let count =
                switch placeholder {
                case .title, .user, .provider: Limits.slugCharactersMax
                case .id, .card: Self.idCharacters
                }
            return String(repeating: "x", count: count)
        }
    }

    /// - Returns: the first part between slashes that could become too long for a file's name; nil: none.
    var tooLong: Substring? { longest.split(separator: "/").first { $0.utf8.count > Self.partByteCountMax } }

    private func fill(_ value: (Placeholder) -> String) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .placeholder(let placeholder): value(placeholder)
            }
        }.joined()
    }
}

extension Project {
    /// What its next run's branch is called.
    func branchName(for run: Run, title: String) throws -> String {
        let text = branchTemplate ?? BranchTemplate.standard
        do {
            return try BranchTemplate(text).name(for: run, title: title)
        } catch {
            throw HubError.invalid("/branchTemplate", error.reason)
        }
    }
}

extension Engine {
    /// - Returns: what a project's row has of it: nil for the standard one.
    /// - Throws: `HubError` `.validationFailed`.
    func checkedBranchTemplate(_ text: String?) async throws -> String? {
        guard let text, text != BranchTemplate.standard else { return nil }
        let path = "/branchTemplate"
        let template: BranchTemplate
        do {
            template = try BranchTemplate(text)
        } catch {
            throw HubError.invalid(path, error.reason)
        }
        if let part = template.tooLong { throw HubError.invalid(path, "can become too long: \(part)") }
        do {
            try await git.validateBranchName(template.longest)
        } catch RepositoryError.invalidBranchName {
            throw HubError.invalid(path, "makes no name that git takes for a branch")
        }
        return text
    }
}
