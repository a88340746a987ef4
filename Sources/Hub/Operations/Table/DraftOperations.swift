import Engine
import Journal
import Model
import Wire

extension OperationTable {
    private static let type = Schema.Field.optional("type", .choice(of: Draft.Purpose.self), "Absent: `follow_up`.")

    static let drafts: [Operation] = [
        Operation(
            "drafts.list", .get("/api/projects/{project}/drafts"),
            summary: "Lists what is written to a project's runs and not sent.",
            input: [.subject(Project.self), .cursor(of: Draft.self), .limit()], output: .array(.draft, max: nil),
            ability: .projectRead, example: ["project": "website"]
        ) { call in
            let after = call.cursor(Draft.self)
            return try await call.read { reader in
                let project = try reader.projectID(call.text("project") ?? "")
                let rows = try reader.drafts(of: project, after: after, limit: call.limit + 1, as: Stored<Draft>.self)
                return try .page(rows, limit: call.limit, at: reader.position(of: .project(project))) { $0.id.rawValue }
            }
        },
        Operation(
            "drafts.get", .get("/api/runs/{run}/draft"), summary: "Shows what is written to a run and not sent.",
            input: [.subject(Run.self), type], output: .draft, ability: .projectRead, example: ["run": exampleRun]
        ) { call in
            let id: Run.ID = try call.id()
            return try await call.read { reader in
                let draft = try reader.requiredDraft(of: id, call.draftType)
                return try .draft(draft, at: reader.position(of: draft))
            }
        },
        Operation(
            "drafts.save", .put("/api/runs/{run}/draft"),
            summary:
                "Writes a message to a run without sending it: one of each type, which all see. One that is queued is not sent then.",
            input: [
                .subject(Run.self), type, .required("text", .prompt),
                .optional("processId", .id(ChildProcess.self), "`retry` only: what it takes the place of."),
                .optional("resetGit", .boolean, "`retry` only: whether the worktree is set back as well."), .version,
            ], output: .draft, ability: .runWrite, rateGroup: .reading, events: [.draftUpdated],
            example: ["run": exampleRun, "text": "Please also update", "version": 41]
        ) { call in
            let saved = try await call.engine.saveDraft(
                of: call.id(), try call.decode(SaveDraft.self), by: call.actor)
            return try .draft(saved.value, at: saved.position)
        },
        Operation(
            "drafts.queue", .post("/api/runs/{run}/draft/queue"),
            summary:
                "Sends a draft once: a follow-up when the turn ends that is at work, or now where there is none; a retry now, 409 while the run has a process.",
            input: [.subject(Run.self), type, .version], output: .draft, ability: .runWrite, rateGroup: .starting,
            events: [.draftQueued, .draftSent, .draftDeleted, .runQueued], example: ["run": exampleRun, "version": 42]
        ) { call in
            let queued = try await call.engine.queueDraft(
                of: call.id(), call.draftType, version: call.version, by: call.actor)
            return try .draft(queued.value, at: queued.position)
        },
        Operation(
            "drafts.delete", .delete("/api/runs/{run}/draft"), summary: "Throws away what is written to a run.",
            input: [.subject(Run.self), type, .version], success: .noContent, ability: .runWrite,
            events: [.draftDeleted], example: ["run": exampleRun]
        ) { call in
            .removed(
                try await call.engine.deleteDraft(
                    of: call.id(), call.draftType, version: call.version, by: call.actor))
        },
    ]
}

extension OperationCall {
    fileprivate var draftType: Draft.Purpose { choice("type") ?? .followUp }
}

extension OperationAnswer {
    /// It is found by its run, not by its own identifier.
    fileprivate static func draft(_ draft: Draft, at position: JournalPosition) throws -> OperationAnswer {
        OperationAnswer(data: try WireJSON.encode(draft), position: position, version: draft.version)
    }
}
