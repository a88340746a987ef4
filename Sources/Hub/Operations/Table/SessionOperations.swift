import Engine
import Journal
import Model
import Wire

// Conversations that change nothing, and what runs came to in words.
extension OperationTable {
    private static let exampleSession: JSONValue = "ses_01JD6Z5Z0A0000000000000000"

    static let sessions: [Operation] = [
        Operation(
            "sessions.create", .post("/api/projects/{project}/sessions"),
            summary:
                "Begins a conversation with an agent that only reads: about a card's task (`plan`), or as the project's assistant.",
            input: [
                .subject(Project.self), .required("kind", .choice(of: Session.Kind.self)),
                .optional("cardId", .id(Card.self), "`plan` only, and needed there."),
                .optional("text", .message, "What is asked first; needed for an assistant."),
                .optional("provider", .providerName, "Absent: the profile's."), .optional("profile", .name),
                .optional("options", .runOptions), .optional("budget", .budget, "What it may consume."),
            ], output: .session, success: .created, ability: .runWrite, rateGroup: .starting,
            events: [.runCreated, .runQueued, .sessionCreated],
            example: [
                "project": "website", "kind": "plan", "cardId": "crd_01JD6Z5Z0A0000000000000000",
                "provider": "claude-code",
            ]
        ) { call in
            try .changed(
                await call.engine.createSession(
                    try await call.projectID(), try call.decode(CreateSession.self), by: call.actor))
        },
        Operation(
            "sessions.list", .get("/api/projects/{project}/sessions"),
            summary: "Lists a project's conversations, the newest first.",
            input: [
                .subject(Project.self), .optional("kind", .choice(of: Session.Kind.self)),
                .optional("status", .choice(of: Session.Status.self)), .optional("cardId", .id(Card.self)),
                .cursor(of: Session.self), .limit(),
            ], output: .array(.session, max: nil), ability: .projectRead,
            example: ["project": "website", "kind": "assistant", "status": "open"]
        ) { call in
            let filter = SessionFilter(
                kind: call.choice("kind"), status: call.choice("status"), card: call.optionalID("cardId"))
            let after = call.cursor(Session.self)
            return try await call.read { reader in
                let project = try reader.projectID(call.text("project") ?? "")
                let rows = try reader.sessions(
                    of: project, filter, after: after, limit: call.limit + 1, as: Stored<Session>.self)
                return try .page(rows, limit: call.limit, at: reader.position(of: .project(project))) { $0.id.rawValue }
            }
        },
        Operation(
            "sessions.get", .get("/api/sessions/{session}"), summary: "Shows a conversation.",
            input: [.subject(Session.self)], output: .session, ability: .projectRead,
            example: ["session": exampleSession]
        ) { call in
            let id: Session.ID = try call.id()
            return try await call.read { reader in
                let session = try reader.required(id)
                return try .entity(session, at: reader.position(of: session))
            }
        },
        Operation(
            "sessions.messages", .get("/api/sessions/{session}/messages"),
            summary: "Lists what was said in a conversation, from the beginning: the entries of its run.",
            input: [.subject(Session.self)] + entryPage, output: .array(.entry, max: nil), ability: .projectRead,
            example: ["session": exampleSession]
        ) { call in
            let id: Session.ID = try call.id()
            return try await call.read { reader in
                let session = try reader.required(id)
                return try call.entries(of: session.runId, reader, at: reader.position(of: session))
            }
        },
        Operation(
            "sessions.message", .post("/api/sessions/{session}/messages"),
            summary: "Says something in a conversation: at once while its agent answers, else as a further turn.",
            input: [.subject(Session.self), .required("text", .message)], output: .session, ability: .runWrite,
            rateGroup: .starting, events: [.runQueued, .sessionUpdated],
            example: ["session": exampleSession, "text": "What of the mobile page?"]
        ) { call in
            try .changed(await call.engine.sendMessage(try call.id(), call.text("text") ?? "", by: call.actor))
        },
        Operation(
            "sessions.accept", .post("/api/sessions/{session}/accept"),
            summary:
                "Gives the refined task to the card and ends the conversation; 409 when the card has changed since.",
            input: [
                .subject(Session.self), .optional("prompt", .message, "Absent: what the agent put last."),
                .optional("cardVersion", .version, "Absent: the card must be as it was when the conversation began."),
            ], output: .session, ability: .boardWrite, events: [.cardUpdated, .sessionAccepted],
            example: ["session": exampleSession, "cardVersion": 3]
        ) { call in
            try .changed(
                await call.engine.acceptSession(try call.id(), try call.decode(AcceptSession.self), by: call.principal))
        },
        Operation(
            "sessions.cancel", .post("/api/sessions/{session}/cancel"),
            summary: "Ends a conversation; what was said stays to be read.", input: [.subject(Session.self)],
            output: .session, ability: .runWrite, events: [.sessionCancelled, .runCancelled],
            example: ["session": exampleSession]
        ) { call in try .changed(await call.engine.cancelSession(try call.id(), by: call.actor)) },
        Operation(
            "runs.summary", .get("/api/runs/{run}/summary"),
            summary: "Tells what a run came to, from its rows and its diff.", input: [.subject(Run.self)],
            output: .runSummary, ability: .projectRead, example: ["run": exampleRun]
        ) { call in
            let id: Run.ID = try call.id()
            let position = try await call.read { reader in try reader.position(of: try reader.required(id)) }
            return OperationAnswer(data: try WireJSON.encode(await call.engine.summary(of: id)), position: position)
        },
        Operation(
            "runs.summarise", .post("/api/runs/{run}/summary"),
            summary: "Has an agent put into words what a run came to, by a run of its own that changes nothing.",
            input: [
                .subject(Run.self), .optional("provider", .providerName, "Absent: the profile's."),
                .optional("profile", .name), .optional("options", .runOptions), .optional("budget", .budget),
            ], output: .run, success: .created, ability: .runWrite, rateGroup: .starting,
            events: [.runCreated, .runQueued, .runUpdated], example: ["run": exampleRun, "provider": "claude-code"]
        ) { call in
            try .changed(await call.engine.summarise(try call.id(), try call.decode(SummariseRun.self), by: call.actor))
        },
    ]
}
