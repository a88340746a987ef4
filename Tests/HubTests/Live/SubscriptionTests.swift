import Broker
import Hub
import Journal
import Model
import Testing
import Wire

@Suite("A WebSocket's subscriptions", .timeLimit(.minutes(2))) struct SubscriptionTests {
    @Test("begin with hello, which names the limits")
    func hello() async throws {
        try await LiveWorld.run { world in
            let client = try await SocketClient.open(world)
            let data = try await client.expect("hello")["data"] ?? .null
            #expect(data["protocol"]?.integer == 1)
            #expect(data["server"]?.string == "roost/1")
            #expect(data["node"]?.string == "here")
            #expect(data["connectionId"]?.string?.hasPrefix("con_") == true)
            #expect(data["user"]?["id"]?.string == "local")
            #expect(data["limits"]?["subscriptionsMax"]?.integer == 256)
            #expect(data["pingIntervalMs"]?.integer == 25_000)
        }
    }

    @Test("show the state at a position, and every event after it, each on its channel")
    func snapshotThenEvents() async throws {
        try await LiveWorld.run { world in
            let card = try await world.addCard("first")
            let client = try await SocketClient.connect(to: world)
            let data = try await client.subscribe(["projectId": "website", "snapshot": true])
            let position = try await world.position()
            #expect(data["channel"]?.string == world.channel)
            #expect(data["epoch"]?.string == position.epoch)
            #expect(data["seq"]?.integer == Int64(position.seq))
            #expect(data["recovered"] == false)
            let snapshot = data["snapshot"] ?? .null
            #expect(snapshot["project"]?["slug"] == "website")
            #expect(snapshot["cards"]?.array?.map { $0["id"]?.string } == [card.id.rawValue])
            for name in ["boards", "columns"] { #expect(snapshot[name]?.array?.count == 1) }
            for name in ["runs", "approvals"] { #expect(snapshot[name] == []) }

            for number in 1...5 { try await world.addCard("card \(number)") }
            for number in 1...5 {
                let text = try await client.nextText()
                #expect(text.hasPrefix(#"{"channel":"\#(world.channel)","type":"card.created","#))
                let event = try WireJSON.parse(Array(text.utf8))
                #expect(event["seq"]?.integer == Int64(position.seq) + Int64(number))
                #expect(event["data"]?["title"]?.string == "card \(number)")
            }
        }
    }

    @Test("go on after a position that is known", arguments: [true, false])
    func resumed(asText: Bool) async throws {
        try await LiveWorld.run { world in
            let seen = try await world.position()
            for number in 1...4 { try await world.addCard("card \(number)") }
            let client = try await SocketClient.connect(to: world)
            let after: JSONValue =
                asText
                ? .string(seen.description) : ["epoch": .string(seen.epoch), "seq": .integer(Int64(seen.seq))]
            let data = try await client.subscribe([
                "channel": .string(world.channel), "after": after, "snapshot": true,
            ])
            #expect(data["recovered"] == true)
            #expect(data["snapshot"] == nil, "what follows is all that is missing")
            #expect(data["seq"]?.integer == Int64(seen.seq))
            for number in 1...4 {
                #expect(try await client.next()["seq"]?.integer == Int64(seen.seq) + Int64(number))
            }
        }
    }

    @Test("cannot go on after a position that is not, and say so", arguments: ["other-1", "EPOCH-1000"])
    func notRecovered(after: String) async throws {
        try await LiveWorld.run { world in
            let position = try await world.position()
            let client = try await SocketClient.connect(to: world)
            let after = after.replacing("EPOCH", with: position.epoch)
            let data = try await client.subscribe([
                "channel": .string(world.channel), "after": .string(after), "snapshot": true,
            ])
            #expect(data["recovered"] == false)
            #expect(data["seq"]?.integer == Int64(position.seq))
            #expect(data["snapshot"]?["cards"] == [])
        }
    }

    @Test("of a run show what happens in it alone")
    func runChannel() async throws {
        try await LiveWorld.run(limits: { $0.snapshotEntriesMax = 2 }) { world in
            let card = try await world.addCard()
            let (run, other) = (try await world.addRun(of: card), try await world.addRun(of: card))
            try await world.say(["a", "b", "c"], in: run)
            let client = try await SocketClient.connect(to: world)
            let data = try await client.subscribe(["channel": .string("run:\(run.id)"), "snapshot": true])
            let snapshot = data["snapshot"] ?? .null
            #expect(snapshot["run"]?["id"]?.string == run.id.rawValue)
            #expect(snapshot["entries"]?.array?.map { $0["content"]?["text"] } == ["b", "c"])
            #expect(snapshot["entriesTotal"]?.integer == 3)
            #expect(snapshot["processes"] == [])
            #expect(snapshot["approvals"] == [])

            try await world.say(["not here"], in: other)
            try await world.say(["here"], in: run, from: 3)
            let event = try await client.expect("entry.added")
            #expect(event["channel"]?.string == "run:\(run.id)")
            #expect(event["data"]?["content"]?["text"] == "here")
        }
    }

    @Test("of a card show its runs, and of the hub its projects")
    func cardAndHub() async throws {
        try await LiveWorld.run { world in
            let card = try await world.addCard()
            let run = try await world.addRun(of: card)
            let client = try await SocketClient.connect(to: world)
            let data = try await client.subscribe(["channel": .string("card:\(card.id)"), "snapshot": true])
            #expect(data["snapshot"]?["card"]?["id"]?.string == card.id.rawValue)
            #expect(data["snapshot"]?["runs"]?.array?.map { $0["id"]?.string } == [run.id.rawValue])
            let hub = try await client.subscribe(["channel": "hub", "snapshot": true])
            #expect(hub["snapshot"]?["projects"]?.array?.count == 1)

            var project = world.project
            project.name = "New"
            let changed = project
            _ = try await world.journal.change(.hub, by: .local) { try $0.put(changed, as: .projectUpdated) }
            let event = try await client.expect("project.updated")
            #expect(event["channel"] == "hub")
            #expect(event["data"]?["name"] == "New")
        }
    }

    @Test("bring what their filter admits, and a second one of the same channel takes the first one's place")
    func replaced() async throws {
        try await LiveWorld.run { world in
            let client = try await SocketClient.connect(to: world)
            try await client.subscribe(["projectId": .string(world.project.id.rawValue)])
            try await client.subscribe(["projectId": "website", "filter": ["topics": ["run"]]])
            let card = try await world.addCard()
            _ = try await world.addRun(of: card)
            try await client.expect("run.created")
            #expect(world.hub.broker.statistics.subscriptions == 1)
        }
    }

    @Test("end when the client says so")
    func unsubscribed() async throws {
        try await LiveWorld.run { world in
            let client = try await SocketClient.connect(to: world)
            try await client.subscribe(["projectId": "website"])
            try await world.addCard()
            try await client.expect("card.created")
            client.send("unsubscribe", id: 1, ["projectId": "website"])
            let answer = try await client.expect("unsubscribed")
            #expect(answer["id"] == 1)
            #expect(answer["channel"]?.string == world.channel)
            try await world.addCard()
            client.send("ping", id: 2)
            try await client.expect("pong")
            client.send("unsubscribe", id: 3, ["channel": .string(world.channel)])
            _ = try await client.expectError(.notSubscribed, id: 3)
        }
    }

    @Test("end with a gap when the history is not continued")
    func epochGap() async throws {
        try await LiveWorld.run { world in
            let client = try await SocketClient.connect(to: world)
            try await client.subscribe(["projectId": "website"])
            let position = try await world.position()
            let header = EventHeader(seq: 8, type: .cardCreated, severity: .info, context: EventContext())
            world.hub.ingest([
                CommittedEvent(
                    journal: world.scope, epoch: "restored", header: header, payload: Array(#"{"a":1}"#.utf8))
            ])
            let gap = try await client.expect("gap")["data"]
            #expect(
                gap == [
                    "from": .string(position.description), "to": "restored-7", "reason": "epoch", "resubscribe": true,
                ])
        }
    }

    static let refusals: [(JSONValue, HubError.Code)] = [
        ([:], .validationFailed),
        (["projectId": "website", "channel": "hub"], .validationFailed),
        (["projectId": "nowhere"], .projectNotFound),
        (["channel": "project:nowhere"], .projectNotFound),
        (["channel": "nonsense"], .channelNotFound),
        (["channel": "run:run_00000000000000000000000009"], .runNotFound),
        (["channel": "card:crd_00000000000000000000000009"], .cardNotFound),
        (["projectId": "website", "after": "nonsense"], .validationFailed),
        (["projectId": "website", "after": ["epoch": "e", "seq": -1]], .validationFailed),
        (["projectId": "website", "snapshot": 1], .validationFailed),
        (["projectId": "website", "filter": ["types": ["card.exploded"]]], .validationFailed),
        (["projectId": "website", "fliter": [:]], .validationFailed),
    ]

    @Test("are refused when they make no sense", arguments: refusals)
    func refused(payload: JSONValue, code: HubError.Code) async throws {
        try await LiveWorld.run { world in
            let client = try await SocketClient.connect(to: world)
            client.send("subscribe", id: "x", payload)
            _ = try await client.expectError(code, id: "x")
        }
    }

    @Test("are so many at most, and the error names the limit")
    func limit() async throws {
        try await LiveWorld.run(limits: { $0.subscriptionsMax = 2 }) { world in
            let card = try await world.addCard()
            let client = try await SocketClient.connect(to: world)
            try await client.subscribe(["projectId": "website"])
            try await client.subscribe(["channel": .string("card:\(card.id)")])
            client.send("subscribe", id: 1, ["channel": "hub"])
            #expect(try await client.expectError(.limitExceeded, id: 1)["limit"] == "subscriptionsMax")
            try await client.subscribe(["projectId": "website"])
        }
    }

    @Test("have a snapshot of so many bytes at most, and the error names the limit")
    func snapshotLimit() async throws {
        try await LiveWorld.run(limits: { $0.snapshotBytesMax = 2_000 }) { world in
            for _ in 0..<10 { try await world.addCard() }
            let client = try await SocketClient.connect(to: world)
            client.send("subscribe", id: 1, ["projectId": "website", "snapshot": true])
            #expect(try await client.expectError(.limitExceeded, id: 1)["limit"] == "snapshotBytesMax")
            try await client.subscribe(["projectId": "website"])
        }
    }

    @Test("have long texts cut where a snapshot does not fit, less and less of them, and say so")
    func cutTexts() async throws {
        try await LiveWorld.run {
            ($0.snapshotBytesMax, $0.snapshotTextBytesMax, $0.snapshotReuseMs) = (16_000, 4_096, 0)
        } _: { world in
            let long = String(repeating: "x", count: 9_999) + "\u{E9}"
            let first = try await world.addCard(prompt: long)
            func cards() async throws -> [JSONValue] {
                let client = try await SocketClient.connect(to: world)
                let data = try await client.subscribe(["projectId": "website", "snapshot": true])
                return data["snapshot"]?["cards"]?.array ?? []
            }
            #expect(try await cards().first?["prompt"]?.string == long, "it fits, and is whole")
            #expect(try await cards().first?["truncated"] == nil)
            for (cardCount, textBytes) in [(3, 4_096), (8, 1_024), (15, 256), (24, 64)] {
                for _ in try await cards().count..<cardCount { try await world.addCard(prompt: long) }
                let shown = try await cards()
                #expect(shown.count == cardCount)
                #expect(Set(shown.map { $0["prompt"]?.string?.utf8.count }) == [textBytes])
                #expect(
                    shown.first { $0["id"]?.string == first.id.rawValue }?["truncated"]
                        == [
                            "href": .string("/api/cards/\(first.id)"),
                            "fields": [["pointer": "/prompt", "sizeBytes": 10_001]],
                        ])
            }
        }
    }

    @Test("show a run whose entries do not fit, each with the page on which it is whole")
    func cutEntries() async throws {
        try await LiveWorld.run {
            ($0.snapshotBytesMax, $0.snapshotTextBytesMax, $0.snapshotEntriesMax) = (16_000, 100, 150)
        } _: { world in
            let run = try await world.addRun(of: world.addCard())
            try await world.say(Array(repeating: String(repeating: "x", count: 4_500), count: 3), in: run)
            func entries() async throws -> [JSONValue] {
                let client = try await SocketClient.connect(to: world)
                let data = try await client.subscribe(["channel": .string("run:\(run.id)"), "snapshot": true])
                return data["snapshot"]?["entries"]?.array ?? []
            }
            #expect(try await entries().map { $0["truncated"] == nil } == [true, true, true])
            try await world.say([String(repeating: "y", count: 4_500)], in: run, from: 3)
            #expect(
                try await entries().map { $0["truncated"]?["href"]?.string } == [
                    "/api/runs/\(run.id)/entries?limit=1", "/api/runs/\(run.id)/entries?cursor=0&limit=1",
                    "/api/runs/\(run.id)/entries?cursor=1&limit=1", "/api/runs/\(run.id)/entries?cursor=2&limit=1",
                ])
            #expect(try await entries().last?["content"]?["text"]?.string?.utf8.count == 100)
        }
    }

    @Test("show the newest of more entries than are read at once")
    func newestEntries() async throws {
        try await LiveWorld.run {
            $0.snapshotEntriesMax = 250
        } _: { world in
            let run = try await world.addRun(of: world.addCard())
            try await world.say((0..<400).map { "\($0)" }, in: run)
            let client = try await SocketClient.connect(to: world)
            let data = try await client.subscribe(["channel": .string("run:\(run.id)"), "snapshot": true])
            let shown = data["snapshot"]?["entries"]?.array?.map { $0["content"]?["text"]?.string }
            #expect(shown == (150..<400).map { "\($0)" })
        }
    }
}
