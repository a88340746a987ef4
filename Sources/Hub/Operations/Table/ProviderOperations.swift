import Agents
import Engine
import Model
import Wire

extension OperationTable {
    private static let refresh = Schema.Field.optional(
        "refresh", .boolean, "Whether programs are asked again. Absent: what is older than 10 minutes.")

    static let providers: [Operation] = [
        Operation(
            "providers.list", .get("/api/providers"),
            summary: "Lists the agents that this hub knows, which of them its machine has, and what each can do.",
            input: [refresh], output: .array(.provider, max: nil), ability: .hubRead, waits: true
        ) { call in
            let providers = try await call.engine.providers.list(isFresh: call.input["refresh"]?.bool ?? false)
            return OperationAnswer(data: try WireJSON.encode(providers))
        },
        Operation(
            "providers.get", .get("/api/providers/{provider}"), summary: "Shows an agent as this machine has it.",
            input: [.required("provider", .providerName), refresh], output: .provider, ability: .hubRead,
            waits: true, example: ["provider": "claude-code"]
        ) { call in
            let info = try await call.engine.providers.info(
                of: call.decode(Named.self).provider, isFresh: call.input["refresh"]?.bool ?? false)
            return OperationAnswer(data: try WireJSON.encode(info))
        },
    ]

    private struct Named: Decodable {
        let provider: Provider
    }
}
