import Engine
import Journal
import Model
import Wire

// A bot does the work of runs whose provider is `bot`, wherever it is.
extension OperationTable {
    private static let token = Schema.Field.required("token", .integer(1...Int64.max), "Of the lease.")

    static let bots: [Operation] = [
        Operation(
            "bots.claim", .post("/api/projects/{project}/bots/claim"),
            summary:
                "Waits for a run whose provider is `bot`, and gets it under a lease when it is its turn in the queue; null when none came.",
            input: [
                .subject(Project.self), .required("bot", .name, "The bot's name; runs may be for bots of one name."),
                .optional(
                    "leaseMs", .integer(.init(BotLimits.leaseMs)),
                    "How long it may be silent; \(BotLimits.leaseDefaultMs) when absent."),
                .optional(
                    "waitMs", .integer(100...Int64(BotLimits.claimWaitMsMax)), "How long to wait; 1000 when absent."),
            ], output: .nullable(.botAssignment), ability: .runWrite, rateGroup: .open, waits: true,
            events: [.runStarted, .processCreated, .processUpdated],
            example: ["project": "website", "bot": "linter", "waitMs": 30_000]
        ) { call in
            let assignment = try await call.engine.claimRun(call.projectID(), call.decode(ClaimRun.self))
            return OperationAnswer(data: try assignment.map { try WireJSON.encode($0) } ?? Array("null".utf8))
        },
        Operation(
            "bots.heartbeat", .post("/api/runs/{run}/bot/heartbeat"),
            summary:
                "Renews a bot's lease, and tells it what it is to do: messages, decisions, pause and stop. Waits for something new.",
            input: [
                .subject(Run.self), token,
                .optional("after", .count, "`next` of the last heartbeat: what came before is done with."),
                .optional(
                    "waitMs", .integer(0...Int64(BotLimits.claimWaitMsMax)),
                    "How long to wait, at most half of the lease; 0 when absent."),
                .optional(
                    "state", .choice(of: BotState.self),
                    "What the bot knows: another state ends the waiting. Absent: `work`."),
            ], output: .botOrders, ability: .runWrite, rateGroup: .open, waits: true,
            example: ["run": exampleRun, "token": 1, "waitMs": 10_000]
        ) { call in
            let orders = try await call.engine.heartbeat(
                call.id(), call.decode(BotHeartbeat.self), by: call.actor)
            return OperationAnswer(data: try WireJSON.encode(orders))
        },
        Operation(
            "bots.report", .post("/api/runs/{run}/bot/report"),
            summary:
                "Tells what a bot has said, done, asked and used, and that it is done. With `from`, what came already is passed over.",
            input: [
                .subject(Run.self), token,
                .optional("from", .count, "How many things were reported before these."),
                .required(
                    "items", .array(.botItem, max: .items(BotLimits.itemsPerReportMax, "itemsPerReportMax"))),
            ], output: .botReceipt, ability: .runWrite, rateGroup: .open,
            events: [.entryAdded, .entryUpdated, .approvalRequested, .runUpdated],
            example: [
                "run": exampleRun, "token": 1, "from": 0,
                "items": [
                    ["type": "entry", "key": "1", "entry": ["kind": "assistant_message", "text": "All is well."]],
                    ["type": "finish", "status": "completed"],
                ],
            ]
        ) { call in
            let receipt = try await call.engine.report(call.id(), call.decode(BotReport.self), by: call.actor)
            return OperationAnswer(data: try WireJSON.encode(receipt))
        },
        Operation(
            "bots.release", .post("/api/runs/{run}/bot/release"),
            summary: "Gives a run back: after a moment it is in the queue again.",
            input: [.subject(Run.self), token, .optional("reason", .title, "Why, for a person.")],
            success: .noContent, ability: .runWrite, rateGroup: .open, events: [.processCompleted, .runWaiting],
            example: ["run": exampleRun, "token": 1, "reason": "The build server is down."]
        ) { call in
            try await call.engine.release(call.id(), call.decode(ReleaseRun.self), by: call.actor)
            return OperationAnswer()
        },
    ]
}
