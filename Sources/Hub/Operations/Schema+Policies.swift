import Model
import Wire

extension Schema {
    static let globs = array(
        nonEmptyLine(.characters(Limits.titleCharactersMax, "titleCharactersMax")),
        max: .items(Limits.argumentsMax, "argumentsMax"))

    static let policy = named(
        "Policy",
        .object([
            .required("id", .id(Policy.self)),
            .required("projectId", .id(Project.self)),
            .required(
                "allow", globs,
                "Globs over `tool` or `tool: what it is about`. In a command, a wildcard stands for no character that ends it or writes a file."
            ),
            .required("deny", globs, "Wins over `allow`, and over anybody's approval."),
            .required("autoApprove", .boolean, "Whether nothing is asked that is not denied."),
            .required("autoApproveWeb", .boolean, "The same for what reads the web."),
            .optional("allowHost", .boolean, "Whether runs may work in the project's own folder."),
            .optional(
                "requireReview", .boolean, "Whether work is committed, pushed and merged only once it is approved."),
            .optional("autoGitPush", .boolean, "Whether work may be pushed from this machine. Absent: no."),
            .required("version", .integer(1...Int64.max)),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
        ]))

    static let policyRuling = object([
        .optional("decision", .choice(of: Approval.Verdict.self), "Absent: somebody would be asked."),
        .optional("rule", .anyText, "Which rule says so."),
    ])
}
