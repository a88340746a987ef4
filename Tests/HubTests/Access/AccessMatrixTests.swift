import Journal
import Model
import RoostTesting
import Testing
import WebCodec
import Wire

@testable import Hub

/// Every operation with every role, as the table says it, against what each role is for.
@Suite("Access: every operation for every role") struct AccessMatrixTests {
    enum Role: String, CaseIterable, Sendable {
        case nobody, stranger, viewer, editor, maintainer, narrowed, admin
        /// Those who have a seat in the project's organization, and no role in the project itself.
        case seatedViewer, seatedMember, seatedAdmin, seatedOwner
    }

    /// What each may do, said anew: `hub` for all, the rest in the project that he is a member of.
    static let everybody: Set<String> = ["me:read", "token:write", "hub:read", "organization:create"]
    static let hub: [Role: Set<String>] = [
        .stranger: everybody, .viewer: everybody, .editor: everybody, .maintainer: everybody, .narrowed: ["me:read"],
        .seatedViewer: everybody, .seatedMember: everybody, .seatedAdmin: everybody, .seatedOwner: everybody,
        .admin: everybody.union(["project:create", "user:admin", "hub:admin"]),
    ]
    static let organization: [Role: Set<String>] = [
        .seatedViewer: ["organization:read"], .seatedMember: ["organization:read"],
        .seatedAdmin: ["organization:read", "organization:write"],
        .seatedOwner: ["organization:read", "organization:write", "organization:own"],
        .admin: ["organization:read", "organization:write", "organization:own"],
    ]
    static let editing: Set<String> = ["project:read", "board:write", "run:write", "approval:answer", "git:commit"]
    static let maintaining: Set<String> = editing.union([
        "project:write", "member:write", "git:merge", "git:push", "consumer:write",
    ])
    static let project: [Role: Set<String>] = [
        .viewer: ["project:read"], .editor: editing, .maintainer: maintaining, .narrowed: ["board:write"],
        .seatedViewer: ["project:read"], .seatedMember: editing, .seatedAdmin: maintaining, .seatedOwner: maintaining,
        .admin: maintaining,
    ]

    /// - Returns: the status that refuses it; nil when nothing does.
    static func refusal(of ability: Ability?, for role: Role) -> Int? {
        guard let ability else { return nil }
        guard role != .nobody else { return 401 }
        let roles =
            switch ability.scope {
            case .hub: hub
            case .organization: organization
            case .project: project
            }
        // A thing of what one has no part in is not there.
        guard let abilities = roles[role] else { return 404 }
        return abilities.contains(ability.rawValue) ? nil : 403
    }

    /// One thing of each kind, and somebody of each role.
    struct World {
        let hub: TestHub
        var ids: [EntityKind: String] = [:]
        var secrets: [Role: String] = [:]

        init(rates: RateLimits? = nil) async throws {
            hub = try TestHub(rates: rates)
            let (project, columns) = try await hub.makeBoard()
            let card = try await hub.makeCard(in: project)
            ids[.project] = project.id.rawValue
            ids[.board] = columns.first?["boardId"]?.string
            ids[.column] = columns.first?["id"]?.string
            ids[.card] = card
            let consumer = try await hub.send("POST /api/projects/website/consumers", ["name": "bot"]).data()
            ids[.consumer] = consumer["consumer"]?["id"]?.string
            try await makeRows(in: project, card)
            try await makePeople(in: project)
        }

        private mutating func makeRows(in project: Project, _ card: String) async throws {
            let rows: [(EntityKind, String)] = try await hub.journal.change(.project(project.id), by: .local) { tx in
                let cardId = Card.ID(trusted: card)
                let run = Run(
                    id: tx.make(), projectId: project.id, cardId: cardId, provider: .command, prompt: "p",
                    targetBranch: "main", at: tx.now)
                let process = ChildProcess(
                    id: tx.make(), projectId: project.id, cardId: cardId, runId: run.id, reason: .codingagent,
                    argv: ["true"], at: tx.now)
                let approval = Approval(
                    id: tx.make(), projectId: project.id, cardId: cardId, runId: run.id, processId: process.id,
                    requestKey: "1", type: .tool, title: "t", tool: "Bash", input: nil, at: tx.now, expiresAt: tx.now)
                let attachment = Model.Attachment(
                    id: tx.make(), projectId: project.id, cardId: cardId, filename: "f", contentType: "text/plain",
                    byteCount: 1, hash: nil, at: tx.now)
                let session = Session(id: tx.make(), of: run, about: try tx.required(cardId), by: .local, at: tx.now)
                try tx.put(run, as: .runCreated)
                try tx.put(session, as: .sessionCreated)
                try tx.put(process, as: .processCreated)
                try tx.put(approval, as: .approvalRequested)
                try tx.put(attachment, as: .attachmentCreated)
                return [
                    (.run, run.id.rawValue), (.process, process.id.rawValue), (.approval, approval.id.rawValue),
                    (.attachment, attachment.id.rawValue), (.session, session.id.rawValue),
                ]
            }.value
            for (kind, id) in rows { ids[kind] = id }
        }

