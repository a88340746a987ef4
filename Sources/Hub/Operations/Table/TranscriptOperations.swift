import Engine
import Model
import Wire

// Conversations that were held with agents beside the hub. They are those of whoever has the hub's machine, and so its administrators'.
extension OperationTable {
    static let transcripts: [Operation] = [
        Operation(
            "transcripts.list", .get("/api/transcripts"),
            summary:
                "Lists the newest conversations in the files that Claude Code and Codex keep on the hub's machine.",
            input: [
                .optional("provider", .providerName, "Absent: all whose files can be read."),
                .optional(
                    "max", .integer(1...Int64(Limits.pageMax)), "How many at most; \(Limits.pageDefault) when absent."),
            ],
            output: .array(.transcriptFile, max: nil), ability: .hubAdmin
        ) { call in
            let sessions = try await call.engine.transcripts(
                of: call.decode(Wanted.self).provider,
                limit: call.input["max"]?.integer.map(Int.init) ?? Limits.pageDefault)
            return OperationAnswer(data: try WireJSON.encode(sessions))
        },
        Operation(
            "transcripts.import", .post("/api/transcripts/import"),
            summary:
                "Makes a run of a conversation that was held beside the hub; the same one of the same conversation. A message goes on with it.",
            input: [
                .required("provider", .providerName), .required("sessionId", .name),
                .optional(
                    "project", .reference(Project.self), "Absent: the card's, or that in whose folder it was held."),
                .optional("cardId", .id(Card.self), "Among whose runs it comes."),
            ], output: .run, success: .created, ability: .hubAdmin,
            events: [.runCreated, .entryAdded, .runImported],
            example: ["provider": "claude-code", "sessionId": "b0ba461e-ae11-4489-be2b-4c2954d9dd64"]
        ) { call in
            try .changed(await call.engine.importTranscript(call.decode(ImportTranscript.self), by: call.actor))
        },
    ]

    private struct Wanted: Decodable {
        let provider: Provider?
    }
}
