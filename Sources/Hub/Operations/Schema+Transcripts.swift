import Engine
import Model
import Wire

extension Schema {
    static let transcriptFile = named(
        "TranscriptFile",
        .object([
            .required("provider", .choice(of: Provider.self)),
            .required("sessionId", .anyText, "The provider's own name of it."),
            .required("path", .anyText, "On the hub's machine."), .required("byteCount", .count),
            .optional("workingDirectory", .anyText, "Where it was held."), .optional("startedAt", .timestamp),
            .required("updatedAt", .timestamp), .optional("firstWords", .anyText, "What was said first."),
            .optional("projectId", .id(Project.self), "In whose folder it was held."),
            .optional("runId", .id(Run.self), "The run that has it already."),
        ]))
}
