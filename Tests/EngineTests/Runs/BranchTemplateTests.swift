import Journal
import Model
import RoostTesting
import Testing

@testable import Engine

@Suite("The branches that runs work on") struct BranchTemplateTests {
    private func run(_ attempt: Int = 1, cardId: Card.ID? = nil) throws -> Run {
        var run = Run(
            id: try #require(Run.ID("run_01ARZ3NDEKTSV4RRFFQ69G5FAV")),
            projectId: try #require(Project.ID("prj_01ARZ3NDEKTSV4RRFFQ69G5FAV")),
            cardId: cardId, provider: .claudeCode, prompt: "p", targetBranch: "main",
            at: Timestamp(millisecondsSince1970: 0))
        run.createdBy = Actor(.user, id: "u", name: "Ada Lovelace")
        return run
    }

    @Test(
        "are called as the template says",
        arguments: [
            (BranchTemplate.standard, "roost/mend-the-door-q69g5fav"),
            ("{user}/{card}/{id}", "ada-lovelace/none/q69g5fav"),
            ("{provider}-{id}-{title}", "claude-code-q69g5fav-mend-the-door"), ("{id}{id}", "q69g5favq69g5fav"),
        ])
    func names(_ text: String, _ name: String) throws {
        let run = try run()
        #expect(try BranchTemplate(text).name(for: run, title: "Mend the door!\nIt creaks.") == name)
        let card = try #require(Card.ID("crd_01ARZ3NDEKTSV4RRFFQ69G5FAW"))
        #expect(try BranchTemplate("{card}/{id}").name(for: self.run(cardId: card), title: "") == "q69g5faw/q69g5fav")
    }

    @Test("a project's own is used, one that git would refuse is not taken, and the standard one is none")
    func ofProject() async throws {
        let shop = try await Workshop()
        let made = try await shop.project()
        func update(_ template: String) async throws -> Project {
            try await shop.engine.updateProject(made.id, UpdateProject(branchTemplate: template), by: Workshop.by).value
        }
        let refused = [
            "feature/{title}", "{id}/{nobody}", "{id", "a b/{id}", "{id}.lock", "-{id}", "x..{id}", "/{id}", "{id}/",
            String(repeating: "x", count: 240) + "{id}", "",
        ]
        for text in refused {
            let error = await #expect(throws: HubError.self, "\(text)") { try await update(text) }
            #expect(error?.code == .validationFailed && error?.detail.contains("/branchTemplate") == true, "\(text)")
        }
        let project = try await update("work/{user}/{id}")
        let run = try await shop.wait(for: try await shop.command("touch", "made", in: project).id)
        let branch = try #require(run.branch)
        #expect(branch == "work/local/\(run.id.rawValue.suffix(8).lowercased())")
        #expect(try await shop.git("rev-parse", "--verify", "refs/heads/" + branch).isEmpty == false)
        #expect(try await update(BranchTemplate.standard).branchTemplate == nil)
        await shop.close()
    }

    @Test("a project's default branch follows one that was renamed, and is one that there is")
    func defaultBranch() async throws {
        let shop = try await Workshop()
        let made = try await shop.project()
        _ = try await shop.git("branch", "-m", "main", "trunk")
        func update(_ branch: String) async throws -> Project {
            try await shop.engine.updateProject(made.id, UpdateProject(defaultBranch: branch), by: Workshop.by).value
        }
        let error = await #expect(throws: HubError.self) { try await update("master") }
        #expect(error?.detail.contains("/defaultBranch") == true)
        #expect(try await update("trunk").defaultBranch == "trunk")
        let project = try await shop.journal.read { try $0.required(made.id) }
        let run = try await shop.wait(for: try await shop.command("touch", "made", in: project).id)
        #expect(run.status == .completed && run.targetBranch == "trunk")
        await shop.close()
    }
}
