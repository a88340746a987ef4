import Engine
import Model
import Wire

// Saved states of runs' worktrees.
extension OperationTable {
    static let snapshots: [Operation] = [
        Operation(
            "snapshots.list", .get("/api/runs/{run}/snapshots"), summary: "Lists a run's snapshots, the newest first.",
            input: [.subject(Run.self)], output: .array(.snapshot, max: nil), ability: .projectRead,
            example: ["run": exampleRun]
        ) { call in OperationAnswer(data: try WireJSON.encode(try await call.engine.snapshots(of: call.id()))) },
        Operation(
            "snapshots.get", .get("/api/runs/{run}/snapshots/{snapshot}"), summary: "Shows a run's snapshot.",
            input: [.subject(Run.self), .required("snapshot", .snapshotName, "Its `id`.")], output: .snapshot,
            ability: .projectRead, example: ["run": exampleRun, "snapshot": "snp_01JD6Z5Z0A0000000000000000"]
        ) { call in
            let snapshot = try await call.engine.snapshot(call.text("snapshot") ?? "", of: call.id())
            return OperationAnswer(data: try WireJSON.encode(snapshot))
        },
        Operation(
            "snapshots.create", .post("/api/runs/{run}/snapshots"),
            summary: "Saves what a run's worktree holds, but for what git ignores; also while its agent is at work.",
            input: [.subject(Run.self), .optional("note", .title)], output: .snapshot, ability: .runWrite,
            events: [.snapshotCreated], example: ["run": exampleRun, "note": "It works"]
        ) { call in
            let id: Run.ID = try call.id()
            let snapshot = try await call.engine.makeSnapshot(of: id, note: call.text("note"), by: call.actor)
            return OperationAnswer(data: try WireJSON.encode(snapshot))
        },
        Operation(
            "snapshots.restore", .post("/api/runs/{run}/snapshots/{snapshot}/restore"),
            summary:
                "Makes the files of a run's worktree those of a snapshot, after saving what they were; its commits stay.",
            input: [
                .subject(Run.self),
                .required("snapshot", .snapshotName, "Its `id`."),
            ], output: .snapshot, ability: .runWrite, events: [.snapshotRestored],
            example: ["run": exampleRun, "snapshot": "snp_01JD6Z5Z0A0000000000000000"]
        ) { call in
            let saved = try await call.engine.restoreSnapshot(
                call.text("snapshot") ?? "", of: call.id(), by: call.actor)
            return OperationAnswer(data: try WireJSON.encode(saved))
        },
    ]
}
