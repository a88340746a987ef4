import Engine
import Model
import Wire

extension Schema {
    static let provider = named(
        "Provider",
        .object([
            .required("id", .choice(of: Provider.self)),
            .required("title", .anyText),
            .required("available", .boolean, "Whether a run of it could be started now."),
            .optional("path", .anyText, "The program's file on the hub's machine."),
            .optional("version", .anyText, "The first line of what it says itself."),
            .required(
                "versionState", .choice(of: ProviderInfo.VersionState.self),
                "`checking`: it has been asked and has not answered yet; ask again in a moment."),
            .optional("checkedAt", .timestamp),
            .required("interfaces", .array(.anyText, max: nil), "The best first; the settings file may name another."),
            .required("interface", .anyText, "The one that is spoken."),
            .required("models", .array(.anyText, max: nil), "Names that it is known to keep; others are passed on."),
            .required("permissionModes", .array(.anyText, max: nil), "What `options.permissionMode` may be."),
            .required("supports", agentAbilities),
        ]))

    private static let agentAbilities = object([
        .required("resume", .boolean, "Goes on with a conversation in another process."),
        .required("messages", .boolean, "Hears people while it works."),
        .required("approvals", .boolean, "Asks before it acts."),
        .required("questions", .boolean, "Asks people what they want."),
        .required("plans", .boolean, "Its plan can be revised before it begins."),
        .required("interrupt", .boolean, "Can be told to stop without being ended."),
        .required("mcpServers", .boolean, "Takes `options.mcpServers`."),
        .required("images", .boolean, "Is shown images that are attached to a prompt; others are told where they are."),
        .required("usage", .boolean, "Tells tokens."), .required("cost", .boolean, "Tells what they cost."),
    ])
}
