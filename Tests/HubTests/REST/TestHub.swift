import Broker
import Dashboard
import Engine
import Journal
import Logging
import Model
import RoostTesting
import Testing
import Transport
import WebCodec
import Wire

@testable import Hub

/// A hub behind its front door, without sockets: a journal in memory, time that stands still.
struct TestHub {
    let journal: Journal
    let operations: Operations
    let access: Access
    let clock = ManualClock()
    let readiness = Readiness()
    let rooms: FrontDoor.Rooms
    let metrics = Metrics()
    private let door: FrontDoor

    /// - Parameters:
    ///   - dataFolder: for tests with files.
    ///   - rates: nil: as much as anybody wants.
    init(
        hosts: Set<String> = [], origins: Set<String> = [], dataFolder: String = "/nonexistent",
        rates: RateLimits? = nil
    ) throws {
        let log = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        journal = try Journal.forTesting(clock: clock, coding: WireJournalCoding())
        let access = Access(clock: clock, log: log)
        self.access = access
        journal.observe { _ = access.take($0) }
        operations = Operations(
            engine: try Engine.forTesting(journal, clock: clock, log: log, dataFolder: dataFolder), access: access,
            about: HubDescription(version: "0.1.0", node: "test", startedAt: clock.now(), durability: "normal"),
            rates: rates ?? .none, clock: clock, log: log)
        rooms = FrontDoor.Rooms(
            access: access, rest: RESTDoor(operations),
            metrics: MetricsDoor(
                metrics, broker: { BrokerStatistics() }, journal: { JournalStatistics() },
                process: { ProcessStatistics() }),
            streams: { _, _ in nil })
        door = FrontDoor(
            accessGuard: AccessGuard(hosts: hosts, origins: origins),
            page: StaticPage(try Dashboard.load(), now: clock.now()),
            readiness: readiness,
            rooms: Promise(rooms))
    }

    struct Answer {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]

        func json() throws -> JSONValue {
            guard headers["Content-Encoding"] == "gzip" else { return try WireJSON.parse(body) }
            return try WireJSON.parse(try #require(Gzip.decompressed(body, byteCountMax: 64 << 20)))
        }
        func data() throws -> JSONValue { try #require(try json()["data"]) }
        func code() throws -> String? { try json()["code"]?.string }
        func pointers() throws -> [String] {
            (try json()["errors"]?.array ?? []).compactMap { $0["pointer"]?.string }
        }
    }

    /// - Parameters:
    ///   - line: `POST /api/projects`.
    ///   - json: sent as `application/json`, unless `headers` says otherwise.
    func send(_ line: String, _ json: JSONValue? = nil, headers: HTTPHeaders = [:]) async throws -> Answer {
        try await send(line, bytes: json.map { WireJSON.encode($0) } ?? [], headers: headers)
    }

    func send(
        _ line: String, bytes: [UInt8], headers: HTTPHeaders = [:],
        from remote: RemoteAddress = RemoteAddress(host: "127.0.0.1", port: 1)
    ) async throws -> Answer {
        var fields = headers
        if !fields.contains("Host") { fields.append("Host", "localhost:37100") }
        if !bytes.isEmpty, !fields.contains("Content-Type") { fields.append("Content-Type", "application/json") }
        let head = try Self.head(line, fields)
        let response = await door.respond(to: Self.request(head, bytes, from: remote)) { _, _ in nil }
        guard case .bytes(let body) = response.body else {
            return Answer(status: response.status, headers: response.headers, body: [])
        }
        let answer = Answer(status: response.status, headers: response.headers, body: body)
        try checkShape(of: answer, to: head)
        return answer
    }

    static func request(
        _ head: RequestHead, _ body: [UInt8] = [],
        from remote: RemoteAddress = RemoteAddress(host: "127.0.0.1", port: 1)
    ) -> Request {
        Request(id: "req_1", head: head, body: body, remote: remote)
    }

    static func head(_ line: String, _ fields: HTTPHeaders) throws -> RequestHead {
        var parser = HTTPRequestParser()
        let text = "\(line) HTTP/1.1\r\n" + fields.fields.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n"
        parser.append(text.utf8)
        guard case .head(let head)? = try parser.next() else {
            throw HubError(.badRequest, "the test's request is none")
        }
        return head
    }

    /// Whatever a test asks for: problems are problems, and outputs are what the table says.
    private func checkShape(of answer: Answer, to head: RequestHead) throws {
        let type = answer.headers["Content-Type"]
        guard answer.status < 400 else {
            #expect(type == ProblemDocument.mediaType)
            let problem = try answer.json()
            #expect(problem["status"]?.integer == Int64(answer.status))
            let code = try #require(problem["code"]?.string)
            #expect(HubError.Code(rawValue: code) != nil)
            #expect(problem["instance"]?.string == String(head.target.prefix { $0 != "?" }))
            return
        }
        guard type == "application/json", let output = operation(for: head)?.output else { return }
        let data = operation(for: head)?.name == "health" ? try answer.json() : try answer.data()
        #expect(output.validate(data) == [], "\(head.target)")
    }

    private func operation(for head: RequestHead) -> Operation? {
        let method = head.method == .head ? .get : head.method
        guard case .found(let match) = RouteTree(operations.table).find(method, head.path) else { return nil }
        return match.operation
    }

    // MARK: What tests begin with

    func makeProject(slug: String = "website") async throws -> Project {
        try await journal.change(.hub, by: .local) { tx in
            let project = Project(
                id: tx.make(Project.self), slug: slug, name: slug, path: "/srv/\(slug)", defaultBranch: "main",
                at: tx.now)
            try tx.put(project, as: .projectCreated)
            return project
        }.value
    }

    /// A project with a board of three columns.
    func makeBoard() async throws -> (project: Project, columns: [JSONValue]) {
        let project = try await makeProject()
        let board = try await send("POST /api/projects/\(project.id)/boards", ["name": "Plan"]).data()
        let columns = try await send("GET /api/boards/\(board["id"]?.string ?? "")/columns").data().array ?? []
        return (project, columns)
    }

    func makeCard(_ title: String = "A card", in project: Project) async throws -> String {
        let card = try await send("POST /api/projects/\(project.slug)/cards", ["title": .string(title)]).data()
        return try #require(card["id"]?.string)
    }
}

extension RateLimits {
    /// More than a test asks for.
    static var none: RateLimits {
        var rates = RateLimits()
        for limit in [\RateLimits.readsPerMinute, \.changesPerMinute, \.startsPerMinute, \.settingsPerMinute] {
            rates[keyPath: limit] = 1_000_000
        }
        return rates
    }
}
