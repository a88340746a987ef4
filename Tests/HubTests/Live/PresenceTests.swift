import Broker
import Model
import RoostTesting
import Testing
import Transport

@testable import Hub

@Suite("Presence at the doors", .timeLimit(.minutes(2))) struct PresenceTests {
    private func names(_ data: JSONValue?) -> [String] {
        data?["viewers"]?.array?.compactMap { $0["user"]?["name"]?.string } ?? []
    }

    @Test("the others see who comes, what they do, and that they go")
    func whole() async throws {
        try await LiveWorld.run { world in
            try await world.setUp()
            let (ada, bot) = (
                try await world.people.make("ada"), try await world.people.make("ci", type: .bot)
            )
            for person in [ada, bot] { try await world.people.join(person, world.project.id, .viewer) }
            let anna = try await SocketClient.connect(to: world, ada.query)
            let alone = try await anna.subscribe(["projectId": "website"])
            #expect(names(alone) == ["ada"] && alone["viewersTotal"] == 1)

            let robot = try await SocketClient.connect(to: world, bot.query)
            let data = try await robot.subscribe(["projectId": "website"])
            #expect(names(data).contains("ci") && data["viewersTotal"]?.integer.map { $0 <= 2 } == true)
            let joined = try await anna.nextPresence()
            #expect(joined["type"] == "presence.joined" && joined["channel"]?.string == world.channel)
            #expect(joined["data"]?["viewersTotal"] == 2)
            let watcher = joined["data"]?["viewers"]?.array?.last
            #expect(watcher?["user"]?["type"] == "bot" && watcher?["user"]?["id"]?.string == bot.user.id.rawValue)
            #expect(watcher?["connections"] == 1 && watcher?["state"] == .null)

            robot.send("presence", id: 1, ["channel": .string(world.channel), "state": ["card": "c"]])
            #expect(try await robot.expect("reply")["id"] == 1)
            let updated = try await anna.nextPresence()
            #expect(updated["type"] == "presence.updated")
            #expect(updated["data"]?["viewers"]?.array?.first?["state"] == ["card": "c"])

            robot.send("unsubscribe", id: 2, ["projectId": "website"])
            try await robot.expect("unsubscribed")
            let left = try await anna.nextPresence()
            #expect(left["type"] == "presence.left" && names(left["data"]) == ["ci"])
            #expect(left["data"]?["viewersTotal"] == 1)
        }
    }

    @Test("a connection that is lost counts for a while, and its successor takes its place")
    func lost() async throws {
        let clock = ManualClock()
        try await LiveWorld.run(clock: clock) { world in
            let channel = Channel.project(world.project.id)
            let (page, other) = (
                try await SocketClient.connect(to: world, "?client=page-1"), try await SocketClient.connect(to: world)
            )
            try await page.subscribe(["projectId": "website"])
            try await other.subscribe(["channel": "hub"])
            #expect(world.hub.broker.watcherCount(of: channel) == 1)
            page.close()
            _ = try await page.end()
            let again = try await SocketClient.connect(to: world, "?client=page-1")
            let data = try await again.subscribe(["projectId": "website"])
            #expect(data["viewersTotal"] == 1)
            #expect(data["viewers"]?.array?.first?["connections"] == 1)
            again.close()
            _ = try await again.end()
            while world.hub.broker.statistics.viewers > 1 { await Task.yield() }
            #expect(world.hub.broker.watcherCount(of: channel) == 1)
            await clock.waitForSleepers()
            clock.advance(by: .seconds(BrokerLimits().presenceGraceSeconds))
            while world.hub.broker.watcherCount(of: channel) > 0 { await Task.yield() }
        }
    }

    @Test("an event stream watches too")
    func stream() async throws {
        try await LiveWorld.run { world in
            let anna = try await SocketClient.connect(to: world)
            try await anna.subscribe(["projectId": "website"])
            let (port, path) = (world.server.port, "/api/projects/website/events/stream?client=tail")
            let stream = try await offPool { () -> StreamClient in
                let stream = try StreamClient(port: port, path)
                _ = try stream.readHead()
                return stream
            }
            let first = try await offPool { try stream.next() }
            #expect(first.event == "subscribed" && first.data?.contains(#""viewersTotal":1"#) == true)
            let updated = try await anna.nextPresence()
            #expect(updated["data"]?["viewers"]?.array?.first?["connections"] == 2)
        }
    }

    @Test("is of projects, runs and cards; a state needs a subscription and has a limit")
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
            let hub = try await client.subscribe(["channel": "hub"])
            #expect(hub["viewers"] == nil && hub["viewersTotal"] == nil)
            client.send("presence", id: 4, ["channel": "hub", "state": 1])
            _ = try await client.expectError(.badRequest, id: 4)
        }
    }

    @Test(
        "a name that a client gives itself is short and plain",
        arguments: ["", "a%20b", "%C3%A4", String(repeating: "a", count: 65)])
    func badName(name: String) async throws {
        try await LiveWorld.run { world in
            let port = world.server.port
            let head = try await offPool {
                try StreamClient(port: port, "/api/projects/website/events/stream?client=\(name)").readHead()
            }
            #expect(head.hasPrefix("HTTP/1.1 400"))
        }
    }
}
