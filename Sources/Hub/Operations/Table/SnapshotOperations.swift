import Engine
import Model
import Wire

// Saved states of runs' worktrees, and of projects' own folders.
extension OperationTable {
    static let snapshots: [Operation] = [
        Operation(
            "snapshots.list", .get("/api/runs/{run}/snapshots"), .get("/api/projects/{project}/snapshots"),
            summary: "Lists the snapshots of a run, or of a project's own folder, the newest first.",
            input: filePlace, output: .array(.snapshot, max: nil), ability: .projectRead, example: ["run": exampleRun]
        ) { call in
            OperationAnswer(data: try WireJSON.encode(try await call.engine.snapshots(at: call.filePlace())))
        },
        Operation(
            "snapshots.get", .get("/api/runs/{run}/snapshots/{snapshot}"),
            .get("/api/projects/{project}/snapshots/{snapshot}"), summary: "Shows a snapshot.",
            input: filePlace + [snapshot], output: .snapshot, ability: .projectRead, example: exampleSnapshot
        ) { call in
            let snapshot = try await call.engine.snapshot(call.text("snapshot") ?? "", at: call.filePlace())
            return OperationAnswer(data: try WireJSON.encode(snapshot))
        },
        Operation(
            "snapshots.create", .post("/api/runs/{run}/snapshots"), .post("/api/projects/{project}/snapshots"),
            summary:
                "Saves what a run's worktree, or a project's own folder, holds, but for what git ignores; also while an agent is at work there.",
            input: filePlace + [.optional("note", .title)], output: .snapshot, ability: .runWrite,
            events: [.snapshotCreated], example: ["run": exampleRun, "note": "It works"]
        ) { call in
            let place = try await call.writablePlace("snapshots.create")
            let made = try await call.engine.makeSnapshot(at: place, note: call.text("note"), by: call.actor)
            return OperationAnswer(data: try WireJSON.encode(made))
        },
        Operation(
            "snapshots.restore", .post("/api/runs/{run}/snapshots/{snapshot}/restore"),
            .post("/api/projects/{project}/snapshots/{snapshot}/restore"),
            summary:
                "Makes the files of a run's worktree, or of a project's own folder, those of a snapshot, after saving what they were; commits stay.",
            input: filePlace + [snapshot], output: .snapshot, ability: .runWrite, events: [.snapshotRestored],
            example: exampleSnapshot
        ) { call in
            let place = try await call.writablePlace("snapshots.restore")
            let saved = try await call.engine.restoreSnapshot(
                call.text("snapshot") ?? "", at: place, by: call.actor)
            return OperationAnswer(data: try WireJSON.encode(saved))
        },
    ]

    private static let snapshot = Schema.Field.required("snapshot", .snapshotName, "Its `id`.")
    private static let exampleSnapshot: JSONValue = ["run": exampleRun, "snapshot": "snp_01JD6Z5Z0A0000000000000000"]
}
