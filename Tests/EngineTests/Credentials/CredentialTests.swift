import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("Secrets of runs, with real processes") struct CredentialTests {
    private func create(_ shop: Workshop, _ owner: CredentialOwner, _ variable: String, _ value: String) async throws
        -> Credential
    {
        try await shop.engine.createCredential(
            of: owner, CreateCredential(variable: variable, value: value), by: Workshop.by
        ).value
    }

    @Test("the nearest of several wins, the process gets it, and what it prints of it is nowhere")
    func resolved() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let card = try await shop.card("c", in: project)
        for (owner, value) in [
            (CredentialOwner.hub, "of-the-hub-123"), (.project(project.id), "of-the-project"),
            (.card(card.id, in: project.id), "of-the-card-1"),
        ] {
            _ = try await create(shop, owner, "NEAREST", value)
        }
        _ = try await create(shop, .hub, "FAR", "far-\"away\"-secret")
        let script =
            #"printf '%s' "$NEAREST" | tr a-z A-Z; echo; echo "$NEAREST $FAR"; echo "$FAR" >&2; printf '%s' "$NEAREST" > x"#
        let run = try await shop.command("sh", "-c", script, in: project, card: card)
        #expect(try await shop.wait(for: run.id).status == .completed)
        let said = try await shop.entries(of: run.id).filter { $0.content.kind == .output }.compactMap(\.content.text)
        #expect(Set(said) == ["OF-THE-CARD-1", "*** ***", "***"], "it got that of the card, and no secret is told")
        let process = try #require(try await shop.journal.read { try $0.processes(of: run.id).first })
        let output = try await shop.engine.output(of: process.id, .stdout, from: 0, count: 1_000, waitMs: 0)
        #expect(output.text == "OF-THE-CARD-1\n*** ***\n")
        let other = try await shop.wait(
            for: try await shop.command("sh", "-c", "printf '%s' $NEAREST | rev", in: project).id)
        #expect(try await shop.entries(of: other.id).compactMap(\.content.text).contains("tcejorp-eht-fo"))
        await shop.close()
        for name in ["roost.sqlite", "roost.sqlite-wal"] {
            guard let bytes = FileManager.default.contents(atPath: shop.folder.path + "/data/" + name) else { continue }
            for secret in ["of-the-card-1", "of-the-project", "of-the-hub-123", "far-"] {
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(secret) in \(name)")
            }
        }
        let key = try FileManager.default.attributesOfItem(atPath: shop.folder.path + "/data/secret.key")
        #expect((key[.posixPermissions] as? Int) == 0o600 && (key[.size] as? Int) == 32)
    }

    @Test("an organization's stand between the project's and its maker's, and those of all are got beside one another")
    func shared() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let organization = try await shop.engine.createOrganization(
            CreateOrganization(name: "Acme"), owner: nil, by: Workshop.by
        ).value
        let user = try await shop.journal.change(.hub, by: Workshop.by) { tx in
            let user = User(id: tx.make(), name: "ada", type: .person, role: .member, at: tx.now)
            try tx.put(user, as: .userCreated)
            return user
        }.value
        var input = UpdateProject()
        input.organizationId = organization.id
        _ = try await shop.engine.updateProject(project.id, input, by: Workshop.by)
        let owners: [(name: String, owner: CredentialOwner)] = [
            ("H", .hub), ("U", .user(user.id)), ("O", .organization(organization.id)), ("P", .project(project.id)),
        ]
        // Each has its own variable, and those of whom are nearer: the nearest is taken.
        for (place, (_, owner)) in owners.enumerated() {
            for (name, _) in owners[place...] {
                _ = try await create(shop, owner, name, "\(owner.scope.rawValue)-secret")
            }
        }
        func told() async throws -> String {
            let script = #"for v in "$P" "$O" "$U" "$H"; do echo "$v" | cut -d- -f1; done"#
            let input = CreateRun(provider: .command, options: RunOptions(argv: ["sh", "-c", script]), start: true)
            let made = try await shop.engine.createRun(project.id, input, by: user.actor).value
            let run = try await shop.wait(for: made.id)
            let said = try await shop.entries(of: run.id).filter { $0.content.kind == .output }
            return said.compactMap(\.content.text).joined(separator: " ").replacing("\n", with: " ")
        }
        #expect(try await told() == "project organization user hub")
        _ = try await shop.engine.updateProject(
            project.id, UpdateProject(), leavesOrganization: true, by: Workshop.by)
        #expect(try await told() == "project user user hub", "it is the organization's no more")
        await shop.close()
    }

    @Test("a new value is for the next process; what is forgotten is gone; a lost key fails the run and says why")
    func changed() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let credential = try await create(shop, .project(project.id), "TOKEN", "first-value")
        func told() async throws -> String {
            let run = try await shop.wait(
                for: try await shop.command("sh", "-c", "printf '%s' \"$TOKEN\" | rev", in: project).id)
            return try await shop.entries(of: run.id).last?.content.text ?? run.failure?.message ?? ""
        }
        #expect(try await told() == "eulav-tsrif")
        let changed = try await shop.engine.updateCredential(
            credential.id, UpdateCredential(value: "second-value", version: 1), by: Workshop.by)
        #expect(changed.value.version == 2)
        #expect(try await told() == "eulav-dnoces")
        try Data(repeating: 0, count: 32).write(to: URL(fileURLWithPath: shop.folder.path + "/data/secret.key"))
        #expect(try await told().contains("sealed under another key"))
        _ = try await shop.engine.deleteCredential(credential.id, by: Workshop.by)
        #expect(try await told() == "")
        await shop.close()
    }

    @Test("what could not be kept secret, or would change the system, is refused")
    func refused() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        func code(_ variable: String, _ value: String) async -> HubError.Code? {
            await Result.of { try await create(shop, .project(project.id), variable, value) }.hubError?.code
        }
        for variable in ["", "1A", "A-B", "PATH", "HOME", "LD_PRELOAD", "ROOST_RUN"] {
            #expect(await code(variable, "long enough") == .validationFailed, "\(variable)")
        }
        #expect(await code("A", "short") == .validationFailed)
        #expect(await code("A", "with\0nul and more") == .validationFailed)
        #expect(await code("A", "long enough") == nil)
        #expect(await code("A", "long enough") == .alreadyExists)
        for number in 1..<EngineLimits().credentialsPerOwnerMax {
            #expect(await code("A\(number)", "long enough") == nil)
        }
        #expect(await code("B", "long enough") == .limitExceeded)
        await shop.close()
    }
}