        private mutating func makePeople(in project: Project) async throws {
            let people = hub.people
            let admin = try await people.make("admin", .admin)
            secrets = [.admin: admin.secret, .stranger: try await people.make("stranger").secret]
            (ids[.user], ids[.token]) = (admin.user.id.rawValue, admin.token.id.rawValue)
            for (role, part) in [(Role.viewer, Member.Role.viewer), (.editor, .editor), (.maintainer, .maintainer)] {
                let person = try await people.make(role.rawValue)
                ids[.member] = try await people.join(person, project.id, part).id.rawValue
                secrets[role] = person.secret
            }
            let narrowed = try await people.make("narrowed") { $0.abilities = [.boardWrite] }
            try await people.join(narrowed, project.id, .maintainer)
            secrets[.narrowed] = narrowed.secret
            let organization = try await people.makeOrganization(of: project.id)
            ids[.organization] = organization.id.rawValue
            for (role, part) in [
                (Role.seatedViewer, Seat.Role.viewer), (.seatedMember, .member), (.seatedAdmin, .admin),
                (.seatedOwner, .owner),
            ] {
                let person = try await people.make(role.rawValue)
                ids[.seat] = try await people.seat(person, organization.id, part).id.rawValue
                secrets[role] = person.secret
            }
        }

        /// The example, about the things that there are.
        func input(of operation: Operation) -> JSONValue {
            var members = operation.example.object ?? [:]
            for subject in operation.subjects where members[subject.member] != nil || operation.routes.count == 1 {
                if let id = ids[subject.kind] { members[subject.member] = .string(id) }
            }
            return .object(members)
        }
    }

    @Test("is allowed or refused as the role is, and what is refused is not done")
    func matrix() async throws {
        let world = try await World()
        for operation in OperationTable.all.operations {
            let input = world.input(of: operation)
            #expect(operation.input.validate(input) == [], "\(operation.name)")
            for role in Role.allCases {
                let expected = Self.refusal(of: operation.ability, for: role)
                let caller = world.hub.access.caller(showing: world.secrets[role])
                let found = await refusal { try await world.hub.operations.authorize(operation, input, for: caller) }
                #expect(found?.code.http.status == expected, "\(operation.name) for \(role)")
                if expected == 403 { #expect(found?.members["ability"]?.string == operation.ability?.rawValue) }
                guard expected != nil else { continue }
                let position = try await world.hub.journal.position(of: .hub)
                let answer = await refusal { _ = try await world.hub.operations.call(operation, input, by: caller) }
                #expect(answer == found, "\(operation.name) for \(role)")
                #expect(try await world.hub.journal.position(of: .hub) == position)
            }
        }
    }

    private func refusal(_ act: () async throws -> Void) async -> HubError? {
        do {
            try await act()
            return nil
        } catch {
            return error as? HubError
        }
    }

    @Test(
        "what one may not see is as if it were not there",
        arguments: [EntityKind.project, .card, .run, .approval, .organization, .seat])
    func hidden(kind: EntityKind) async throws {
        let world = try await World()
        let stranger = world.hub.access.caller(showing: world.secrets[.stranger])
        let plural = kind.rawValue + "s"
        let id = try #require(world.ids[kind])
        // Every identifier ends in chance: another end is another thing.
        let missing = String(id.dropLast()) + (id.hasSuffix("0") ? "1" : "0")
        func message(_ id: String) async -> String {
            do {
                _ = try await world.hub.operations.call("\(plural).get", [kind.rawValue: .string(id)], by: stranger)
                return "shown"
            } catch {
                return "\(error.code) \(error.detail.replacing(id, with: "ID"))"
            }
        }
        #expect(await message(id) == message(missing))
    }

    @Test("a job is ended by who may change its project; one of no project by an administrator")
    func jobs() async throws {
        let world = try await World()
        let project = Project.ID(trusted: try #require(world.ids[.project]))
        func cancel(_ project: Project.ID?, as role: Role) async throws -> Int {
            let made = try await world.hub.journal.change(project.map(JournalKey.project) ?? .hub, by: .local) { tx in
                let kind: Job.Kind = project == nil ? .backup : .clone
                let job = Job(id: tx.make(), kind: kind, projectId: project, by: .local, at: tx.now)
                try tx.put(job, as: .jobCreated)
                return job
            }.value
            let secret = try #require(world.secrets[role])
            return try await world.hub.send(
                "POST /api/jobs/\(made.id)/cancel", [:], headers: ["Authorization": "Bearer \(secret)"]
            ).status
        }
        let answers: [(Role, of: Int, ofHub: Int)] = [
            (.stranger, 404, 404), (.viewer, 403, 404), (.editor, 403, 404), (.maintainer, 200, 404),
            (.admin, 200, 200),
        ]
        for (role, status, hubs) in answers {
            #expect(try await cancel(project, as: role) == status, "\(role)")
            #expect(try await cancel(nil, as: role) == hubs, "\(role)")
        }
    }

    @Test("lists show what the caller may see") func lists() async throws {
        let world = try await World()
        _ = try await world.hub.makeProject(slug: "other")
        for (role, count) in [(Role.stranger, 0), (.viewer, 1), (.seatedViewer, 1), (.admin, 2)] {
            let secret = try #require(world.secrets[role])
            let answer = try await world.hub.send("GET /api/projects", headers: ["Authorization": "Bearer \(secret)"])
            #expect(try answer.data().array?.count == count, "\(role)")
            let organizations = try await world.hub.send(
                "GET /api/organizations", headers: ["Authorization": "Bearer \(secret)"])
            #expect(try organizations.data().array?.count == (role == .seatedViewer || role == .admin ? 1 : 0))
        }
    }
}
