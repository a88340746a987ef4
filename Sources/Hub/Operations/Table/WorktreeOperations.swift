import Engine
import Model
import Wire

// Worktrees of a project's repository: which there are, which go, and how they come back.
extension OperationTable {
    static let worktrees: [Operation] = [
        Operation(
            "worktrees.list", .get("/api/projects/{project}/worktrees"),
            summary:
                "Lists the worktrees of a project's repository, its own folder first, with whose they are and why a clean-up would leave them.",
            input: [.subject(Project.self)], output: .array(.projectWorktree, max: nil), ability: .projectRead,
            example: ["project": "website"]
        ) { call in
            OperationAnswer(data: try WireJSON.encode(try await call.engine.worktrees(of: call.projectID())))
        },
        Operation(
            "worktrees.clean", .post("/api/projects/{project}/worktrees/clean"),
            summary:
                "Removes worktrees of runs that are over, or says which would go. What is not committed there is saved and can be had back; what git ignores is not.",
            input: [
                .subject(Project.self),
                .optional(
                    "runs", .array(.id(Run.self), max: .items(Limits.pageMax, "pageMax")),
                    "Absent: of all runs that are over."),
                .optional("keepIgnored", .boolean, "Those with files that git ignores stay."),
                .optional("preview", .boolean, "Nothing is done; it is told what would be."),
            ], output: .worktreeCleaning, ability: .runWrite, events: [.runUpdated],
            example: ["project": "website", "preview": true]
        ) { call in
            let cleaning = try await call.engine.cleanWorktrees(
                of: call.projectID(), try call.decode(CleanWorktrees.self), by: call.actor)
            return OperationAnswer(data: try WireJSON.encode(cleaning))
        },
        Operation(
            "worktrees.removed", .get("/api/projects/{project}/worktrees/removed"),
            summary: "Lists removed worktrees that can be had back, the newest first.",
            input: [.subject(Project.self)], output: .array(.removedWorktree, max: nil), ability: .projectRead,
            example: ["project": "website"]
        ) { call in
            OperationAnswer(data: try WireJSON.encode(try await call.engine.removedWorktrees(of: call.projectID())))
        },
        Operation(
            "worktrees.restore", .post("/api/runs/{run}/worktree/restore"),
            summary:
                "Makes a removed worktree of a run again as it was: its branch, its files, and what was not committed.",
            input: [
                .subject(Run.self), .optional("removed", .snapshotName, "Its `id`. Absent: the newest."),
            ], output: .run, ability: .runWrite, events: [.branchUpdated], example: ["run": exampleRun]
        ) { call in
            try .changed(
                await call.engine.restoreWorktree(of: try call.id(), call.text("removed"), by: call.actor))
        },
    ]
}
