import Journal
import Logging
import Model
import RoostTesting
import Testing
import Transport

@testable import Hub

@Suite("The channel of the hub's log", .timeLimit(.minutes(2))) struct LogChannelTests {
    private func messages(_ lines: JSONValue?) -> [String] {
        lines?.array?.compactMap { $0["message"]?.string } ?? []
    }

    @Test("shows the newest lines, then each as it comes, from a level on")
    func whole() async throws {
        try await LiveWorld.run(limits: { $0.logLinesMax = 3 }) { world in
            let publishing = Task { await world.hub.publishLog() }
            defer { publishing.cancel() }
            var log = Logger(label: "test") { _ in HubLogHandler(world.hub.hubLog) }
            log.logLevel = .trace
            log[metadataKey: "part"] = "broker"
            for number in 1...4 {
                log.log(level: number == 2 ? .info : .error, "old \(number)", metadata: ["n": "\(number)"])
            }
            let all = try await SocketClient.connect(to: world)
            let grave = try await SocketClient.connect(to: world)
            let snapshot = try await all.subscribe(["channel": "logs", "snapshot": true])["snapshot"]
            #expect(messages(snapshot?["lines"]) == ["old 2", "old 3", "old 4"] && snapshot?["linesTotal"] == 4)
            #expect(snapshot?["lines"]?.array?.last?["metadata"] == ["part": "broker", "n": "4"])
            let worse = try await grave.subscribe(
                ["channel": "logs", "snapshot": true, "filter": ["level": "warning"]])["snapshot"]
            #expect(messages(worse?["lines"]) == ["old 3", "old 4"])
            log.debug("small")
            log.critical("large")
            // What was logged before may come again, and is known by its number.
            var line = try await all.expect("log.line")
            while (line["data"]?["number"]?.integer ?? 0) <= 4 { line = try await all.expect("log.line") }
            #expect(line["data"]?["message"] == "small" && line["data"]?["level"] == "debug" && line["seq"] == nil)
            #expect(try await all.expect("log.line")["data"]?["message"] == "large")
            line = try await grave.expect("log.line")
            while (line["data"]?["number"]?.integer ?? 0) <= 4 { line = try await grave.expect("log.line") }
            #expect(line["data"]?["message"] == "large")
        }
    }

    @Test("has nothing of the hub's events, and no other channel has lines")
    func apart() async throws {
        try await LiveWorld.run { world in
            let publishing = Task { await world.hub.publishLog() }
            defer { publishing.cancel() }
            let (logs, hub) = (try await SocketClient.connect(to: world), try await SocketClient.connect(to: world))
            try await logs.subscribe(["channel": "logs"])
            try await hub.subscribe(["channel": "hub", "filter": ["types": ["log.line", "project.updated"]]])
            world.hub.hubLog.put(.notice, "a line", [:])
            _ = try await world.journal.change(.hub, by: .local) { [project = world.project] in
                try $0.put(project, as: .projectUpdated)
            }
            try await hub.expect("project.updated")
            #expect(try await logs.expect("log.line")["data"]?["message"] == "a line")
            logs.send("ping")
            try await logs.expect("pong")
        }
    }

    @Test("is for administrators, and ends with that right")
    func access() async throws {
        try await LiveWorld.run { world in
            try await world.setUp()
            let (ada, second) = (try await world.people.make("ada"), try await world.people.make("second", .admin))
            let narrow = try await world.people.make("narrow", .admin) { $0.projects = [world.project.id] }
            for person in [ada, narrow] {
                let client = try await SocketClient.connect(to: world, person.query)
                client.send("subscribe", id: 1, ["channel": "logs"])
                #expect(try await client.expectError(.forbidden, id: 1)["ability"] == "hub:admin")
            }
            let client = try await SocketClient.connect(to: world, second.query)
            try await client.subscribe(["channel": "logs"])
            try await world.people.set(.member, for: second.user)
            #expect(try await client.expect("gap")["data"]?["reason"] == "access")
        }
    }

    @Test("is an event stream too") func stream() async throws {
        try await LiveWorld.run { world in
            let publishing = Task { await world.hub.publishLog() }
            defer { publishing.cancel() }
            let port = world.server.port
            let stream = try await offPool { () -> StreamClient in
                let stream = try StreamClient(port: port, "/api/logs/stream?level=error")
                _ = try stream.readHead()
                return stream
            }
            #expect(try await offPool { try stream.next() }.event == "subscribed")
            world.hub.hubLog.put(.warning, "not this", [:])
            world.hub.hubLog.put(.error, "this", [:])
            let block = try await offPool { try stream.next() }
            #expect(block.event == "log.line" && block.data?.contains(#""message":"this""#) == true)
        }
    }

    @Test("cuts what is long, between characters") func long() {
        var limits = LiveLimits()
        limits.logTextBytesMax = 5
        let log = HubLog(limits: limits, clock: ManualClock())
        log.put(.info, "äöüß", ["key": "123456"])
        let text = String(decoding: log.snapshot(from: nil), as: UTF8.self)
        #expect(text.contains(#""message":"äö…""#) && text.contains(#""key":"12345…""#))
    }
}
