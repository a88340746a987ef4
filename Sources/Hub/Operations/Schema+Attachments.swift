import Model
import Wire

extension Schema {
    static let attachment = named(
        "Attachment",
        .object([
            .required("id", .id(Attachment.self)),
            .required("projectId", .id(Project.self)),
            .required("cardId", .id(Card.self)),
            .required("filename", .anyText, "One path component, as the client named it."),
            .required(
                "contentType", .anyText,
                "As the client named it, or by the first bytes where it said nothing, or called something an image that is none; what a browser might run is served as bytes."
            ),
            .required("byteCount", .count),
            .optional(
                "hash",
                string(
                    TextFormat(
                        pattern: "^sha256:[0-9a-f]{64}$", explanation: "`sha256:` and 64 hexadecimal digits",
                        admits: { _ in true }), max: .characters(Limits.nameCharactersMax, "nameCharactersMax")),
                "Of its bytes: equal hashes, equal files. Absent of one from before files were hashed."),
            .required("version", .integer(1...Int64.max), "Always 1: other content is another attachment."),
            .required("createdAt", .timestamp),
        ]))
}
