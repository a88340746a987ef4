import Broker
@testable import Engine
import Hub
import Model
import RoostTesting
import Testing

@Suite("Deltas on a WebSocket", .timeLimit(.minutes(2))) struct ReplaceableTrafficTests {
    private func type(_ text: String, at index: Int, of run: Run, in world: LiveWorld) {
        world.hub.publish([
            LiveUpdate(
                projectId: run.projectId, cardId: run.cardId, runId: run.id, index: index, kind: .assistantMessage,
                text: text)
        ])
    }

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
            for word in words { type(word, at: 3, of: run, in: world) }
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
            // Who watches is told first: nobody sleeps for that any more.
            await clock.waitForSleepers()
            clock.advance(by: .milliseconds(BrokerLimits().presenceIntervalMs))
            let (pieceMs, seconds) = (15, 3)
            var (said, heard, frames, heldMs) = ("", "", 0, 0)
            for piece in 0..<seconds * 1_000 / pieceMs {
                let text = "piece \(piece), "
                said += text
                type(text, at: 0, of: run, in: world)
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

    @Test("what was typed of an entry is not told after the entry that has the whole")
    func whole() async throws {
        let clock = ManualClock()
        try await LiveWorld.run(clock: clock) { world in
            let run = try await world.addRun(of: try await world.addCard())
            let watcher = try await SocketClient.connect(to: world)
            try await watcher.subscribe(["channel": .string("run:\(run.id)")])
            await clock.waitForSleepers()
            clock.advance(by: .milliseconds(BrokerLimits().presenceIntervalMs))
            type("the end", at: 0, of: run, in: world)
            type("another", at: 1, of: run, in: world)
            try await world.say(["and this is the end"], in: run)
            try await watcher.expect("entry.added")
            await clock.waitForSleepers()
            clock.advance(by: .milliseconds(LiveLimits().replaceableIntervalMs))
            let delta = try await watcher.expect("entry.delta")
            #expect(delta["data"]?["index"] == 1 && delta["data"]?["text"] == "another")
        }
    }
}
