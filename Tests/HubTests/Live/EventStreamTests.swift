import Broker
@testable import Engine
import Hub
import Model
import Testing
import Transport

@Suite("Event streams", .timeLimit(.minutes(2))) struct EventStreamTests {
    @Test("say where they begin, then every event under its position")
    func events() async throws {
        try await LiveWorld.run { world in
            let (port, position) = (world.server.port, try await world.position())
            let stream = try await offPool { try StreamClient(port: port, "/api/projects/website/events/stream") }
            let head = try await offPool { try stream.readHead() }
            #expect(head.hasPrefix("HTTP/1.1 200 "))
            #expect(head.contains("Content-Type: text/event-stream\r\n"))
            let subscribed = try await offPool { try stream.next() }
            #expect(subscribed.event == "subscribed")
            #expect(subscribed.id == position.description)
            let place = #""epoch":"\#(position.epoch)","seq":\#(position.seq)"#
            #expect(
                subscribed.data?.hasPrefix(#"{"channel":"\#(world.channel)",\#(place),"recovered":false,"viewers":["#)
                    == true)
            try await world.addCard("first")
            let event = try await offPool { try stream.next() }
            #expect(event.event == "card.created")
            #expect(event.id == "\(position.epoch)-\(position.seq + 1)")
            #expect(event.data?.hasPrefix(#"{"type":"card.created","seq":\#(position.seq + 1),"#) == true)
        }
    }

    @Test("resume after the last event", arguments: ["header", "query"])
    func resumed(by way: String) async throws {
        try await LiveWorld.run { world in
            let (port, position) = (world.server.port, try await world.position())
            for number in 1...3 { try await world.addCard("card \(number)") }
            let path = "/api/projects/\(world.project.id)/events/stream"
            let stream = try await offPool {
                way == "header"
                    ? try StreamClient(port: port, path, headers: ["Last-Event-ID: \(position)"])
                    : try StreamClient(port: port, path + "?lastEventId=\(position)")
            }
            let blocks = try await offPool {
                _ = try stream.readHead()
                return try (0..<4).map { _ in try stream.next() }
            }
            #expect(blocks[0].data?.contains(#""recovered":true"#) == true)
            #expect(blocks.map(\.id) == (0...3 as ClosedRange<UInt64>).map { "\(position.epoch)-\(position.seq + $0)" })
        }
    }

    @Test("say what cannot be resumed, and go on from now", arguments: ["other-3", "nonsense"])
    func notRecovered(last: String) async throws {
        try await LiveWorld.run { world in
            let (port, position) = (world.server.port, try await world.position())
            let stream = try await offPool {
                try StreamClient(
                    port: port, "/api/projects/website/events/stream", headers: ["Last-Event-ID: \(last)"])
            }
            let blocks = try await offPool {
                _ = try stream.readHead()
                return [try stream.next(), try stream.next()]
            }
            #expect(blocks.map(\.event) == ["subscribed", "gap"])
            #expect(blocks[1].data?.contains(#""reason":"epoch""#) == true)
            #expect(blocks[1].data?.contains(#""to":"\#(position)""#) == true)
            try await world.addCard()
            #expect(try await offPool { try stream.next() }.event == "card.created")
        }
    }

    @Test("of a run bring its events, named as the client likes, and its text as it comes")
    func run() async throws {
        try await LiveWorld.run { world in
            let port = world.server.port
            let run = try await world.addRun(of: try await world.addCard())
            let stream = try await offPool {
                let stream = try StreamClient(
                    port: port, "/api/runs/\(run.id)/events/stream?eventName=agent_event&topics=entry")
                _ = try stream.readHead()
                _ = try stream.next()
                return stream
            }
            try await world.addCard("elsewhere")
            try await world.say(["hello"], in: run)
            let event = try await offPool { try stream.next() }
            #expect(event.event == "agent_event")
            #expect(event.data?.contains(#""type":"entry.added""#) == true)
            world.hub.publish([
                LiveUpdate(
                    projectId: run.projectId, cardId: run.cardId, runId: run.id, index: 1, kind: .thinking, text: "so")
            ])
            let delta = try await offPool { try stream.next() }
            #expect(delta.event == "entry.delta")
            #expect(delta.id == nil, "it is no place to come back to")
            #expect(delta.data == #"{"runId":"\#(run.id)","index":1,"kind":"thinking","text":"so"}"#)
        }
    }

    @Test("end with a gap when their subscription does")
    func cut() async throws {
        try await LiveWorld.run { world in
            let port = world.server.port
            let stream = try await offPool {
                let stream = try StreamClient(port: port, "/api/projects/website/events/stream")
                _ = try stream.readHead()
                _ = try stream.next()
                return stream
            }
            while world.hub.broker.statistics.subscriptions == 0 { await Task.yield() }
            try await world.setUp()
            let gap = try await offPool { try stream.next() }
            #expect(gap.event == "gap")
            #expect(gap.data?.contains(#""reason":"access""#) == true)
            #expect(try await offPool { try stream.isAtEnd() })
        }
    }

    static let refusals: [(String, String, [String], Int)] = [
        ("GET", "/api/projects/nowhere/events/stream", [], 404),
        ("GET", "/api/runs/nothing/events/stream", [], 404),
        ("GET", "/api/boards/nothing/events/stream", [], 404),
        ("GET", "/api/projects/website/events/stream?types=card.exploded", [], 422),
        ("GET", "/api/projects/website/events/stream", ["Accept: application/json"], 406),
        ("POST", "/api/projects/website/events/stream", ["Content-Length: 0"], 405),
        ("HEAD", "/api/projects/website/events/stream", [], 200),
        ("POST", "/api/ws", ["Content-Length: 0"], 405),
        ("GET", "/api/ws", [], 426),
        ("OPTIONS", "/api/ws", [], 204),
    ]

    @Test("are refused like any request", arguments: refusals)
    func refused(method: String, path: String, headers: [String], status: Int) async throws {
        try await LiveWorld.run { world in
            let port = world.server.port
            let head = try await offPool {
                try StreamClient(port: port, path, method: method, headers: headers).readHead()
            }
            #expect(head.hasPrefix("HTTP/1.1 \(status) "))
        }
    }
}
