import Model
import Wire

extension Schema {
    static let credential = named(
        "Credential",
        .object([
            .required("id", .id(Credential.self)),
            .required("scope", .choice(of: Credential.Scope.self)),
            .optional("projectId", .id(Project.self)),
            .optional("cardId", .id(Card.self)),
            .optional("organizationId", .id(Organization.self), "`organization`: it is for the runs of its projects."),
            .optional("userId", .id(User.self), "`user`: it is for the runs that he makes."),
            .required("variable", .anyText, "The variable by which processes get it. Its value is told to nobody."),
            .optional("name", .anyText),
            .required("version", .integer(1...Int64.max)),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
        ]))

    static let variable = string(
        TextFormat(
            pattern: "^[A-Za-z_][A-Za-z0-9_]*$", explanation: "made of letters, digits and _, and begins with no digit",
            admits: { text in
                text.utf8.enumerated().allSatisfy { index, byte in
                    byte == UInt8(ascii: "_") || (65...90).contains(byte) || (97...122).contains(byte)
                        || index > 0 && (48...57).contains(byte)
                } && !text.isEmpty
            }), max: .characters(Limits.nameCharactersMax, "nameCharactersMax"))

    static let secret = string(.nonEmptyText, max: .bytes(Limits.credentialBytesMax, "credentialBytesMax"))
}
