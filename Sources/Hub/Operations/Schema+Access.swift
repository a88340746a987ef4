import Model
import Wire

extension Schema {
    static let userName = nonEmptyLine(.characters(Limits.nameCharactersMax, "nameCharactersMax"))

    static let user = named(
        "User",
        .object([
            .required("id", .id(User.self)),
            .required("name", .anyText, "Unique on the hub."),
            .required("type", .choice(of: User.Kind.self)),
            .required("role", .choice(of: User.Role.self), "`member`: sees the projects that it is a member of."),
            .required("status", .choice(of: User.Status.self), "`disabled`: none of its tokens is good."),
            .optional(
                "mustChangePassword", .boolean, "Its password was made for it, and it is to choose another."),
            .required("version", .integer(1...Int64.max)),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
        ]))

    static let password = string(.nonEmptyText, max: .bytes(Limits.passwordBytesMax, "passwordBytesMax"))

    static let authStatus = named(
        "AuthStatus",
        .object([
            .required("needsSetup", .boolean, "It has no users: whoever reaches it is its one user."),
            .required("isAuthenticated", .boolean, "Whether who asks is known."),
            .optional("user", .user),
        ]))

    static let passwordMade = named(
        "PasswordMade",
        .object([
            .required("user", .user),
            .required("generatedPassword", .anyText, "Told here, and never again."),
        ]))

    static let userFound = named(
        "UserFound",
        .object([
            .required("id", .id(User.self)), .required("name", .anyText),
            .required("type", .choice(of: User.Kind.self)),
        ]))

    static let token = named(
        "Token",
        .object([
            .required("id", .id(Token.self)),
            .required("userId", .id(User.self)),
            .required("name", .anyText),
            .optional("abilities", .array(.choice(of: Ability.self), max: nil), "Absent: all that its user has."),
            .optional("projects", .array(.id(Project.self), max: nil), "Absent: all that its user sees."),
            .optional("expiresAt", .timestamp),
            .required("version", .integer(1...Int64.max)),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
        ]))

    static let tokenMade = named(
        "TokenMade",
        .object([
            .required("token", .token),
            .required("secret", .anyText, "`rst_…`: what is shown to the hub. Told here, and never again."),
        ]))

    static let setUp = named(
        "SetUp",
        .object([
            .required("user", .user), .required("token", .token),
            .required("secret", .anyText, "`rst_…`: what is shown to the hub. Told here, and never again."),
        ]))

    static let member = named(
        "Member",
        .object([
            .required("id", .id(Member.self)),
            .required("projectId", .id(Project.self)),
            .required("userId", .id(User.self)),
            .required("userName", .anyText),
            .required("role", .choice(of: Member.Role.self)),
            .required("version", .integer(1...Int64.max)),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
        ]))

    static let organization = named(
        "Organization",
        .object([
            .required("id", .id(Organization.self)),
            .required("name", .anyText),
            .required("version", .integer(1...Int64.max)),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
        ]))

    static let seat = named(
        "Seat",
        .object([
            .required("id", .id(Seat.self)),
            .required("organizationId", .id(Organization.self)),
            .required("userId", .id(User.self)),
            .required("userName", .anyText),
            .required(
                "role", .choice(of: Seat.Role.self),
                "In its projects a `viewer` is viewer, a `member` editor, `admin` and `owner` are maintainers."),
            .required("version", .integer(1...Int64.max)),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
        ]))

    static let me = named(
        "Me",
        .object([
            .required("actor", .actor, "As events say it."),
            .optional("user", .user, "Absent on a hub without users."),
            .optional("token", .token),
            .required("abilities", abilities, "What is about no project."),
            .optional("everywhere", abilities, "In every project and organization. Absent: in those that are listed."),
            .required(
                "projects",
                .array(
                    .object([.required("projectId", .id(Project.self)), .required("abilities", abilities)]), max: nil)),
            .required(
                "organizations",
                .array(
                    .object([
                        .required("organizationId", .id(Organization.self)), .required("abilities", abilities),
                    ]), max: nil)),
        ]))

    private static let abilities = array(.choice(of: Ability.self), max: nil)
}
