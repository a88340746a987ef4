import Engine
import Journal
import Model
import WebCodec
import Wire

extension OperationTable {
    private static let exportName = Schema.string(
        TextFormat(
            pattern: "^[0-9]{8}T[0-9]{9}Z-[a-z0-9-]{1,80}\\.tar$", explanation: "an export's name",
            admits: { _ in true }),
        max: .characters(Limits.nameCharactersMax, "nameCharactersMax"))

    static let exports: [Operation] = [
        Operation(
            "projects.export", .post("/api/projects/{project}/export"),
            summary: "Writes all that the hub knows of a project into an archive of open files: a job.",
            input: [.subject(Project.self)], output: .job, success: .created, ability: .hubAdmin,
            events: [.jobCreated, .jobProgress, .jobDone, .jobError], example: ["project": "website"]
        ) { call in
            try .changed(await call.engine.exportProject(try await call.projectID(), by: call.actor))
        },
        Operation(
            "projects.import", .post("/api/projects/import"),
            summary:
                "Makes a project of an export, of this hub or another, with all that is in it and identifiers of its own: a job.",
            input: [
                .required(
                    "export", exportName, "Of an archive in the data folder; `POST /api/exports` brings one there."),
                .optional(
                    "path", .path, "Where its repository is on this machine. Absent: it comes archived, to be read."),
                .optional("name", .name, "Absent: the exported project's."),
                .optional("slug", .slug, "Absent: the exported project's, or the first free one like it."),
            ], output: .job, success: .created, ability: .hubAdmin,
            events: [.jobCreated, .jobProgress, .jobDone, .jobError, .projectCreated],
            example: ["export": "20261125T181502417Z-website.tar", "path": "/srv/git/website-2"]
        ) { call in
            try .changed(await call.engine.importProject(try call.decode(ImportProject.self), by: call.actor))
        },
        Operation(
            "exports.list", .get("/api/exports"), summary: "Lists the exports in the data folder, the newest first.",
            output: .array(.export, max: nil), ability: .hubAdmin
        ) { call in
            OperationAnswer(data: try WireJSON.encode(call.engine.exports.list()))
        },
        Operation(
            "exports.delete", .delete("/api/exports/{export}"), summary: "Removes an export.",
            input: [
                .required("export", exportName, "Its name.")
            ], success: .noContent, ability: .hubAdmin, example: ["export": "20261125T181502417Z-website.tar"]
        ) { call in
            try call.engine.exports.remove(call.text("export") ?? "")
            return OperationAnswer()
        },
    ]
}
