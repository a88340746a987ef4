import Engine
import Journal
import Model
import Wire

extension OperationTable {
    private static let exampleConsumer: JSONValue = "cns_01JD6Z5Z0A0000000000000000"

    private static let filter = Schema.Field.optional(
        "filter", .consumerFilter, "Which events; absent: all. What is told of consumers is never among them.")
    private static let fields: [Schema.Field] = [
        filter,
        .optional(
            "ackWaitMs", .integer(.init(ConsumerLimits.ackWaitMs)),
            "How long a delivery is one bot's before it is handed out again; 30 s when absent."),
        .optional(
            "inFlightMax", .integer(.init(ConsumerLimits.inFlight)), "Deliveries that are not acknowledged, at most."),
        .optional(
            "deliveriesMax", .integer(.init(ConsumerLimits.deliveries)),
            "How often an event is handed out before it is a dead letter."),
        .optional("webhookUrl", .webhookUrl, "Where the hub sends the events; absent: bots pull them."),
    ]
    private static let positions = Schema.array(
        .string(.position, max: .characters(Limits.nameCharactersMax, "nameCharactersMax")),
        max: .items(ConsumerLimits.acknowledgementsMax, "acknowledgementsMax"))

    /// With the secret of its webhook's messages, which whoever makes it is told, and nobody else.
    private static func made(_ call: OperationCall, _ id: Consumer.ID) async throws -> OperationAnswer {
        try await call.read { reader in
            let consumer = try reader.required(id)
            var answer = try OperationAnswer.entity(consumer, at: reader.position(of: consumer))
            answer.data = try ConsumerMade(consumer, secret: reader.progress(of: id).secret).json
            return answer
        }
    }

