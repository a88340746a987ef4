import Model
import Wire

extension Schema {
    static let profile = named(
        "Profile",
        .object([
            .required("id", .id(Profile.self)),
            .required("scope", .choice(of: Profile.Scope.self)),
            .optional("projectId", .id(Project.self), "Of a project's."),
            .optional("organizationId", .id(Organization.self), "Of an organization's, for all its projects."),
            .required("name", .anyText, "Unique among those of its owner."),
            .required("provider", .choice(of: Provider.self)),
            .required("options", .runOptions),
            .required("version", .integer(1...Int64.max)),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
        ]))

    /// What an input names: the agent's own name, or one by which another system knows it.
    static let providerName = string(
        TextFormat(
            pattern: "^[A-Za-z][A-Za-z_-]*$",
            explanation:
                "one of \(Provider.allCases.map(\.rawValue).joined(separator: ", ")), or another name of these",
            admits: { Provider(named: $0) != nil }), max: .characters(Limits.nameCharactersMax, "nameCharactersMax"))

    private static let arguments = array(
        .text(.bytes(Limits.pathBytesMax, "pathBytesMax")), max: .items(Limits.argumentsMax, "argumentsMax"))

    static let mcpServer = named(
        "MCPServer",
        .object([
            .optional("argv", arguments, "The program, which the agent starts, and its arguments."),
            .optional("environment", .map(.text(.bytes(Limits.pathBytesMax, "pathBytesMax")))),
            .optional("url", .webhookUrl, "Of a server that speaks streamable HTTP."),
            .optional("headers", .map(.text(.bytes(Limits.pathBytesMax, "pathBytesMax")))),
        ]))

    static let runOptions = named(
        "RunOptions",
        .object([
            .optional("model", .name, "The provider's own name of a model."),
            .optional(
                "argv", arguments, "`command` and `acp` only: the argument vector. There is no shell in between."),
            .optional(
                "permissionMode", .choice(["default", "acceptEdits", "plan", "bypassPermissions"]),
                "Claude Code's names; other agents have their own ways to the same. Absent: as the agent is set up."),
            .optional("arguments", arguments, "Further arguments of the agent's own command line."),
            .optional("mcpServers", .map(.mcpServer), "Servers of tools that it may use, by name."),
            .optional("bot", .name, "`bot` only: the name of those bots that may claim it. Absent: any."),
            .optional(
                "onLeaseLost", .choice(of: RunOptions.LeaseLoss.self),
                "`bot` only: what becomes of it when its bot is not heard of any more. Absent: `retry`."),
        ]))
}
