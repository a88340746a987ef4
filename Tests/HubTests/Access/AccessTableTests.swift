import Journal
import Logging
import Model
import RoostTesting
import Testing

@testable import Hub

@Suite("Rights") struct AccessTableTests {
    @Test("follow commits, and are the same when they are read anew")
    func followed() async throws {
        let hub = try TestHub()
        let (project, other) = (try await hub.makeProject(), try await hub.makeProject(slug: "other"))
        let people = hub.people
        let root = try await people.make("root", .admin)
        let ada = try await people.make("ada")
        let (editor, _) = (
            try await people.join(ada, project.id, .editor), try await people.join(ada, other.id, .viewer)
        )
        let narrow = try await people.make("bot", type: .bot) {
            ($0.abilities, $0.projects) = ([.projectRead, .hubRead], [project.id])
        }
        try await people.join(narrow, project.id, .maintainer)
        try await people.join(narrow, other.id, .maintainer)

        let anew = Access(clock: hub.clock, log: Logger(label: "anew", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await anew.load(from: hub.journal)
        for access in [hub.access, anew] {
            #expect(access.caller(showing: root.secret).rights == .all)
            let rights = access.caller(showing: ada.secret).rights
            #expect(rights.hub == [.meRead, .tokenWrite, .hubRead])
            #expect(rights.projects[project.id]?.contains(.boardWrite) == true)
            #expect(rights.projects[other.id] == [.projectRead])
            let bot = access.caller(showing: narrow.secret)
            #expect(bot.actor.type == .bot)
            #expect(bot.rights == Rights(hub: [.hubRead, .meRead], projects: [project.id: [.projectRead]]))
            #expect(access.caller(showing: "rst_nonsense").pass == .none(.unknown))
            #expect(access.caller(showing: nil).pass == .none(.missing))
        }

        try await people.remove(editor)
        #expect(hub.access.caller(showing: ada.secret).rights.readableProjects == [other.id])
        try await people.disable(ada.user)
        #expect(hub.access.caller(showing: ada.secret).pass == .none(.disabled))
        try await people.remove(root.token)
        #expect(hub.access.caller(showing: root.secret).pass == .none(.unknown))
    }

    @Test("of a hub without users are everybody's, whatever he shows") func open() async throws {
        let hub = try TestHub()
        #expect(hub.access.caller(showing: nil).pass == .local)
        #expect(hub.access.caller(showing: "rst_x").rights == .all)
    }

    @Test("end when the token expires, to the millisecond") func expiry() async throws {
        let hub = try TestHub()
        let end = hub.clock.now().adding(milliseconds: 5_000)
        let ada = try await hub.people.make("ada") { $0.expiresAt = end }
        hub.clock.advance(by: .milliseconds(4_999))
        #expect(hub.access.caller(showing: ada.secret).isKnown)
        hub.clock.advance(by: .milliseconds(1))
        #expect(hub.access.caller(showing: ada.secret).pass == .none(.expired))
    }

    @Test("an administrator's token for some projects is for nothing beyond them") func narrowedAdmin() async throws {
        let hub = try TestHub()
        let (project, other) = (try await hub.makeProject(), try await hub.makeProject(slug: "other"))
        let root = try await hub.people.make("root", .admin) { $0.projects = [project.id] }
        let rights = hub.access.caller(showing: root.secret).rights
        #expect(rights.hub == [.meRead, .tokenWrite, .hubRead])
        #expect(rights.abilities(in: project.id)?.contains(.gitMerge) == true)
        #expect(rights.abilities(in: other.id) == nil)
    }
}
