import Journal
import Model
import Wire

extension OperationTable {
    static let hub: [Operation] = [
        Operation(
            "health", .get("/health"), summary: "Says that the hub answers.", output: .health, success: .bare,
            ability: nil, isBrief: true, rateGroup: .open
        ) { call in
            let now = JSONValue.string(call.hub.clock.now().description)
            let health: JSONValue = [
                "status": "ok", "ok": true, "ts": now, "timestamp": now, "version": .string(call.hub.about.version),
            ]
            return OperationAnswer(data: WireJSON.encode(health))
        },
        Operation(
            "info", .get("/api/info"), summary: "Says what the hub is, what it can do and which limits it has.",
            output: .hubDescription, ability: .hubRead
        ) { call in
            let position = try await call.read { try $0.position(of: .hub) }
            return OperationAnswer(data: try WireJSON.encode(call.hub.about), position: position)
        },
    ]
}
