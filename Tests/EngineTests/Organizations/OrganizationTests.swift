import Engine
import Journal
import Model
import RoostTesting
import Testing

@Suite("Organizations") struct OrganizationTests {
    private func user(_ name: String, in shop: Workshop) async throws -> User {
        try await shop.journal.change(.hub, by: Workshop.by) { tx in
            let user = User(id: tx.make(), name: name, type: .person, role: .member, at: tx.now)
            try tx.put(user, as: .userCreated)
            return user
        }.value
    }

    private func code(_ act: () async throws -> Void) async -> HubError.Code? {
        await Result.of { try await act() }.hubError?.code
    }

    @Test("end with all that is theirs, but not while they have projects; archived ones are let go")
    func deleted() async throws {
        let shop = try await Workshop()
        let (engine, project) = (shop.engine, try await shop.project())
        let ada = try await user("ada", in: shop)
        let organization = try await engine.createOrganization(
            CreateOrganization(name: "Acme"), owner: ada.id, by: Workshop.by
        ).value
        var input = UpdateProject()
        input.organizationId = organization.id
        #expect(
            try await engine.updateProject(project.id, input, by: Workshop.by).value.organizationId == organization.id)
        _ = try await engine.createCredential(
            of: .organization(organization.id), CreateCredential(variable: "V", value: "0123456789"), by: Workshop.by)
        _ = try await engine.createProfile(
            of: .organization(organization.id), CreateProfile(name: "p", provider: .demo), by: Workshop.by)
        #expect(
            await code { _ = try await engine.deleteOrganization(organization.id, version: 7, by: Workshop.by) }
                == .versionStale)
        #expect(
            await code { _ = try await engine.deleteOrganization(organization.id, by: Workshop.by) } == .notEmpty)
        _ = try await engine.archiveProject(project.id, by: Workshop.by)
        _ = try await engine.deleteOrganization(organization.id, by: Workshop.by)
        try await shop.journal.read { reader in
            let owner = CredentialOwner.organization(organization.id)
            let (organizations, seats) = (try reader.organizations(), try reader.seats())
            #expect(organizations.isEmpty && seats.isEmpty)
            let (credentials, profiles): ([Credential], [Profile]) = (
                try reader.credentials(of: owner), try reader.profiles(of: .organization(organization.id))
            )
            #expect(credentials.isEmpty && profiles.isEmpty)
            let left = try reader.required(project.id)
            #expect(left.organizationId == nil)
        }
        #expect(try Examination(path: shop.folder.path + "/data/roost.sqlite").run() == [])
        await shop.close()
    }

    @Test("a user has one seat, and the last owner stays one")
    func seats() async throws {
        let shop = try await Workshop()
        let engine = shop.engine
        let (ada, bob) = (try await user("ada", in: shop), try await user("bob", in: shop))
        let organization = try await engine.createOrganization(
            CreateOrganization(name: "Acme"), owner: ada.id, by: Workshop.by
        ).value
        let owner = try #require(
            try await shop.journal.read { try $0.seat(of: ada.id, in: organization.id) })
        #expect(owner.role == .owner)
        func sit(_ user: String) async -> HubError.Code? {
            await code {
                _ = try await engine.createSeat(in: organization.id, CreateSeat(user: user), by: Workshop.by)
            }
        }
        #expect(await sit("carl") == .userNotFound)
        #expect(await sit(bob.id.rawValue) == nil)
        #expect(await sit("bob") == .alreadyExists)
        let seat = try #require(try await shop.journal.read { try $0.seat(of: bob.id, in: organization.id) })
        #expect(seat.role == .member)
        #expect(await code { _ = try await engine.deleteSeat(owner.id, by: Workshop.by) } == .lastOwner)
        #expect(
            await code { _ = try await engine.updateSeat(owner.id, UpdateSeat(role: .admin), by: Workshop.by) }
                == .lastOwner)
        _ = try await engine.updateSeat(seat.id, UpdateSeat(role: .owner, version: 1), by: Workshop.by)
        _ = try await engine.deleteSeat(owner.id, by: Workshop.by)
        #expect(try await shop.journal.read { try $0.seats(of: ada.id) } == [])
        await shop.close()
    }

    @Test("a run looks for a profile in its project, its organization, and the hub")
    func profiles() async throws {
        let shop = try await Workshop()
        let (engine, project) = (shop.engine, try await shop.project())
        let organization = try await engine.createOrganization(
            CreateOrganization(name: "Acme"), owner: nil, by: Workshop.by
        ).value
        func profile() async throws -> ProfileOwner? {
            try await shop.journal.read { try $0.profile(named: "careful", for: project.id)?.owner }
        }
        for owner in [ProfileOwner.hub, .organization(organization.id), .project(project.id)] {
            _ = try await engine.createProfile(
                of: owner, CreateProfile(name: "careful", provider: .demo), by: Workshop.by)
            if owner == .organization(organization.id) {
                #expect(try await profile() == .hub, "the project is nobody's yet")
                var input = UpdateProject()
                input.organizationId = organization.id
                _ = try await engine.updateProject(project.id, input, by: Workshop.by)
            }
            #expect(try await profile() == owner)
        }
        _ = try await engine.updateProject(
            project.id, UpdateProject(), leavesOrganization: true, by: Workshop.by)
        await shop.close()
    }
}
