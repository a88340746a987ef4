import Broker
import Journal
import Model
import RoostTesting
import Testing
import Transport
import Wire

@testable import Hub

@Suite("Access of those who watch", .timeLimit(.minutes(2))) struct LiveAccessTests {
    @Test("who loses a project is told so where it stood, and hears nothing more of it")
    func removed() async throws {
        try await LiveWorld.run { world in
            try await world.setUp()
            let (ada, bob) = (try await world.people.make("ada"), try await world.people.make("bob"))
            let membership = try await world.people.join(ada, world.project.id, .viewer)
            try await world.people.join(bob, world.project.id, .viewer)
            let (leaving, staying) = (
                try await SocketClient.connect(to: world, ada.query),
                try await SocketClient.connect(to: world, bob.query)
            )
            let filter: JSONValue = ["topics": ["card", "member", "project"]]
            try await leaving.subscribe(["projectId": "website", "filter": filter])
            try await leaving.subscribe(["channel": "hub"])
            try await staying.subscribe(["projectId": "website", "filter": filter])
            let position = try await world.position()

            try await world.people.remove(membership)
            let frames = [try await leaving.next(), try await leaving.next()].sorted { $0.type < $1.type }
            #expect(frames.map(\.type) == ["gap", "member.deleted"], "among channels there is no order")
            #expect(frames[0]["channel"]?.string == world.channel)
            #expect(
                frames[0]["data"] == [
                    "from": .string(position.description), "to": .string(position.description), "reason": "access",
                    "resubscribe": false,
                ], "the removal itself is of the project too")
            #expect(frames[1]["channel"] == "hub", "whom it concerns may know")
            try await world.addCard()
            try await staying.expect("member.deleted")
            try await staying.expect("card.created")
            leaving.send("subscribe", id: 1, ["projectId": "website"])
            _ = try await leaving.expectError(.projectNotFound, id: 1)
            _ = try await world.journal.change(world.scope, by: .local) { [project = world.project] in
                try $0.put(project, as: .projectUpdated)
            }
            leaving.send("ping", id: 2)
            try await leaving.expect("pong")
        }
    }

    @Test("who loses a seat loses the organization's projects with it, and hears of the organization no more")
    func unseated() async throws {
        try await LiveWorld.run { world in
            try await world.setUp()
            let people = world.people
            let (ada, bob) = (try await people.make("ada"), try await people.make("bob"))
            let organization = try await people.makeOrganization(of: world.project.id)
            let seat = try await people.seat(ada, organization.id, .viewer)
            let leaving = try await SocketClient.connect(to: world, ada.query)
            let stranger = try await SocketClient.connect(to: world, bob.query)
            let filter: JSONValue = ["topics": ["organization", "seat"]]
            try await leaving.subscribe(["projectId": "website", "filter": ["topics": ["card"]]])
            try await leaving.subscribe(["channel": "hub", "filter": filter])
            try await stranger.subscribe(["channel": "hub", "filter": filter])
            func rename() async throws {
                _ = try await world.journal.change(.hub, by: .local) {
                    try $0.put(organization, as: .organizationUpdated)
                }
            }
            try await rename()
            try await leaving.expect("organization.updated")
            try await people.remove(seat)
            let frames = [try await leaving.next(), try await leaving.next()].sorted { $0.type < $1.type }
            #expect(frames.map(\.type) == ["gap", "seat.deleted"], "among channels there is no order")
            #expect(frames[0]["channel"]?.string == world.channel && frames[0]["data"]?["reason"] == "access")
            try await rename()
            for client in [leaving, stranger] {
                client.send("ping", id: 2)
                try await client.expect("pong")
            }
        }
    }

    /// The race that matters: the client is slow, the ring has gone, pages are to be read, and the right ends meanwhile.
    @Test("a slow client gets what was handed over, then the gap, then nothing", arguments: [false, true])
    func slow(isTokenRevoked: Bool) async throws {
        try await LiveWorld.run(
            limits: { ($0.pendingBytesMax, $0.historyPageBytesMax) = (64 << 10, 16 << 10) },
            broker: { $0.ringBytesMax = 16 << 10 }
        ) { world in
            try await world.setUp()
            let ada = try await world.people.make("ada")
            let membership = try await world.people.join(ada, world.project.id, .viewer)
            let client = try await SocketClient.connect(to: world, ada.query)
            try await client.subscribe(["projectId": "website"])
            client.setReceiving(false)
            let text = String(repeating: "x", count: 16 << 10)
            for number in 1...600 { try await world.addCard("\(number)", prompt: text) }
            let head = try await world.position()
            #expect(world.hub.broker.statistics.behind > 0, "there is something to be read for it")

            if isTokenRevoked {
                try await world.people.remove(ada.token)
            } else {
                try await world.people.remove(membership)
            }
            for number in 1...20 { try await world.addCard("late \(number)", prompt: text) }
            client.setReceiving(true)
            var last: UInt64 = 0
            while true {
                let frame = try await client.next()
                guard frame["type"] != "gap" else {
                    #expect(frame["data"]?["reason"] == "access")
                    break
                }
                last = frame["seq"]?.integer.map(UInt64.init) ?? 0
            }
            #expect(last < head.seq, "what was not handed over is not given any more")
            if isTokenRevoked {
                #expect(try await client.endAtOnce() == 4001)
            } else {
                client.send("ping", id: 1)
                try await client.expect("pong")
            }
        }
    }

    @Test("a token that is revoked, or expires, ends its subscriptions and its connection, and no other's")
    func lost() async throws {
        let clock = ImpatientClock()
        try await LiveWorld.run(clock: clock) { world in
            let root = try await world.setUp()
            let brief = try await world.people.make("ada", .admin) {
                $0.expiresAt = clock.now().adding(milliseconds: 3_600_000)
            }
            let other = try await world.people.make("bob", .admin)
            var clients: [SocketClient] = []
            for person in [root, brief, other] {
                let client = try await SocketClient.connect(to: world, person.query)
                let filter: JSONValue = ["topics": ["card", "token"]]
                try await client.subscribe(["projectId": "website", "filter": filter])
                try await client.subscribe(["channel": "hub", "filter": filter])
                clients.append(client)
            }
            func expectEnd(_ client: SocketClient) async throws {
                let channels = [try await client.expect("gap")["channel"], try await client.expect("gap")["channel"]]
                #expect(Set(channels) == [.string(world.channel), "hub"])
                #expect(try await client.endAtOnce() == 4001)
            }
            try await world.people.remove(root.token)
            try await expectEnd(clients[0])
            try await clients[1].expect("token.deleted")
            try await clients[2].expect("token.deleted")
            clock.manual.advance(by: .seconds(3_600))
            try await expectEnd(clients[1])
            try await world.addCard()
            try await clients[2].expect("card.created")
        }
    }

    @Test("the hub's own channel shows what concerns the caller")
    func hubChannel() async throws {
        try await LiveWorld.run { world in
            let root = try await world.setUp()
            let ada = try await world.people.make("ada")
            let client = try await SocketClient.connect(to: world, ada.query)
            let empty = try await client.subscribe(["channel": "hub", "snapshot": true])
            #expect(empty["snapshot"] == ["projects": []])
            _ = try await world.people.make("bob")
            try await world.people.join(ada, world.project.id, .viewer)
            try await client.expect("member.created")
            _ = try await world.journal.change(world.scope, by: .local) { [project = world.project] in
                try $0.put(project, as: .projectUpdated)
            }
            try await client.expect("project.updated")
            let all = try await SocketClient.connect(to: world, root.query)
            let snapshot = try await all.subscribe(["channel": "hub", "snapshot": true])["snapshot"]
            #expect(snapshot?["projects"]?.array?.count == 1)
        }
    }
}

