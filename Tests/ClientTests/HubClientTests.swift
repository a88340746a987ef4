import Client
import Model
import Synchronization
import Testing
import Transport

@Suite("A hub's client", .timeLimit(.minutes(2))) struct HubClientTests {
    @Test("matches answers to calls by id, whatever their order")
    func matched() async throws {
        let waiting = Mutex<[JSONValue]>([])
        try await ScriptedHub.run { _, frame, down in
            let all = waiting.withLock { waiting in
                waiting.append(frame)
                return waiting
            }
            guard all.count == 3 else { return }
            for frame in all.reversed() { down.reply(to: frame, ["echo": frame["payload"] ?? .null]) }
        } _: { hub in
            let client = try await hub.connect()
            async let first = client.call("a.one", ["n": 1])
            async let second = client.call("a.two", ["n": 2])
            async let third = client.call("a.three")
            #expect(try await first == ["echo": ["n": 1]])
            #expect(try await second == ["echo": ["n": 2]])
            #expect(try await third == ["echo": [:]])
            #expect(Set(hub.heard.compactMap { $0["type"]?.string }) == ["a.one", "a.two", "a.three"])
            #expect(Set(hub.heard.compactMap { $0["id"]?.integer }).count == 3)
            await client.close()
        }
    }

    @Test("throws the hub's problem, and goes on")
    func problem() async throws {
        let problem: JSONValue = ["code": "CARD_NOT_FOUND", "title": "No such card", "detail": "there is no card x"]
        try await ScriptedHub.run { _, frame, down in
            if frame["type"] == "cards.get" { down.refuse(frame, problem) } else { down.reply(to: frame, ["ok": true]) }
        } _: { hub in
            let client = try await hub.connect()
            let error = await #expect(throws: HubClientError.self) { try await client.call("cards.get") }
            guard case .problem(problem) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.description == "CARD_NOT_FOUND: there is no card x")
            #expect(try await client.call("info") == ["ok": true])
            await client.close()
        }
    }

    @Test("fails the calls that wait, and all later ones, when the connection closes")
    func closed() async throws {
        try await ScriptedHub.run { _, frame, down in
            if frame["type"] == "die" { down.close(4003, "go away") }
        } _: { hub in
            let client = try await hub.connect()
            async let waiting = Result.of { try await client.call("never.answered") }
            async let dying = Result.of { try await client.call("die") }
            for call in await [waiting, dying] { #expect(call.closeCode == 4003) }
            let call = await Result.of { try await client.call("too.late") }
            #expect(call.closeCode == 4003)
            var iterator = client.frames.makeAsyncIterator()
            #expect(try await iterator.next()?["type"] == "hello")
            await #expect(throws: HubClientError.self) { _ = try await iterator.next(isolation: #isolation) }
        }
    }

    @Test("streams what is no answer, in order; an answer nobody waits for is such a frame too")
    func frames() async throws {
        try await ScriptedHub.run { _, frame, down in
            down.event(1)
            down.event(2)
            down.reply(to: ["id": 99])
            down.reply(to: frame)
            down.event(3)
        } _: { hub in
            let client = try await hub.connect()
            #expect(try await client.call("go") == [:])
            var seen: [String] = []
            for try await frame in client.frames {
                seen.append("\(frame["type"]?.string ?? "")\(frame["seq"]?.integer.map { " \($0)" } ?? "")")
                if seen.count == 5 { break }
            }
            #expect(seen == ["hello", "card.updated 1", "card.updated 2", "reply", "card.updated 3"])
            await client.close()
            await hub.waitForEnds()
        }
    }

    @Test("ends with fellBehind when too many frames wait to be read, which can still be read")
    func fellBehind() async throws {
        try await ScriptedHub.run(isGreeting: false) { _, _, down in
            for seq in 1...HubClient.unreadFramesMax + 1 { down.event(Int64(seq)) }
        } _: { hub in
            let client = try await hub.connect()
            let call = await Result.of { try await client.call("flood") }
            #expect(call.closeCode == 1000)
            var count = 0
            let error = await #expect(throws: HubClientError.self) {
                for try await _ in client.frames { count += 1 }
            }
            #expect(count == HubClient.unreadFramesMax)
            guard case .fellBehind? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.description.contains("\(HubClient.unreadFramesMax)") == true)
            #expect(error?.isFinal == false, "it may come back from where it was")
        }
    }

    @Test("closes on what is not JSON")
    func notJSON() async throws {
        try await ScriptedHub.run { _, _, down in
            down.say(text: "{nonsense")
        } _: { hub in
            let client = try await hub.connect()
            let call = await Result.of { try await client.call("go") }
            #expect(call.closeCode == 1002)
            await #expect(throws: HubError.self) { for try await _ in client.frames {} }
        }
    }

    @Test("says why there is no connection")
    func unreachable() async throws {
        try await ScriptedHub.run { _, _, _ in
        } _: { hub in
            let nobody = HubAddress(host: "127.0.0.1", port: 1)
            await #expect(throws: ConnectError.self) { try await HubClient.connect(to: nobody, with: hub.connector) }
        }
    }

    @Test(
        "knows which errors are final",
        arguments: [
            (.closed(code: 3999, reason: ""), false), (.closed(code: 4000, reason: ""), true),
            (.closed(code: 4099, reason: ""), true), (.closed(code: 4100, reason: ""), false),
            (.closed(code: 1006, reason: ""), false), (.fellBehind, false), (.problem(["code": "FORBIDDEN"]), true),
            (.problem(["code": "SHUTTING_DOWN", "retryAfterSeconds": 1]), false),
        ] as [(HubClientError, Bool)])
    func finality(error: HubClientError, isFinal: Bool) {
        #expect(error.isFinal == isFinal)
    }
}

extension Result where Failure == any Error {
    static func of(_ body: () async throws -> Success) async -> Self {
        do { return .success(try await body()) } catch { return .failure(error) }
    }

    /// Of a call that failed because its connection did.
    var closeCode: UInt16? {
        guard case .failure(let error as HubClientError) = self, case .closed(let code, _) = error else { return nil }
        return code
    }
}
