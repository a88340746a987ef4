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
            .required("contentType", .anyText, "As the client named it; what a browser might run is served as bytes."),
            .required("byteCount", .count),
            .required("version", .integer(1...Int64.max), "Always 1: other content is another attachment."),
            .required("createdAt", .timestamp),
        ]))
}
