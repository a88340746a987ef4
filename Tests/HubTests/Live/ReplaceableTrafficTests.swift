import Broker
@testable import Engine
import Hub
import Model
import RoostTesting
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

    @Test("a run that says 67 pieces a second costs a viewer at most 20 frames a second, and the entry has the whole")
    func paced() async throws {
        let clock = ManualClock()
        try await LiveWorld.run(clock: clock) { world in
            let run = try await world.addRun(of: try await world.addCard())
            let watcher = try await SocketClient.connect(to: world)
            try await watcher.subscribe(["channel": .string("run:\(run.id)")])
            let (pieceMs, seconds) = (15, 3)
            var (said, heard, frames, heldMs) = ("", "", 0, 0)
            for piece in 0..<seconds * 1_000 / pieceMs {
                let text = "piece \(piece), "
                said += text
                world.hub.publish([
                    LiveUpdate(
                        projectId: run.projectId, cardId: run.cardId, runId: run.id, index: 0, kind: .assistantMessage,
                        text: text)
                ])
                // The viewer's pause begins with the first piece, and its frame is taken before the next piece is said.
                await clock.waitForSleepers()
                clock.advance(by: .milliseconds(pieceMs))
                heldMs += pieceMs
                guard heldMs >= LiveLimits().replaceableIntervalMs else { continue }
                heldMs = 0
                frames += 1
                heard += try await watcher.expect("entry.delta")["data"]?["text"]?.string ?? ""
            }
            #expect(frames > 0 && frames <= 20 * seconds)
            #expect(said.hasPrefix(heard))
            try await world.say([said], in: run)
            let entry = try await watcher.expect("entry.added")
            #expect(entry["data"]?["content"]?["text"]?.string == said)
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