@Suite("One's own channel", .timeLimit(.minutes(2))) struct OwnChannelTests {
    private func ask(in world: LiveWorld) async throws -> Approval {
        let run = try await world.addRun(of: try await world.addCard())
        return try await world.journal.change(world.scope, by: .local) { tx in
            let process = ChildProcess(
                id: tx.make(), projectId: run.projectId, cardId: run.cardId, runId: run.id, reason: .codingagent,
                argv: ["true"], at: tx.now)
            try tx.put(process, as: .processCreated)
            let approval = Approval(
                id: tx.make(), projectId: run.projectId, cardId: run.cardId, runId: run.id, processId: process.id,
                requestKey: "1", type: .tool, title: "t", tool: "Bash", input: nil, at: tx.now, expiresAt: tx.now)
            try tx.put(approval, as: .approvalRequested)
            return approval
        }.value
    }

    @Test("tells what is about oneself, and what one may answer")
    func own() async throws {
        try await LiveWorld.run { world in
            let root = try await world.setUp()
            let ada = try await world.people.make("ada")
            let bob = try await world.people.make("bob")
            let (mine, hub) = (
                try await SocketClient.connect(to: world, ada.query),
                try await SocketClient.connect(to: world, root.query)
            )
            let data = try await mine.subscribe([
                "channel": "user:me", "snapshot": true, "filter": ["topics": ["approval", "member", "token"]],
            ])
            #expect(data["snapshot"]?["user"]?["name"] == "ada")
            #expect(data["snapshot"]?["tokens"]?.array?.count == 1)
            #expect(data["snapshot"]?["approvals"] == [])
            try await hub.subscribe(["channel": "hub", "filter": ["topics": ["approval", "member"]]])

            try await world.people.join(bob, world.project.id, .editor)
            _ = try await ask(in: world)
            let viewer = try await world.people.join(ada, world.project.id, .viewer)
            #expect(try await mine.expect("member.created")["userId"]?.string == ada.user.id.rawValue)
            _ = try await ask(in: world)
            try await world.people.remove(viewer)
            try await mine.expect("member.deleted")
            try await world.people.join(ada, world.project.id, .editor)
            try await mine.expect("member.created")
            let approval = try await ask(in: world)
            let event = try await mine.expect("approval.requested")
            #expect(event["channel"] == "user:me")
            #expect(event["data"]?["id"]?.string == approval.id.rawValue)
            for type in ["created", "created", "deleted", "created"] { try await hub.expect("member.\(type)") }

            let again = try await SocketClient.connect(to: world, ada.query)
            let snapshot = try await again.subscribe(["channel": "user:me", "snapshot": true])["snapshot"]
            #expect(snapshot?["approvals"]?.array?.count == 3, "those that wait already are hers to answer too")
            #expect(snapshot?["members"]?.array?.count == 1)
            try await world.people.remove(ada.token)
            #expect(try await mine.expect("gap")["channel"] == "user:me")
            #expect(try await mine.endAtOnce() == 4001)
        }
    }

    @Test("of a hub without users is its one user's")
    func local() async throws {
        try await LiveWorld.run { world in
            let client = try await SocketClient.connect(to: world)
            let data = try await client.subscribe(["channel": "user:me", "snapshot": true])
            #expect(data["snapshot"] == ["approvals": []])
            _ = try await ask(in: world)
            try await client.expect("approval.requested")
        }
    }
}

