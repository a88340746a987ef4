import Journal
import Model
import RoostTesting

@testable import Hub

/// Who the clients are: the first may see everything, the others the projects that they are members of at the moment.
final class People {
    struct Person {
        var user: User
        let token: Token.ID
        var memberships: [Project.ID: Member] = [:]

        var pass: Pass { .token(token) }

        func maySee(_ journal: JournalKey) -> Bool {
            guard user.status == .active else { return false }
            switch journal {
            case .hub: return user.role == .admin
            case .project(let project): return user.role == .admin || memberships[project] != nil
            }
        }
    }

    private let hub: HubUnderTest
    private let ids: SeededIDs
    private(set) var persons: [Person] = []

    init(in hub: HubUnderTest) {
        self.hub = hub
        ids = SeededIDs(seed: hub.seed &* 3)
    }

    func add(_ role: User.Role) async throws {
        let now = Timestamp(millisecondsSince1970: 0)
        let user = User(id: ids.make(), name: "user\(persons.count)", type: .person, role: role, at: now)
        let token = Token(id: ids.make(), userId: user.id, name: "first", at: now)
        try await hub.change(.hub) { tx in
            try tx.put(user, as: .userCreated)
            try tx.put(token, as: .tokenCreated)
        }
        persons.append(Person(user: user, token: token.id))
        hub.tell(hub.untold.count)
    }

    /// Somebody may see a project that he did not, or the other way round; or nothing at all for a while. Told at once:
    /// what is asked afterwards is answered by it.
    func step(in projects: [Project.ID], using random: inout SeededRandom) async throws {
        let at = Int.random(in: 1..<persons.count, using: &random)
        guard let project = projects.randomElement(using: &random) else { return }
        if persons[at].user.status == .disabled || Int.random(in: 0..<8, using: &random) == 0 {
            persons[at].user.status = persons[at].user.status == .disabled ? .active : .disabled
            let user = persons[at].user
            try await hub.change(.hub) { try $0.put(user, as: .userUpdated) }
        } else if let member = persons[at].memberships.removeValue(forKey: project) {
            try await hub.change(.project(project)) { try $0.delete(member, as: .memberDeleted) }
        } else {
            let now = Timestamp(millisecondsSince1970: 0)
            let member = Member(
                id: ids.make(), projectId: project, user: persons[at].user, role: .viewer, at: now)
            try await hub.change(.project(project)) { try $0.put(member, as: .memberCreated) }
            persons[at].memberships[project] = member
        }
        hub.tell(hub.untold.count)
    }

    /// They are again who they were when a copy was made.
    func goBack(to persons: [Person]) { self.persons = persons }
}
