import Broker
@testable import Engine
import Hub
import Model
import Testing

@Suite("Deltas and presence on a WebSocket", .timeLimit(.minutes(2))) struct ReplaceableTrafficTests {
    @Test("text comes merged, on the run's channel alone, with what it belongs to")
    func deltas() async throws {
        try await LiveWorld.run { world in
            let run = try await world.addRun(of: try await world.addCard())
            let (watcher, other) = (
                try await SocketClient.connect(to: world), try await SocketClient.connect(to: world)
            )
            try await watcher.subscribe(["channel": .string("run:\(run.id)")])
            try await other.subscribe(["projectId": "website"])
            let words = ["The ", "quick ", #"brown "fox""#]
            for word in words {
                world.hub.publish([
                    LiveUpdate(
                        projectId: run.projectId, cardId: run.cardId, runId: run.id, index: 3, kind: .assistantMessage,
                        text: word)
                ])
            }
            let delta = try await watcher.expect("entry.delta")
            #expect(delta["channel"]?.string == "run:\(run.id)")
            #expect(delta["seq"] == nil)
            #expect(
                delta["data"] == [
                    "runId": .string(run.id.rawValue), "index": 3, "kind": "assistant_message",
                    "text": .string(words.joined()),
                ])
            other.send("ping")
            try await other.expect("pong")
        }
    }

    @Test("the others see who comes, what he does, and that he goes")
    func presence() async throws {
        try await LiveWorld.run { world in
            let (anna, bert) = (try await SocketClient.connect(to: world), try await SocketClient.connect(to: world))
            let alone = try await anna.subscribe(["projectId": "website"])
            #expect(alone["viewers"] == [])
            let data = try await bert.subscribe(["projectId": "website"])
            #expect(data["viewers"]?.array?.count == 1)
            let joined = try await anna.expect("presence.joined")
            #expect(joined["channel"]?.string == world.channel)
            #expect(joined["data"]?["user"]?["id"] == "local")
            #expect(joined["data"]?["state"] == .null)
            let id = joined["data"]?["connectionId"]
            #expect(data["viewers"]?.array?.first?["connectionId"] != id)

            bert.send("presence", id: 1, ["channel": .string(world.channel), "state": ["card": "c"]])
            #expect(try await bert.expect("reply")["id"] == 1)
            let updated = try await anna.expect("presence.updated")
            #expect(updated["data"]?["connectionId"] == id)
            #expect(updated["data"]?["state"] == ["card": "c"])

            bert.close()
            #expect(try await anna.expect("presence.left")["data"]?["connectionId"] == id)
            #expect(world.hub.broker.members(of: .project(world.project.id)).count == 1)
        }
    }

    @Test("a state is shown only where one is subscribed, and is so large at most")
    func refused() async throws {
        try await LiveWorld.run(broker: { $0.presenceStateBytesMax = 10 }) { world in
            let client = try await SocketClient.connect(to: world)
            client.send("presence", id: 1, ["channel": .string(world.channel), "state": 1])
            _ = try await client.expectError(.notSubscribed, id: 1)
            try await client.subscribe(["projectId": "website"])
            client.send("presence", id: 2, ["projectId": "website", "state": "more than ten bytes"])
            #expect(try await client.expectError(.limitExceeded, id: 2)["limit"] == "presenceStateBytesMax")
            client.send("presence", id: 3, ["projectId": "website"])
            _ = try await client.expectError(.validationFailed, id: 3)
        }
    }
}