@Suite("Who a WebSocket is", .timeLimit(.minutes(2))) struct SocketAuthenticationTests {
    @Test("can be said in the first frame")
    func firstFrame() async throws {
        try await LiveWorld.run { world in
            let root = try await world.setUp()
            let client = try await SocketClient.open(world)
            #expect(try await client.expect("hello")["data"]?["user"] == nil)
            client.send("auth", id: 1, ["token": .string(root.secret)])
            #expect(try await client.expect("reply")["id"] == 1)
            try await client.subscribe(["projectId": "website"])
            client.send("auth", id: 2, ["token": .string(root.secret)])
            _ = try await client.expectError(.badRequest, id: 2)
        }
    }

    @Test("is said in the request, and then hello knows it", arguments: [true, false])
    func request(isHeader: Bool) async throws {
        try await LiveWorld.run { world in
            let root = try await world.setUp()
            let client = try await SocketClient.open(
                world, isHeader ? "" : root.query, authorization: isHeader ? "Bearer \(root.secret)" : nil)
            #expect(try await client.expect("hello")["data"]?["user"]?["name"] == "root")
        }
    }

    @Test("must be said, in time, before anything else, and rightly", arguments: ["late", "other", "wrong", "query"])
    func refused(how: String) async throws {
        let clock = ImpatientClock()
        try await LiveWorld.run(clock: clock) { world in
            try await world.setUp()
            let client = try await SocketClient.open(world, how == "query" ? "?token=rst_wrong" : "")
            if how != "query" { try await client.expect("hello") }
            switch how {
            case "late":
                await clock.manual.waitForSleepers()
                clock.manual.advance(by: .seconds(world.hub.limits.authenticationSeconds))
            case "other": client.send("subscribe", id: 7, ["projectId": "website"])
            case "wrong": client.send("auth", id: 7, ["token": "rst_wrong"])
            default: break
            }
            _ = try await client.expectError(.unauthenticated, id: ["other", "wrong"].contains(how) ? 7 : nil)
            #expect(try await client.endAtOnce() == 4001)
        }
    }

    @Test("when the hub gets its first user, those without a token are let go, the one who asked answered first")
    func firstUser() async throws {
        try await LiveWorld.run { world in
            let (client, other) = (try await SocketClient.connect(to: world), try await SocketClient.connect(to: world))
            try await client.subscribe(["projectId": "website"])
            world.operations.script { [world] _, _ throws(HubError) in
                do {
                    let root = try await world.setUp()
                    return OperationAnswer(data: WireJSON.encode(.string(root.secret)))
                } catch {
                    throw HubError(.internal, "\(error)")
                }
            }
            client.send("auth.setup", id: 1)
            let frames = [try await client.next(), try await client.next()]
            #expect(Set(frames.map { $0["type"] }) == ["gap", "reply"], "an answer may overtake")
            let secret = frames.compactMap { $0["type"] == "reply" ? $0["data"]?.string : nil }.first
            #expect(try await client.endAtOnce() == 4001)
            #expect(try await other.endAtOnce() == 4001)
            #expect(world.access.caller(showing: secret).isKnown)
        }
    }
}

