import Broker
import Hub
import Journal
import Model
import RoostTesting
import Testing
import Transport
import Wire

@Suite("The stream over all projects", .timeLimit(.minutes(2))) struct ProjectsStreamTests {
    @Test("brings every project's events, those that come while it runs, and lets go of those that end")
    func joinsAndLeaves() async throws {
        try await LiveWorld.run { world in
            let (port, start) = (world.server.port, try await world.position())
            let stream = try await offPool {
                let stream = try StreamClient(port: port, "/api/events")
                _ = try stream.readHead()
                return stream
            }
            let subscribed = try await offPool { try stream.next() }
            #expect(subscribed.event == "subscribed")
            #expect(subscribed.id == VectorPosition([world.project.id: start]).description)
            #expect(subscribed.data == #"{"channel":"projects","projects":1,"recovered":false}"#)

            try await world.addCard("first")
            let (event, after) = try await offPool { (try stream.next(), try stream.next()) }
            #expect(event.event == "card.created")
            #expect(event.id == nil)
            #expect(after.event == "position")
            let one = JournalPosition(epoch: start.epoch, seq: start.seq + 1)
            #expect(after.id == VectorPosition([world.project.id: one]).description)

            let other = try await makeProject("other", in: world)
            let created = try await offPool { (try stream.next(), try stream.next()) }
            #expect(created.0.event == "project.created")
            #expect(created.0.data?.contains(other.rawValue) == true)
            #expect(created.1.id.flatMap(VectorPosition.init)?.positions[other]?.seq == 1)

            try await archive(other, in: world)
            let archived = try await offPool { (try stream.next(), try stream.next()) }
            #expect(archived.0.event == "project.archived")
            while world.hub.broker.statistics.subscriptions > 1 { await Task.yield() }
            try await world.addCard("second")
            let last = try await offPool { () throws -> StreamClient.Block in
                while try stream.next().event != "card.created" {}
                return try stream.next()
            }
            #expect(last.id.flatMap(VectorPosition.init)?.positions.keys.map(\.self) == [world.project.id])
        }
    }

    @Test("a project that comes back from the archive goes on where it was left, and nothing of it comes twice")
    func comesBack() async throws {
        try await LiveWorld.run { world in
            let port = world.server.port
            let other = try await makeProject("other", in: world)
            let stream = try await offPool {
                let stream = try StreamClient(port: port, "/api/events")
                _ = try stream.readHead()
                _ = try stream.next()
                return stream
            }
            for _ in 0..<2 {
                try await archive(other, in: world)
                let archived = try await offPool { () throws -> StreamClient.Block in
                    var block = try stream.next()
                    while block.event == "position" { block = try stream.next() }
                    return block
                }
                #expect(archived.event == "project.archived")
                while world.hub.broker.statistics.subscriptions > 1 { await Task.yield() }
                _ = try await world.journal.change(.project(other), by: .local) { tx in
                    var project = try tx.required(other)
                    project.status = .ready
                    try tx.put(project, as: .projectUpdated)
                }
                let back = try await offPool { () throws -> StreamClient.Block in
                    var block = try stream.next()
                    while block.event == "position" { block = try stream.next() }
                    return block
                }
                #expect(back.event == "project.updated")
            }
        }
    }

    @Test("resumes each journal exactly, and a project that was made meanwhile from its beginning")
    func resumes() async throws {
        try await LiveWorld.run { world in
            let (port, seen) = (world.server.port, try await world.position())
            for number in 1...3 { try await world.addCard("card \(number)") }
            let other = try await makeProject("other", in: world)
            let last = VectorPosition([world.project.id: seen]).description
            let blocks = try await offPool {
                let stream = try StreamClient(port: port, "/api/events", headers: ["Last-Event-ID: \(last)"])
                _ = try stream.readHead()
                var blocks: [StreamClient.Block] = []
                while blocks.filter({ $0.id == nil }).count < 4 || blocks.last?.event != "position" {
                    blocks.append(try stream.next())
                }
                return blocks
            }
            #expect(blocks[0].data?.contains(#""recovered":true"#) == true)
            #expect(blocks.filter { $0.event == "card.created" }.count == 3)
            #expect(blocks.filter { $0.event == "project.created" }.map { $0.data?.contains(other.rawValue) } == [true])
            #expect(!blocks.contains { $0.event == "gap" })
            let end = blocks.last?.id.flatMap(VectorPosition.init)
            #expect(end?.positions[world.project.id]?.seq == seen.seq + 3)
            #expect(end?.positions[other]?.seq == 1)
        }
    }

    @Test("says for each journal what cannot be resumed, and goes on from now", arguments: ["nonsense", "EPOCH"])
    func gap(last: String) async throws {
        try await LiveWorld.run { world in
            let (port, head) = (world.server.port, try await world.position())
            let stale = VectorPosition([world.project.id: JournalPosition(epoch: "other", seq: 1)]).description
            let last = last == "EPOCH" ? stale : last
            let stream = try await offPool {
                let stream = try StreamClient(port: port, "/api/events", headers: ["Last-Event-ID: \(last)"])
                _ = try stream.readHead()
                return stream
            }
            let (subscribed, gap) = try await offPool { (try stream.next(), try stream.next()) }
            #expect(subscribed.data?.contains(#""recovered":false"#) == true)
            #expect(gap.event == "gap")
            #expect(gap.data?.contains(#""channel":"\#(world.channel)""#) == true)
            #expect(gap.data?.contains(#""to":"\#(head)","reason":"epoch""#) == true)
            try await world.addCard()
            #expect(try await offPool { try stream.next() }.event == "card.created")
        }
    }

    @Test("filters like every stream")
    func filters() async throws {
        try await LiveWorld.run { world in
            let port = world.server.port
            let stream = try await offPool {
                let stream = try StreamClient(port: port, "/api/events?topics=run")
                _ = try stream.readHead()
                _ = try stream.next()
                return stream
            }
            _ = try await world.addRun(of: try await world.addCard())
            #expect(try await offPool { try stream.next() }.event == "run.created")
        }
    }

    @Test("is refused where a position could not name all projects")
    func tooMany() async throws {
        try await LiveWorld.run { world in
            for number in 1...VectorPosition.projectsMax { _ = try await makeProject("p\(number)", in: world) }
            let port = world.server.port
            let head = try await offPool { try StreamClient(port: port, "/api/events").readHead() }
            #expect(head.hasPrefix("HTTP/1.1 422 "))
        }
    }

    private func makeProject(_ slug: String, in world: LiveWorld) async throws -> Project.ID {
        let project = Project(
            id: world.ids.make(), slug: slug, name: slug, path: "/\(slug)", defaultBranch: "main", at: world.clock.now()
        )
        _ = try await world.journal.change(.hub, by: .local) { try $0.put(project, as: .projectCreated) }
        return project.id
    }

    private func archive(_ id: Project.ID, in world: LiveWorld) async throws {
        _ = try await world.journal.change(.project(id), by: .local) { tx in
            var project = try tx.required(id)
            project.status = .archived
            try tx.put(project, as: .projectArchived)
        }
    }
}
