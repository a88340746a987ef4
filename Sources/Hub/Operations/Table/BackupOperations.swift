import Engine
import Journal
import Model
import WebCodec
import Wire

extension OperationTable {
    static let backups: [Operation] = [
        Operation(
            "backups.create", .post("/api/backups"),
            summary: "Copies what the hub keeps into a folder of its own while it goes on: a job.", output: .job,
            success: .created, ability: .hubAdmin, events: [.jobCreated, .jobProgress, .jobDone, .jobError]
        ) { call in
            try .changed(await call.engine.makeBackup(by: call.actor))
        },
        Operation(
            "backups.list", .get("/api/backups"), summary: "Lists the backups in the data folder, the newest first.",
            output: .array(.backup, max: nil), ability: .hubAdmin
        ) { call in
            OperationAnswer(data: try WireJSON.encode(call.engine.backups.list()))
        },
        Operation(
            "backups.delete", .delete("/api/backups/{backup}"), summary: "Removes a backup.",
            input: [
                .required(
                    "backup",
                    .string(
                        TextFormat(
                            pattern: "^[0-9]{8}T[0-9]{9}Z$", explanation: "a backup's name", admits: { _ in true }),
                        max: .characters(Limits.nameCharactersMax, "nameCharactersMax")), "Its name.")
            ], success: .noContent, ability: .hubAdmin, example: ["backup": "20261125T181502417Z"]
        ) { call in
            try call.engine.backups.remove(call.text("backup") ?? "")
            return OperationAnswer()
        },
    ]
}
