import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("Runs that are done over, handed on, rewound, and cards that move on")
struct RunAgainTests {
    private static func command(_ script: String) -> RunOptions { RunOptions(argv: ["sh", "-c", script]) }

    private func output(of run: Run, in shop: Workshop) async throws -> [String] {
        try await shop.entries(of: run.id).filter { $0.content.kind == .output }.compactMap(\.content.text)
    }

    private func start(
        _ prompt: String, _ script: String, in project: Project, _ shop: Workshop
    ) async throws -> Run {
        let made = try await shop.engine.createRun(
            project.id,
            CreateRun(provider: .command, prompt: prompt, options: Self.command(script), start: true), by: Workshop.by)
        return try await shop.wait(for: made.value.id)
    }

    @Test("a relaunch is another run of the same; the old one stays as it is")
    func relaunch() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let old = try await start("x", "echo done", in: project, shop)
        let run = try await shop.engine.relaunchRun(old.id, by: Workshop.by).value
        #expect(run.id != old.id && run.relaunchOf == old.id && run.status == .queued && run.prompt == "x")
        #expect(try await shop.wait(for: run.id).status == .completed)
        #expect(try await shop.run(old.id).attempt == 1)
        await shop.close()
    }

    @Test("a relay goes on in the same worktree, by another agent too, which is told what was asked and said")
    func relay() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let made = try await shop.engine.createRun(
            project.id,
            CreateRun(provider: .demo, prompt: "Write\ndemo: approval=no pace=0 paragraphs=1", start: true),
            by: Workshop.by)
        let first = try await shop.wait(for: made.value.id)
        #expect(first.status == .completed && first.sessionId != nil)
        let script = Self.command("printenv ROOST_PROMPT; ls notes")
        let relayed = try await shop.engine.relayRun(
            first.id, RelayRun(text: "Now list it.", provider: .command, options: script), by: Workshop.by
        ).value
        #expect(relayed.provider == .command && relayed.sessionId == nil)
        let done = try await shop.wait(for: first.id)
        #expect(done.status == .completed && done.worktreePath == first.worktreePath)
        let words = try await output(of: done, in: shop).joined(separator: "\n")
        #expect(words.contains("You take over work") && words.contains("Agent: ") && words.contains("Now list it."))
        #expect(words.contains("write.md"), "its files are there")
        let wrong = await Result.of {
            try await shop.engine.relayRun(
                first.id, RelayRun(options: RunOptions(permissionMode: "plan")), by: Workshop.by)
        }.hubError
        #expect(wrong?.code == .validationFailed)
        await shop.close()
    }

    @Test("what an agent that hears only its first words is told while it works opens its next turn")
    func later() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let script = "printenv ROOST_PROMPT; while ! [ -e \(shop.folder.path)/go ]; do sleep 0.02; done"
        let made = try await shop.engine.createRun(
            project.id,
            CreateRun(
                provider: .command, prompt: "first", options: Self.command(script), start: true),
            by: Workshop.by)
        try await shop.wait("it has begun") { try await !shop.entries(of: made.value.id).isEmpty }
        let told = try await shop.engine.sendMessage(made.value.id, SendMessage(text: "second"), by: Workshop.by).value
        #expect(told.nextPrompt == "second")
        try Data().write(to: URL(fileURLWithPath: shop.folder.path + "/go"))
        try await shop.wait("it has heard both") {
            try await output(of: shop.run(made.value.id), in: shop) == ["first", "second"]
        }
        #expect(try await shop.wait(for: made.value.id).status == .completed)
        await shop.close()
    }

    @Test("a replace rewinds words and, when asked, files; what was there is kept by a ref")
    func replace() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let script = "echo \"$ROOST_PROMPT\" | tail -1 > \"$(echo \"$ROOST_PROMPT\" | tail -1).txt\"; ls *.txt"
        let run = try await start("one", script, in: project, shop)
        _ = try await shop.engine.sendMessage(run.id, SendMessage(text: "two"), by: Workshop.by)
        try await shop.wait(for: run.id)
        let processes = try await shop.journal.read { try $0.processes(of: run.id) }
        let second = try #require(processes.last)
        let tip = try #require(try await shop.run(run.id).headCommit)

        let replaced = try await shop.engine.replaceRun(
            run.id, ReplaceRun(processId: second.id, text: "three", resetGit: true), by: Workshop.by
        ).value
        #expect(replaced.status == .queued)
        let done = try await shop.wait(for: run.id)
        #expect(done.status == .completed)
        #expect(try await output(of: done, in: shop).suffix(2) == ["one.txt", "three.txt"])
        let dropped = try await shop.journal.read { try $0.processes(of: run.id).map { $0.droppedAt != nil } }
        #expect(dropped == [false, true, false])
        #expect(try await shop.git("for-each-ref", "refs/roost/saved/\(tip)").contains(tip), "nothing is lost")
        let again = await Result.of {
            try await shop.engine.replaceRun(
                run.id, ReplaceRun(processId: second.id, text: "x"), by: Workshop.by)
        }.hubError
        #expect(again?.code == .validationFailed)
        await shop.close()
    }

    @Test("a card moves on by itself through the active columns, and is worked on in each; a person lands it")
    func autoMode() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let columns = [
            CreateColumn(name: "Ideas", type: .backlog), CreateColumn(name: "Build", type: .active, prompt: "build it"),
            CreateColumn(name: "Check", type: .active, prompt: "check it"), CreateColumn(name: "Done", type: .done),
        ]
        let board = try await shop.engine.createBoard(
            project.id, CreateBoard(name: "Pipeline", columns: columns), by: Workshop.principal
        ).value
        let made = try await shop.journal.read { try $0.columns(of: board.id) }
        let card = try await shop.engine.createCard(
            project.id, CreateCard(title: "T", columnId: made[0].id), by: Workshop.principal
        ).value
        _ = try await shop.engine.updateCard(card.id, UpdateCard(autoMode: true), by: Workshop.principal)
        let script = "echo \"$ROOST_PROMPT\" | head -1 >> log.txt; cat log.txt"
        let run = try await shop.engine.createRun(
            project.id,
            CreateRun(cardId: card.id, provider: .command, options: Self.command(script), start: true), by: Workshop.by
        ).value
        try await shop.wait("it is behind the last active column") {
            let card = try await shop.journal.read { try $0.get(card.id) }
            return card?.columnId == made[2].id && card?.status == .inreview
        }
        let done = try await shop.run(run.id)
        #expect(done.status == .completed)
        #expect(try await output(of: done, in: shop).last == "check it")
        #expect(try await shop.journal.read { try $0.processes(of: run.id).count } == 2)
        let end = await Result.of { try await shop.engine.advanceCard(card.id, by: Workshop.by) }.hubError
        #expect(end?.code == .illegalTransition)
        await shop.close()
    }

    @Test("moving a card to an active column with a prompt starts work; a person lets it go on step by step")
    func move() async throws {
        let shop = try await Workshop(claude: ["true"])
        let project = try await shop.project()
        let made = try await shop.pipeline(in: project)
        func card(_ title: String) async throws -> Card {
            let input = CreateCard(title: title, columnId: made[0].id)
            return try await shop.engine.createCard(project.id, input, by: Workshop.principal).value
        }
        func runs(of card: Card) async throws -> [Run] {
            try await shop.journal.read { try $0.runs(of: project.id, card: card.id) }
        }
        let fresh = try await card("fresh")
        _ = try await shop.engine.moveCard(fresh.id, MoveCard(columnId: made[1].id), by: Workshop.principal)
        let first = try #require(try await runs(of: fresh).first)
        #expect(first.provider == .claudeCode && first.prompt == "build it\n\nfresh")

        let worked = try await card("worked")
        let run = try await shop.command("true", in: project, card: worked)
        try await shop.wait(for: run.id)
        let advanced = try await shop.engine.advanceCard(worked.id, by: Workshop.by).value
        #expect(advanced.columnId == made[2].id, "its run had taken it to the first active column")
        try await shop.wait("it was worked on") {
            try await shop.journal.read { try $0.processes(of: run.id).filter { $0.endedAt != nil }.count } == 2
        }
        #expect(try await runs(of: worked).count == 1)
        await shop.close()
    }

    @Test("one-shot: starts, waits and answers; who does not wait gets the run as it stands")
    func ask() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let asked = try await shop.engine.ask(
            project.id, CreateRun(provider: .demo, prompt: "Write\ndemo: approval=no pace=0 paragraphs=1"),
            waitMs: 60_000, by: Workshop.by)
        #expect(asked.run.status == .completed && asked.answer?.isEmpty == false)
        let asking = try await shop.engine.ask(
            project.id, CreateRun(provider: .demo, prompt: "Write\ndemo: pace=0 paragraphs=1"), waitMs: 60_000,
            by: Workshop.by)
        #expect(asking.run.status == .waiting && asking.run.waitingFor == .approval)
        let gone = try await shop.engine.ask(
            project.id, CreateRun(provider: .command, options: Self.command("sleep 1000")), waitMs: 0, by: Workshop.by)
        #expect(gone.run.status == .queued || gone.run.status == .running)
        for run in [asking.run.id, gone.run.id] { _ = try await shop.engine.cancelRun(run, by: Workshop.by) }
        await shop.close()
    }

    @Test("a plan is revised: the agent is told why, and goes on planning")
    func revise() async throws {
        let agent = """
            echo '{"type":"system","subtype":"init","session_id":"s"}'
            echo '{"type":"control_request","request_id":"r1","request":{"subtype":"can_use_tool",'\\
            '"tool_name":"ExitPlanMode","input":{"plan":"1. guess"},"tool_use_id":"t"}}'
            while read -r line; do echo "$line" >> "$HOME/told"; done
            """
        let shop = try await Workshop(claude: ["sh", "-c", agent])
        let project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id, CreateRun(provider: .claudeCode, prompt: "x", start: true), by: Workshop.by
        ).value
        let waiting = try await shop.wait(for: run.id, "waiting") { $0.status == .waiting }
        #expect(waiting.waitingFor == .plan)
        let bare = await Result.of {
            try await shop.engine.approveRun(run.id, .init(decision: .revise), by: Workshop.by)
        }.hubError
        #expect(bare?.code == .validationFailed)
        let answered = try await shop.engine.approveRun(
            run.id, .init(decision: .revise, reason: "measure first"), by: Workshop.by
        ).value
        #expect(answered.status == .denied && answered.decision?.decision == .revise)
        #expect(try await shop.run(run.id).status == .running)
        try await shop.wait("the agent is told") {
            let told = try? String(contentsOfFile: shop.home + "/told", encoding: .utf8)
            return told?.contains("measure first") == true
        }
        _ = try await shop.engine.cancelRun(run.id, by: Workshop.by)
        await shop.close()
    }
}