    static let consumers: [Operation] = [
        Operation(
            "consumers.list", .get("/api/projects/{project}/consumers"),
            summary: "Lists a project's consumers by name.",
            input: [.subject(Project.self)], output: .array(.consumer, max: nil), ability: .projectRead,
            example: ["project": "website"]
        ) { call in
            try await call.read { reader in
                let project = try reader.projectID(call.text("project") ?? "")
                return .list(
                    try reader.consumers(of: project, as: Stored<Consumer>.self),
                    at: try reader.position(of: .project(project)))
            }
        },
        Operation(
            "consumers.create", .post("/api/projects/{project}/consumers"),
            summary:
                "Makes a durable place in the project's journal: every event is handed out until it is acknowledged.",
            input: [.subject(Project.self), .required("name", .name)] + fields + [
                .optional(
                    "from", .seekPlace,
                    "`oldest`, `newest` or a position; `newest` when absent: what comes from now on.")
            ], output: .consumerMade, success: .created, ability: .consumerWrite, rateGroup: .settings,
            resumption: Resumption(of: Consumer.self, keepsAnswer: false, made),
            events: [.consumerCreated],
            example: ["project": "website", "name": "deployer", "filter": ["types": ["merge.completed"]]]
        ) { call in
            let project = try await call.projectID()
            let consumer = try await call.engine.createConsumer(
                project, call.decode(CreateConsumer.self), by: call.actor)
            return try await made(call, consumer.value.id)
        },
        Operation(
            "consumers.get", .get("/api/consumers/{consumer}"), summary: "Shows a consumer.",
            input: [.subject(Consumer.self)], output: .consumer, ability: .projectRead,
            example: ["consumer": exampleConsumer]
        ) { call in
            let id: Consumer.ID = try call.id()
            return try await call.read { reader in
                let consumer = try reader.required(id)
                return try .entity(consumer, at: reader.position(of: consumer))
            }
        },
        Operation(
            "consumers.update", .patch("/api/consumers/{consumer}"),
            summary: "Changes a consumer, pauses it, or lets it go on.",
            input: [.subject(Consumer.self), .optional("name", .name)] + fields + [
                .optional("status", .choice(of: Consumer.Status.self)), .version,
            ], output: .consumer, ability: .consumerWrite, rateGroup: .settings, events: [.consumerUpdated],
            example: ["consumer": exampleConsumer, "status": "paused"]
        ) { call in
            try .changed(
                await call.engine.updateConsumer(call.id(), call.decode(UpdateConsumer.self), by: call.actor))
        },
        Operation(
            "consumers.delete", .delete("/api/consumers/{consumer}"),
            summary: "Deletes a consumer with what it has not acknowledged.",
            input: [.subject(Consumer.self), .version],
            success: .noContent, ability: .consumerWrite, rateGroup: .settings, events: [.consumerDeleted],
            example: ["consumer": exampleConsumer]
        ) { call in
            .removed(try await call.engine.deleteConsumer(try call.id(), version: call.version, by: call.actor))
        },
        Operation(
            "consumers.pull", .post("/api/consumers/{consumer}/pull"),
            summary: "Hands out events: what was not acknowledged in time, then what is new. Waits when there is none.",
            input: [
                .subject(Consumer.self),
                .optional("max", .integer(1...Int64(ConsumerLimits.pullEventsMax)), "How many; 50 when absent."),
                .optional(
                    "waitMs", .integer(0...Int64(ConsumerLimits.pullWaitMsMax)),
                    "How long to wait for the first; 0 when absent."),
            ], output: .array(.delivery, max: nil), ability: .consumerWrite, rateGroup: .open, waits: true,
            events: [.consumerUpdated], example: ["consumer": exampleConsumer, "max": 10, "waitMs": 30_000]
        ) { call in
            let events = try await call.engine.pullEvents(
                of: call.id(), countMax: call.input["max"]?.integer.map(Int.init) ?? Limits.pageDefault,
                waitMs: call.input["waitMs"]?.integer.map(Int.init) ?? 0,
                by: call.actor)
            return OperationAnswer(data: OperationAnswer.array(events.map(\.json)))
        },
        Operation(
            "consumers.acknowledge", .post("/api/consumers/{consumer}/acknowledge"),
            summary: "Says that events are done with: they do not come again.",
            input: [.subject(Consumer.self), .required("positions", positions, "Of the deliveries.")],
            output: .settledCount, ability: .consumerWrite, isBrief: true, rateGroup: .open,
            example: ["consumer": exampleConsumer, "positions": ["7k3m9q2x-41"]]
        ) { call in
            .settled(try await call.engine.acknowledge(call.id(), call.positions, by: call.actor))
        },
        Operation(
            "consumers.refuse", .post("/api/consumers/{consumer}/refuse"),
            summary: "Gives events back: they come again, or are dead letters after `deliveriesMax` times.",
            input: [
                .subject(Consumer.self), .required("positions", positions, "Of the deliveries."),
                .optional(
                    "delayMs", .integer(0...Int64(ConsumerLimits.ackWaitMs.upperBound)),
                    "When they come again; at once when absent."),
                .optional("reason", .title, "Kept with them."),
            ], output: .settledCount, ability: .consumerWrite, isBrief: true, rateGroup: .open,
            events: [.consumerUpdated],
            example: ["consumer": exampleConsumer, "positions": ["7k3m9q2x-41"], "reason": "The build server is down."]
        ) { call in
            .settled(
                try await call.engine.refuse(
                    call.id(), call.positions, delayMs: call.input["delayMs"]?.integer.map(Int.init) ?? 0,
                    reason: call.text("reason"), by: call.actor))
        },
        Operation(
            "consumers.seek", .post("/api/consumers/{consumer}/seek"),
            summary:
                "Says where the consumer goes on: back to see events again, forward to leave them out, past a gap.",
            input: [.subject(Consumer.self), .required("to", .seekPlace, "`oldest`, `newest` or a position.")],
            output: .consumer, ability: .consumerWrite, events: [.consumerUpdated],
            example: ["consumer": exampleConsumer, "to": "oldest"]
        ) { call in
            try .changed(await call.engine.seekConsumer(call.id(), to: call.text("to") ?? "", by: call.actor))
        },
        Operation(
            "consumers.deadletters", .get("/api/consumers/{consumer}/dead-letters"),
            summary: "Lists the events that were handed out as often as may be, in their order.",
            input: [
                .subject(Consumer.self),
                .cursor("^[0-9]{1,19}$") { JournalPosition.seq($0) != nil }, .limit(),
            ], output: .array(.deadLetter, max: nil), ability: .projectRead, example: ["consumer": exampleConsumer]
        ) { call in
            let id: Consumer.ID = try call.id()
            return try await call.read { reader in
                let after = call.text("cursor").flatMap(JournalPosition.seq) ?? 0
                let letters = try DeadLetter.list(of: id, after: after, limit: call.limit + 1, reader)
                let page = letters.prefix(call.limit)
                return OperationAnswer(
                    data: OperationAnswer.array(page.map(\.json)),
                    nextCursor: letters.count > page.count ? page.last.map { "\($0.position.seq)" } : nil)
            }
        },
        Operation(
            "consumers.redeliver", .post("/api/consumers/{consumer}/redeliver"),
            summary: "Hands dead letters out again, as if for the first time.",
            input: [.subject(Consumer.self), .optional("positions", positions, "Which; absent: all.")],
            output: .consumer, ability: .consumerWrite, events: [.consumerUpdated],
            example: ["consumer": exampleConsumer]
        ) { call in
            try .changed(await call.engine.redeliver(call.id(), call.positions, by: call.actor))
        },
    ]
}

extension OperationCall {
    fileprivate var positions: [JournalPosition] {
        input["positions"]?.array?.compactMap { $0.string.flatMap(JournalPosition.init) } ?? []
    }
}

extension OperationAnswer {
    fileprivate static func settled(_ count: Int) -> OperationAnswer {
        var object = JSONObjectBytes()
        object.add("settled", .integer(Int64(count)))
        return OperationAnswer(data: object.finished())
    }
}

extension HandedOut {
    fileprivate var json: [UInt8] {
        var object = JSONObjectBytes()
        object.add("position", position.description)
        object.add("attempt", .integer(Int64(attempt)))
        object.add("event", json: event.payload)
        return object.finished()
    }
}
