import Engine
import Journal
import Model
import WebCodec
import Wire

extension OperationTable {
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
            "exports.list", .get("/api/exports"), summary: "Lists the exports in the data folder, the newest first.",
            output: .array(.export, max: nil), ability: .hubAdmin
        ) { call in
            OperationAnswer(data: try WireJSON.encode(call.engine.exports.list()))
        },
        Operation(
            "exports.delete", .delete("/api/exports/{export}"), summary: "Removes an export.",
            input: [
                .required(
                    "export",
                    .string(
                        TextFormat(
                            pattern: "^[0-9]{8}T[0-9]{9}Z-[a-z0-9-]{1,80}\\.tar$", explanation: "an export's name",
                            admits: { _ in true }), max: .characters(Limits.nameCharactersMax, "nameCharactersMax")),
                    "Its name.")
            ], success: .noContent, ability: .hubAdmin, example: ["export": "20261125T181502417Z-website.tar"]
        ) { call in
            try call.engine.exports.remove(call.text("export") ?? "")
            return OperationAnswer()
        },
    ]
}
