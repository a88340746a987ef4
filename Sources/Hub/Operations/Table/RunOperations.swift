import Engine
import Journal
import Model
import Wire

// The verbs on runs.
extension OperationTable {
    static let exampleRun: JSONValue = "run_01JD6Z5Z0A0000000000000000"

    static let runs: [Operation] = [
        Operation(
            "runs.create", .post("/api/projects/{project}/runs"), .post("/api/cards/{cardId}/runs"), .post("/api/runs"),
            summary: "Makes a run, and starts it when asked to.",
            input: [
                .optional("project", .reference(Project.self), "Absent: the card's."),
                .optional("cardId", .id(Card.self)),
                .optional("provider", .providerName, "Absent: the profile's."),
                .optional("profile", .name, "Of the project or the hub; `options` are taken before its own."),
                .optional("prompt", .prompt, "Absent: the column's prompt, the card's title and its prompt."),
                .optional("options", .runOptions),
                .optional("targetBranch", .branch, "Where its work is to go. Absent: the project's default branch."),
                .optional("isolation", .isolation, "How far it is kept from the rest of the machine."),
                .optional("start", .boolean, "Whether it is queued at once."),
                .optional("priority", .priority, "The higher goes first; absent: 0."),
                .optional("budget", .budget, "What it may consume; a run whose budget is used up is paused."),
                .optional(
                    "attachments", .promptAttachments,
                    "Files of the project's cards that its agent is given: images as such where it takes them. Absent: the card's, where `prompt` is absent too."
                ),
            ], output: .run, success: .created, ability: .runWrite, rateGroup: .starting,
            events: [.runCreated, .runQueued],
            example: ["project": "website", "provider": "claude-code", "prompt": "Add a dark theme.", "start": true]
        ) { call in
            let input = try call.decode(CreateRun.self)
            let project: Project.ID
            if call.text("project") != nil {
                project = try await call.projectID()
            } else if let card = input.cardId {
                project = try await call.read { try $0.required(card).projectId }
            } else {
                throw HubError.invalid("/project", "is missing, and so is /cardId, which would do instead")
            }
            return try .changed(await call.engine.createRun(project, input, by: call.actor))
        },
        verb("start", "Queues a draft.", events: [.runQueued], rateGroup: .starting) { call, id in
            try await call.engine.startRun(id, by: call.actor)
        },
        verb("cancel", "Ends a run for good; its work stays on its branch.", events: [.runCancelled]) { call, id in
            try await call.engine.cancelRun(id, by: call.actor)
        },
        verb("stop", "Ends a run's processes and leaves it paused; a message goes on with it.", events: [.runStopped]) {
            call, id in try await call.engine.stopRun(id, by: call.actor)
        },
        verb(
            "pause", "Has a run's agent stand still where it is; one that has not begun leaves the queue.",
            events: [.runPaused]
        ) { call, id in try await call.engine.pauseRun(id, by: call.actor) },
        verb(
            "resume",
            "Goes on with a paused run, or at once with one that waits for its time; 409 while its budget is used up.",
            events: [.runResumed, .runQueued], rateGroup: .starting
        ) { call, id in try await call.engine.resumeRun(id, by: call.actor) },
        Operation(
            "runs.retry", .post("/api/runs/{run}/retry"),
            summary: "Tries again: from the beginning, on a new branch, or the last turn alone.",
            input: [
                .subject(Run.self),
                .optional(
                    "sameSession", .boolean,
                    "`true`: in the same worktree and session its agent is told once more what it was told last."),
            ], output: .run, ability: .runWrite, rateGroup: .starting, events: [.runRetried],
            example: ["run": exampleRun]
        ) { call in
            let id: Run.ID = try call.id()
            return try .changed(
                await call.input["sameSession"]?.bool == true
                    ? call.engine.retryTurn(of: id, by: call.actor) : call.engine.retryRun(id, by: call.actor))
        },
        verb(
            "relaunch", "Does a run over as another one, from the beginning.", success: .created,
            events: [.runCreated, .runQueued], rateGroup: .starting
        ) { call, id in try await call.engine.relaunchRun(id, by: call.actor) },
        Operation(
            "runs.relay", .post("/api/runs/{run}/relay"),
            summary:
                "Goes on with a run in the same worktree and a new session, also of another agent, which is told what was asked, said and done.",
            input: [
                .subject(Run.self), .optional("text", .message, "What it is told besides."),
                .optional("provider", .providerName, "Absent: the same."),
                .optional("options", .runOptions, "Absent: the same, or none for another agent."),
            ], output: .run, ability: .runWrite, rateGroup: .starting, events: [.runQueued],
            example: ["run": exampleRun, "provider": "codex"]
        ) { call in
            try .changed(await call.engine.relayRun(try call.id(), try call.decode(RelayRun.self), by: call.actor))
        },
        Operation(
            "runs.replace", .post("/api/runs/{run}/replace"),
            summary:
                "Rewinds a run to before one of its processes and goes on from there with other words; what was in the worktree is kept by a ref.",
            input: [
                .subject(Run.self),
                .required("processId", .id(ChildProcess.self), "It and what came after it no longer count."),
                .required("text", .message, "What is said instead."),
                .optional("resetGit", .boolean, "Whether the worktree is set back as well. Absent: no."),
            ], output: .run, ability: .runWrite, rateGroup: .starting, events: [.processUpdated, .runQueued],
            example: [
                "run": exampleRun, "processId": "prc_01JD6Z5Z0A0000000000000000", "text": "Use the other library.",
            ]
        ) { call in
            try .changed(await call.engine.replaceRun(try call.id(), try call.decode(ReplaceRun.self), by: call.actor))
        },
        Operation(
            "runs.ask", .post("/api/projects/{project}/agent"), .post("/api/agent"), aliases: ["agent.run"],
            summary:
                "One-shot automation: starts a run and waits for its end, or until it needs somebody. With `waitMs` 0 follow `GET /api/runs/{run}/events/stream`.",
            input: [
                .required("project", .reference(Project.self)), .optional("cardId", .id(Card.self)),
                .optional("provider", .providerName, "Absent: the profile's."), .optional("profile", .name),
                .required("prompt", .message),
                .optional("options", .runOptions), .optional("targetBranch", .branch),
                .optional("budget", .budget, "What it may consume."),
                .optional("attachments", .promptAttachments, "Files that its agent is given."),
                .optional(
                    "stream", .boolean,
                    "REST: the answer is an event stream of the run's events, and at its end `done` with this operation's output; also by `Accept: text/event-stream`."
                ),
                .optional(
                    "stopOnDisconnect", .boolean, "Whether the run is stopped when the client of a stream leaves."),
                .optional(
                    "waitMs", .integer(0...Int64(Limits.agentWaitMsMax)),
                    "How long to wait; \(Limits.agentWaitMsMax) when absent. The run goes on after it."),
            ], output: .asked, success: .created, ability: .runWrite, rateGroup: .starting, waits: true,
            resumption: Resumption(of: Run.self) { call, run in
                try asked(await call.engine.wait(for: run, waitMs: waitMs(of: call)))
            },
            events: [.runCreated, .runQueued],
            example: ["project": "website", "provider": "claude-code", "prompt": "Which files are unused?"]
        ) { call in
            try asked(
                await call.engine.ask(
                    try await call.projectID(), try call.decode(CreateRun.self), waitMs: waitMs(of: call),
                    by: call.actor))
        },
        Operation(
            "runs.update", .patch("/api/runs/{run}"),
            summary:
                "Pins a run, so that its events stay readable when its project's older ones are forgotten; changes how soon it starts and what it may consume, and of a draft what it is to do.",
            input: [
                .subject(Run.self),
                .optional("pinned", .boolean, "Its events are kept from the oldest on that is kept now."),
                .optional("priority", .priority, "The higher goes first."),
                .optional("budget", .budget, "What it may consume; without members: anything."),
                .optional("prompt", .prompt, "Of a draft, which alone can be given these four; else 409."),
                .optional("provider", .providerName, "Then it is no profile's any more."),
                .optional("options", .runOptions, "Absent: the same, or none for another agent."),
                .optional("targetBranch", .branch), .version,
            ], output: .run, ability: .runWrite, events: [.runUpdated], example: ["run": exampleRun, "pinned": true]
        ) { call in
            try .changed(await call.engine.updateRun(try call.id(), try call.decode(UpdateRun.self), by: call.actor))
        },
        Operation(
            "runs.message", .post("/api/runs/{run}/messages"), aliases: ["agents.message"],
            summary: "Tells the agent something: at once while it works, else as a further turn in the same worktree.",
            input: [
                .subject(Run.self), .required("text", .message),
                .optional("attachments", .promptAttachments, "Files of the project's cards that come with it."),
            ], output: .run, ability: .runWrite,
            rateGroup: .starting, events: [.entryAdded, .runUpdated, .runQueued],
            example: ["run": exampleRun, "text": "Please also update the tests."]
        ) { call in
            try .changed(
                await call.engine.sendMessage(try call.id(), try call.decode(SendMessage.self), by: call.actor))
        },
        Operation(
            "runs.approve", .post("/api/runs/{run}/approve"),
            summary: "Answers the oldest open question of a run; 409 when it asks nothing.",
            input: [.subject(Run.self)] + Schema.answerFields, output: .approval, ability: .approvalAnswer,
            events: [.approvalResolved, .policyUpdated, .runUpdated],
            example: ["run": exampleRun, "decision": "approve"]
        ) { call in
            let input = try call.decode(AnswerApproval.self)
            try await call.mayAnswer(input, about: .run)
            return try .changed(await call.engine.approveRun(try call.id(), input, by: call.actor))
        },
        Operation(
            "runs.merge", .post("/api/runs/{run}/merge"),
            summary: "Brings a run's work into its target branch, and finishes its card.",
            input: [
                .subject(Run.self), .optional("strategy", .choice(of: MergeRun.Strategy.self), "Absent: `merge`."),
                .optional("message", .prompt, "Of the commit."),
            ], output: .run, ability: .gitMerge, events: [.mergeCompleted, .branchConflict, .cardCompleted],
            example: ["run": exampleRun, "strategy": "squash"]
        ) { call in
            try .changed(await call.engine.merge(try call.id(), try call.decode(MergeRun.self), by: call.principal))
        },
    ]

    private static func waitMs(of call: OperationCall) -> Int {
        call.input["waitMs"]?.integer.map(Int.init) ?? call.engine.settings.limits.agentWaitMsMax
    }

    private static func asked(_ asked: AskedRun) throws -> OperationAnswer {
        OperationAnswer(data: try WireJSON.encode(asked), location: "/api/runs/\(asked.run.id)")
    }

    /// A verb without an input of its own.
    private static func verb(
        _ name: String, _ summary: String, success: Operation.Success = .ok, events: [EventType],
        rateGroup: RateGroup = .standard,
        _ act: @escaping @Sendable (OperationCall, Run.ID) async throws -> Committed<Run>
    ) -> Operation {
        Operation(
            "runs.\(name)", .post("/api/runs/{run}/\(name)"), summary: summary, input: [.subject(Run.self)],
            output: .run, success: success, ability: .runWrite, rateGroup: rateGroup, events: events,
            example: ["run": exampleRun]
        ) { call in try .changed(await act(call, try call.id())) }
    }
}
