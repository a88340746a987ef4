@testable import Hub
import Model
import RoostTesting
import Synchronization
import Testing
import Transport

@Suite("What comes up a WebSocket", .timeLimit(.minutes(2))) struct UpstreamTests {
    @Test("is answered under its id, with the operation's output")
    func operation() async throws {
        try await LiveWorld.run { world in
            world.operations.script { _, input in
                OperationAnswer(data: Array(#"{"x":1}"#.utf8), position: JournalPosition(epoch: "e", seq: 4))
            }
            let client = try await SocketClient.connect(to: world)
            client.send("cards.move", id: "a", ["card": "c"])
            let reply = try await client.expect("reply")
            #expect(reply == ["type": "reply", "id": "a", "data": ["x": 1], "meta": ["position": "e-4"]])
            client.send("cards.move", ["card": "c"])
            client.send("ping", id: 7)
            #expect(try await client.expect("pong")["id"] == 7, "nothing answers a frame without id")
            #expect(world.operations.called.first == "cards.move")
        }
    }

    @Test("is told what was wrong with it, with its id if it has one")
    func errors() async throws {
        try await LiveWorld.run { world in
            let client = try await SocketClient.connect(to: world)
            client.send("nothing.known", id: 1)
            _ = try await client.expectError(.operationNotFound, id: 1)
            client.send("nothing.known")
            _ = try await client.expectError(.operationNotFound)
            client.sendText(#"{"type":"ping","#)
            let problem = try await client.expectError(.malformedJSON)
            #expect(problem["line"]?.integer == 1)
            #expect(problem["column"]?.integer != nil)
            client.sendText("[1]")
            _ = try await client.expectError(.badRequest)
            client.sendBinary([1, 2, 3])
            _ = try await client.expectError(.badRequest)
            client.sendText(#"{"id":5}"#)
            _ = try await client.expectError(.badRequest, id: 5)
            client.send("ping", id: 6)
            try await client.expect("pong")
        }
    }

    @Test("may be several frames at once when the client asked for it")
    func batch() async throws {
        try await LiveWorld.run { world in
            let client = try await SocketClient.connect(to: world, "?batch=1")
            client.sendText(#"[{"type":"ping","id":1},3,{"type":"ping","id":2}]"#)
            #expect(try await client.expect("pong")["id"] == 1)
            _ = try await client.expectError(.badRequest)
            #expect(try await client.expect("pong")["id"] == 2)
        }
    }

    @Test("may begin with auth, and not go on with it")
    func auth() async throws {
        try await LiveWorld.run { world in
            let client = try await SocketClient.connect(to: world)
            client.send("auth", id: 1, ["token": "t"])
            #expect(try await client.expect("reply")["id"] == 1)
            client.send("auth", id: 2, ["token": "t"])
            _ = try await client.expectError(.badRequest, id: 2)
        }
    }

    @Test("is so much at most: who sends more is closed with 4029")
    func rate() async throws {
        let clock = ManualClock()
        try await LiveWorld.run(limits: { $0.messageBurstMax = 10 }, clock: clock) { world in
            let client = try await SocketClient.connect(to: world)
            for number in 0..<10 { client.send("ping", id: .integer(Int64(number))) }
            for _ in 0..<10 { try await client.expect("pong") }
            // Half a second brings 25 more, of which the burst takes 10.
            clock.advance(by: .milliseconds(500))
            for number in 0..<11 { client.send("ping", id: .integer(Int64(number))) }
            let end = try await client.end()
            #expect(end.code == 4029)
            #expect(end.reason.contains("messageBurstMax 10"))
        }
    }

    @Test("is done so much at a time, the rest waits; one at a time is done in order", arguments: [1, 3])
    func inFlight(most: Int) async throws {
        try await LiveWorld.run(limits: {
            $0.operationsInFlightMax = most
            $0.waitingFramesMax = 5
        }) { world in
            let latch = Latch()
            world.operations.script { _, _ in
                await latch.wait()
                return OperationAnswer(data: Array("null".utf8))
            }
            let client = try await SocketClient.connect(to: world)
            for number in 0..<40 { client.send("op.\(number)", id: .integer(Int64(number))) }
            while world.operations.called.count < most { await Task.yield() }
            #expect(Set(world.operations.called) == Set((0..<most).map { "op.\($0)" }))
            latch.open()
            var answered: Set<Int64> = []
            for _ in 0..<40 { answered.insert(try await client.expect("reply")["id"]?.integer ?? -1) }
            #expect(answered == Set(0..<40))
            #expect(world.operations.runningMost == most)
            let all = (0..<40).map { "op.\($0)" }
            #expect(most > 1 ? Set(world.operations.called) == Set(all) : world.operations.called == all)
        }
    }

    @Test("is answered in full even when the answer is larger than what may overtake")
    func largeReply() async throws {
        try await LiveWorld.run(transport: { $0.controlByteCountMax = 100_000 }) { world in
            let text = String(repeating: "x", count: 3 << 20)
            world.operations.script { _, _ in OperationAnswer(data: Array("\"\(text)\"".utf8)) }
            let client = try await SocketClient.connect(to: world)
            for number in 0..<5 { client.send("big", id: .integer(Int64(number))) }
            for _ in 0..<5 { #expect(try await client.expect("reply")["data"]?.string?.utf8.count == 3 << 20) }
        }
    }

    @Test("what only waits is given up when its client leaves; what does something is done to its end")
    func givenUp() async throws {
        try await LiveWorld.run { world in
            let (waits, works, latch) = (Latch(), Latch(), Latch())
            let ends = Mutex<[String: Bool]>([:])
            world.operations.script { name, _ in
                if name == "wait.one" {
                    waits.open()
                    await withTaskCancellationHandler {
                        await latch.wait()
                    } onCancel: {
                        latch.open()
                    }
                } else {
                    works.open()
                    await latch.wait()
                }
                ends.withLock { $0[name] = Task.isCancelled }
                return OperationAnswer(data: Array("1".utf8))
            }
            let client = try await SocketClient.connect(to: world)
            client.send("wait.one", id: .integer(1))
            client.send("work", id: .integer(2))
            await waits.wait()
            await works.wait()
            client.close()
            while ends.withLock({ $0.count }) < 2 { await Task.yield() }
            #expect(ends.withLock(\.self) == ["wait.one": true, "work": false])
        }
    }

    @Test("ends with notice when the hub stops")
    func stopping() async throws {
        try await LiveWorld.run { world in
            let client = try await SocketClient.connect(to: world)
            async let stop: Void = world.server.stop(deadlineSeconds: 1)
            let closing = try await client.expect("closing")
            #expect(closing["data"]?["retryAfterMs"]?.integer == 1_000)
            #expect(try await client.end().code == 1001)
            await stop
        }
    }
}
