import Model
import Wire

// What inputs are made of.

extension Schema {
    static let name = nonEmptyLine(.characters(Limits.nameCharactersMax, "nameCharactersMax"))
    static let title = nonEmptyLine(.characters(Limits.titleCharactersMax, "titleCharactersMax"))
    static let prompt = text(.bytes(Limits.promptBytesMax, "promptBytesMax"))
    static let message = string(.nonEmptyText, max: .bytes(Limits.promptBytesMax, "promptBytesMax"))
    static let path = string(
        TextFormat(
            pattern: #"^/[^\u0000-\u001f\u007f]*$"#, explanation: "an absolute path without control characters",
            admits: { $0.hasPrefix("/") && TextFormat.line.admits($0) }),
        max: .bytes(Limits.pathBytesMax, "pathBytesMax"))
    static let branch = nonEmptyLine(.characters(Limits.nameCharactersMax, "nameCharactersMax"))
    static let branchTemplateHelp =
        "How the branches of runs are called: with `{id}`, and as wanted `{title}`, `{card}`, `{user}`, `{provider}`."
    /// `.env*`, `config/**/*.local`: what the engine makes of them is said there.
    static let copyFiles = array(
        nonEmptyLine(.bytes(Limits.pathBytesMax, "pathBytesMax")),
        max: .items(Limits.copyPatternsMax, "copyPatternsMax"))
    static let labels = array(
        nonEmptyLine(.characters(Limits.labelCharactersMax, "labelCharactersMax")),
        max: .items(Limits.labelsMax, "labelsMax"))
    static let wipLimit = integer(1...100_000)
    static let runLimit = integer(1...1_000)
    static let priority = integer(Int64(-Limits.priorityMax)...Int64(Limits.priorityMax))
    /// One second to a day: less is no silence, more is nobody's business.
    static let stallSeconds = integer(1...86_400)

    static let promptAttachments = array(
        id(Attachment.self), max: .items(AttachmentLimits.attachmentsPerPromptMost, "attachmentsPerPromptMax"))

    static let slug = string(
        TextFormat(
            pattern: "^[a-z0-9]+(-[a-z0-9]+)*$", explanation: "made of a-z, 0-9 and single dashes",
            admits: { text in
                text.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { part in
                    !part.isEmpty && part.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
                }
            }), max: .characters(Limits.slugCharactersMax, "slugCharactersMax"))

    /// What a route names. Any text will do here: one that is no identifier is not found.
    static func reference<E: Entity>(_: E.Type) -> Schema {
        let slug = E.kind == .project ? "|[a-z0-9-]+" : ""
        return .string(
            TextFormat(
                pattern: "^(\(E.idPrefix)_[0-9A-HJKMNP-TV-Z]{26}\(slug))$", explanation: "an identifier",
                admits: { _ in true }), max: .characters(Limits.nameCharactersMax, "nameCharactersMax"))
    }
}

extension Schema.Field {
    /// What the route is about: the member of that kind's name.
    static func subject<E: Entity>(_ type: E.Type) -> Schema.Field {
        let slug = E.kind == .project ? ", or its slug" : ""
        return .required(E.kind.rawValue, .reference(type), "The \(E.kind.rawValue)'s identifier\(slug).")
    }

    static let version = Schema.Field.optional(
        "version", .integer(1...Int64.max),
        "The version that the change is based on; 412 when it is no longer the newest. REST: also `If-Match`.")

    /// Of a list that goes by identifier.
    static func cursor<E: Entity>(of _: E.Type) -> Schema.Field {
        cursor("^\(E.idPrefix)_[0-9A-HJKMNP-TV-Z]{26}$") { Identifier<E>($0) != nil }
    }

    static func cursor(_ pattern: String, admits: @escaping @Sendable (String) -> Bool) -> Schema.Field {
        .optional(
            "cursor",
            .string(
                TextFormat(pattern: pattern, explanation: "a cursor of this list", admits: admits),
                max: .characters(Limits.nameCharactersMax, "nameCharactersMax")),
            "Where the page begins: `meta.nextCursor` of the page before.")
    }

    static func limit(_ maximum: Int = Limits.pageMax, defaultsTo count: Int = Limits.pageDefault) -> Schema.Field {
        .optional("limit", .integer(1...Int64(maximum)), "How many at most; \(count) when absent.")
    }
}
