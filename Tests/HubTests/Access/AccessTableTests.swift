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
            #expect(rights.hub == [.meRead, .tokenWrite, .hubRead, .organizationCreate])
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

    @Test("of an organization are in its projects too, as long as they are its")
    func organizations() async throws {
        let hub = try TestHub()
        let (project, other) = (try await hub.makeProject(), try await hub.makeProject(slug: "other"))
        let people = hub.people
        _ = try await people.make("root", .admin)
        let ada = try await people.make("ada")
        let narrow = try await people.make("bot", type: .bot) { $0.projects = [project.id] }
        let organization = try await people.makeOrganization(of: project.id)
        var seat = try await people.seat(ada, organization.id, .member)
        try await people.seat(narrow, organization.id, .admin)
        try await people.join(ada, other.id, .viewer)

        let anew = Access(clock: hub.clock, log: Logger(label: "anew", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await anew.load(from: hub.journal)
        for access in [hub.access, anew] {
            let rights = access.caller(showing: ada.secret).rights
            #expect(rights.projects[project.id] == Member.Role.editor.abilities)
            #expect(rights.projects[other.id] == [.projectRead])
            #expect(rights.organizations == [organization.id: [.organizationRead]])
            let bot = access.caller(showing: narrow.secret).rights
            #expect(bot.projects == [project.id: Member.Role.maintainer.abilities])
            #expect(bot.organizations == [:], "a token for some projects is for no organization")
        }
        func rights() -> Rights { hub.access.caller(showing: ada.secret).rights }
        seat.role = .viewer
        _ = try await hub.journal.change(.hub, by: .local) { [seat] in try $0.put(seat, as: .seatUpdated) }
        #expect(rights().projects[project.id] == [.projectRead])
        let member = try await people.join(ada, project.id, .editor)
        #expect(rights().projects[project.id] == Member.Role.editor.abilities, "the greater of both")
        try await people.remove(seat)
        #expect(rights().projects[project.id] == Member.Role.editor.abilities && rights().organizations == [:])
        try await people.remove(member)
        #expect(rights().readableProjects == [other.id])
        try await people.seat(ada, organization.id, .owner)
        #expect(rights().projects[project.id] == Member.Role.maintainer.abilities)
        _ = try await hub.journal.change(.hub, by: .local) { tx in
            var moved = try tx.required(project.id)
            moved.organizationId = nil
            try tx.put(moved, as: .projectUpdated)
        }
        #expect(rights().readableProjects == [other.id])
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
        #expect(rights.readableOrganizations == [])
        #expect(rights.abilities(in: project.id)?.contains(.gitMerge) == true)
        #expect(rights.abilities(in: other.id) == nil)
    }
}