@Suite("Access of event streams", .timeLimit(.minutes(2))) struct StreamAccessTests {
    private func open(_ path: String, _ person: Person, in world: LiveWorld) async throws -> StreamClient {
        let port = world.server.port
        return try await offPool {
            let stream = try StreamClient(port: port, path, headers: ["Authorization: Bearer \(person.secret)"])
            _ = try stream.readHead()
            return stream
        }
    }

    @Test("a stream over all projects lets go of one, takes another in, and ends with its token")
    func allProjects() async throws {
        try await LiveWorld.run { world in
            try await world.setUp()
            let ada = try await world.people.make("ada")
            let stream = try await open("/api/events", ada, in: world)
            #expect(try await offPool { try stream.next() }.data?.contains(#""projects":0"#) == true)
            let membership = try await world.people.join(ada, world.project.id, .viewer)
            let joined = try await offPool { () throws -> [String?] in
                [try stream.next(), try stream.next(), try stream.next(), try stream.next()].map(\.event)
            }
            #expect(joined == ["project.created", "board.created", "column.created", "member.created"])
            #expect(try await offPool { try stream.next() }.event == "position")
            try await world.people.remove(membership)
            let gap = try await offPool { try stream.next() }
            #expect(gap.event == "gap")
            #expect(gap.data?.contains(#""reason":"access""#) == true)
            try await world.addCard()
            try await world.people.remove(ada.token)
            let isAtEnd = try await offPool { () throws -> Bool in
                do {
                    while true { #expect(try stream.next().event == "position") }
                } catch {
                    return true
                }
            }
            #expect(isAtEnd)
        }
    }

    @Test("a project's stream ends with the right to it")
    func oneProject() async throws {
        try await LiveWorld.run { world in
            try await world.setUp()
            let ada = try await world.people.make("ada")
            let membership = try await world.people.join(ada, world.project.id, .viewer)
            let stream = try await open("/api/projects/website/events/stream", ada, in: world)
            #expect(try await offPool { try stream.next() }.event == "subscribed")
            try await world.people.remove(membership)
            let gap = try await offPool { try stream.next() }
            #expect(gap.event == "gap")
            #expect(try await offPool { try stream.isAtEnd() })
        }
    }

    @Test("whoever shows no token, or may not see it, is refused before it begins")
    func refused() async throws {
        try await LiveWorld.run { world in
            try await world.setUp()
            let ada = try await world.people.make("ada")
            let port = world.server.port
            for (path, headers, status) in [
                ("/api/events", [], 401), ("/api/projects/website/events/stream", [], 401),
                ("/api/projects/website/events/stream?token=rst_wrong", [], 401),
                ("/api/projects/website/events/stream", ["Authorization: Bearer \(ada.secret)"], 404),
            ] as [(String, [String], Int)] {
                let head = try await offPool { try StreamClient(port: port, path, headers: headers).readHead() }
                #expect(head.hasPrefix("HTTP/1.1 \(status) "), "\(path)")
            }
        }
    }
}

extension JSONValue {
    fileprivate var type: String { self["type"]?.string ?? "" }
}
