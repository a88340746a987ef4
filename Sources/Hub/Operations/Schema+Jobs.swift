import Model
import Wire

extension Schema {
    static let job = named(
        "Job",
        .object([
            .required("id", .id(Job.self)),
            .required("kind", .choice(of: Job.Kind.self)),
            .optional("projectId", .id(Project.self), "Absent: it is the hub's."),
            .required("createdBy", .actor),
            .required("status", .choice(of: Job.Status.self)),
            .required("progress", .number, "0 to 1."),
            .required("message", .anyText, "What it is at, for a person."),
            .optional("error", .jobFailure, "Why it ended without a result."),
            .optional("result", .any, "What it came to; its members depend on the kind."),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
            .optional("startedAt", .timestamp),
            .optional("finishedAt", .timestamp),
        ]))

    static let jobFailure = named(
        "JobFailure",
        .object([
            .required(
                "reason", .choice(of: Job.Failure.Reason.self),
                "`interrupted`: the hub went while it was at work; it may be asked for again."),
            .required("detail", .anyText),
        ]))

    static let jobLine = named(
        "JobLine",
        .object([
            .required("index", .count, "0, 1, 2 … without holes; of a long log the oldest are kept no more."),
            .required("ts", .timestamp),
            .required("text", .anyText),
        ]))

    static let backup = named(
        "Backup",
        .object([
            .required("name", .anyText, "Its folder below `backups/` in the hub's data folder."),
            .required("createdAt", .timestamp),
            .required("byteCount", .count),
            .required("attachments", .count),
        ]))

    static let export = named(
        "Export",
        .object([
            .required("name", .anyText, "Of its archive, which `GET /api/exports/{name}` gives."),
            .required("byteCount", .count),
        ]))
}
