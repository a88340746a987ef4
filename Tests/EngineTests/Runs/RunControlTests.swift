import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("Runs that pause, wait and cost, with real processes")
struct RunControlTests {
    /// Prints a line every 10 ms, so that one can see whether it goes on.
    private static let ticking = ["sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); echo $i; sleep 0.01; done"]

    /// Stopped; or, for a shell that waits for the `vfork` of a child that was stopped before it became a program, in a
    /// sleep that nothing disturbs (proc_pid_stat(5)).
    private func isStopped(_ process: ChildProcess) throws -> Bool {
        let stat = try String(contentsOfFile: "/proc/\(try #require(process.pid))/stat", encoding: .utf8)
        return ["T", "D"].contains(try #require(stat.split(separator: ")").last?.dropFirst().first))
    }

    private func process(of run: Run, in shop: Workshop) async throws -> ChildProcess {
        try #require(try await shop.journal.read { try $0.processes(of: run.id).last })
    }

    private func claude(
        _ prompt: String?, in project: Project, _ shop: Workshop, _ card: Card? = nil
    ) async throws -> Run {
        let input = CreateRun(cardId: card?.id, provider: .claudeCode, prompt: prompt, start: true)
        return try await shop.engine.createRun(project.id, input, by: Workshop.by).value
    }

    /// Speaks just enough of the protocol. The first time its quota is used up, the second time it does what it is told.
    private static let limited = """
        echo '{"type":"system","subtype":"init","session_id":"s"}'
        read -r line; echo "$line" >> "$HOME/told"
        if [ -e "$HOME/used-up" ]; then
          echo '{"type":"result","subtype":"success","is_error":false,"result":"done","total_cost_usd":0.5,'\
        '"usage":{"input_tokens":10,"output_tokens":5}}'
        else
          touch "$HOME/used-up"
          echo '{"type":"result","subtype":"success","is_error":true,"api_error_status":429,'\
        '"result":"limit reached, try again in 60s"}'
        fi
        cat >> "$HOME/told"
        """

    @Test("a paused run stands still, over a new hub too, and goes on where it was")
    func pause() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id, CreateRun(provider: .command, options: RunOptions(argv: Self.ticking), start: true),
            by: Workshop.by
        ).value
        try await shop.wait("it ticks") { try await shop.entries(of: run.id).count > 5 }
        let paused = try await shop.engine.pauseRun(run.id, by: Workshop.by).value
        #expect(paused.status == .paused && paused.pause == .some(.frozen(.user)))
        let process = try await process(of: run, in: shop)
        try await shop.wait("it is stopped") { try isStopped(process) }
        await shop.close()

        let next = try await Workshop(after: shop)
        #expect(try await next.run(run.id).status == .paused)
        // Between a sleep that was disturbed after all and the stop that it meets, it runs for a moment.
        try await next.wait("it still stands still") { try isStopped(process) }
        let count = try await next.entries(of: run.id).count
        #expect(try await next.engine.resumeRun(run.id, by: Workshop.by).value.status == .running)
        try await next.wait("it goes on") { try await next.entries(of: run.id).count > count + 5 }
        let lines = try await next.entries(of: run.id).compactMap(\.content.text)
        #expect(lines == (1...lines.count).map(String.init), "nothing is lost or doubled")

        _ = try await next.engine.pauseRun(run.id, by: Workshop.by)
        try await next.wait("it is stopped again") { try isStopped(process) }
        _ = try await next.engine.cancelRun(run.id, by: Workshop.by)
        try await next.wait("a frozen process can be ended") {
            try await next.journal.read { try $0.processes(of: run.id).allSatisfy { $0.endedAt != nil } }
        }
        await next.close()
    }

    @Test("an answer to a run that is paused is heard when it goes on; one that was stopped goes on by another process")
    func pauseWhileAsking() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id, CreateRun(provider: .demo, prompt: "Write\ndemo: pace=0 paragraphs=1", start: true),
            by: Workshop.by
        ).value
        try await shop.wait(for: run.id, "waiting") { $0.status == .waiting }
        _ = try await shop.engine.pauseRun(run.id, by: Workshop.by)
        let paused = try await shop.run(run.id)
        #expect(paused.status == .paused && paused.waitingFor == .approval)
        _ = try await shop.engine.approveRun(run.id, .init(decision: .approve), by: Workshop.by)
        #expect(try await shop.run(run.id).status == .paused)
        _ = try await shop.engine.resumeRun(run.id, by: Workshop.by)
        #expect(try await shop.wait(for: run.id).status == .completed)

        let other = try await shop.engine.createRun(
            project.id, CreateRun(provider: .demo, prompt: "Other\ndemo: pace=0 paragraphs=1", start: true),
            by: Workshop.by
        ).value
        try await shop.wait(for: other.id, "waiting") { $0.status == .waiting }
        _ = try await shop.engine.stopRun(other.id, by: Workshop.by)
        _ = try await shop.engine.resumeRun(other.id, by: Workshop.by)
        try await shop.wait(for: other.id, "waiting again") { $0.status == .waiting }
        #expect(try await shop.journal.read { try $0.processes(of: other.id).count } == 2)
        _ = try await shop.engine.cancelRun(other.id, by: Workshop.by)
        await shop.close()
    }

    @Test("a used-up quota holds all runs of its provider until it is there again, over a new hub too")
    func quota() async throws {
        let shop = try await Workshop(claude: ["sh", "-c", Self.limited])
        let project = try await shop.project()
        let run = try await claude("one", in: project, shop)
        let waiting = try await shop.wait(for: run.id, "waiting") { $0.status == .waiting }
        #expect(waiting.waitingFor == .quota && waiting.failure?.class == .quota)
        #expect(waiting.waitingUntil == shop.clock.now().adding(milliseconds: 90_000))
        let second = try await claude("two", in: project, shop)
        let held = try await shop.wait(for: second.id, "told why") { $0.queue != nil }
        #expect(
            held.queue
                == Run.QueuePlace(position: 1, heldBy: .quota, heldUntil: waiting.waitingUntil))
        #expect(try await shop.wait(for: try await shop.command("true", in: project).id).status == .completed)
        await shop.close()

        let next = try await Workshop(after: shop, claude: ["sh", "-c", Self.limited])
        #expect(try await next.run(run.id).waitingUntil == waiting.waitingUntil)
        try await next.wait("time has come") {
            next.clock.manual.advance(by: .seconds(15))
            return try await next.run(run.id).status != .waiting
        }
        let done = try await next.wait(for: run.id)
        #expect(done.status == .completed && done.attempt == 1 && done.retries == nil)
        #expect(try await next.wait(for: second.id).status == .completed)
        let told = try String(contentsOfFile: next.home + "/told", encoding: .utf8)
        #expect(told.contains("Go on where you stopped."), "its session is there, and knows the rest")
        await next.close()
    }

    @Test("who asks does not wait for a quota's time")
    func resumeEarly() async throws {
        let shop = try await Workshop(claude: ["sh", "-c", Self.limited])
        let project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id, CreateRun(provider: .claudeCode, prompt: "one", start: true), by: Workshop.by
        ).value
        try await shop.wait(for: run.id, "waiting") { $0.status == .waiting }
        _ = try await shop.engine.resumeRun(run.id, by: Workshop.by)
        #expect(try await shop.wait(for: run.id).status == .completed)
        await shop.close()
    }

    @Test("a budget that is used up pauses the run, says which, and is a 409 until it is raised")
    func budget() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id,
            CreateRun(
                provider: .command, options: RunOptions(argv: Self.ticking), start: true,
                budget: Budget(runningMs: 3_600_000, outputBytes: 20)), by: Workshop.by
        ).value
        let paused = try await shop.wait(for: run.id, "paused") { $0.status == .paused }
        #expect(paused.pause?.reason == .budget && paused.pause?.agent == .frozen)
        #expect(paused.pause?.detail?.contains("outputBytes") == true)
        let refused = await Result.of { try await shop.engine.resumeRun(run.id, by: Workshop.by) }.hubError
        #expect(refused?.code == .budgetExceeded && refused?.members["limit"] == "outputBytes")
        #expect(try await shop.run(run.id).status == .paused)
        _ = try await shop.engine.updateRun(
            run.id, UpdateRun(budget: Budget(runningMs: 3_600_000)), by: Workshop.by)
        _ = try await shop.engine.resumeRun(run.id, by: Workshop.by)
        try await shop.wait("an hour of work has passed") {
            shop.clock.manual.advance(by: .seconds(60))
            return try await shop.run(run.id).status == .paused
        }
        #expect(try await shop.run(run.id).pause?.detail?.contains("runningMs") == true)
        _ = try await shop.engine.cancelRun(run.id, by: Workshop.by)
        await shop.close()
    }

    @Test("a card's budget is one for all its runs; what an agent does not tell uses up nothing")
    func sharedBudget() async throws {
        let shop = try await Workshop(claude: ["sh", "-c", "touch \"$HOME/used-up\"\n" + Self.limited])
        let project = try await shop.project()
        let card = try await shop.card("Work", in: project)
        _ = try await shop.engine.updateCard(card.id, UpdateCard(budget: Budget(costUsd: 0.5)), by: Workshop.principal)
        let silent = try await shop.command("true", in: project, card: card)
        #expect(try await shop.wait(for: silent.id).usage == nil)
        // What comes last in a turn is what it cost: this one is done.
        let first = try await shop.wait(for: try await claude(nil, in: project, shop, card).id)
        #expect(first.status == .completed && first.usage?.tokens == 15)
        #expect(try await !events(in: project, shop).contains { $0.type == .runPaused }, "it was done")
        let second = try await shop.wait(for: try await claude(nil, in: project, shop, card).id, "paused") {
            $0.status == .paused
        }
        #expect(second.pause == .some(.gone(.budget, second.pause?.detail)))
        #expect(second.pause?.detail?.contains("the card's budget") == true)
        #expect(try await shop.journal.read { try $0.processes(of: second.id) }.isEmpty)
        let spent = try await shop.journal.read { [now = shop.clock.now()] in try $0.spent(by: .card(card.id), at: now)
        }
        #expect(spent.tokens == 15 && spent.costUsd == 0.5)
        await shop.close()
    }

    private func events(in project: Project, _ shop: Workshop) async throws -> [EventHeader] {
        let page = try await shop.journal.events(
            in: .project(project.id), after: 0, limit: 10_000, byteCountMax: 64 << 20)
        guard case .page(let events, _, _) = page else { return [] }
        return events.map(\.header)
    }

    @Test("silence is noticed once, asked about, or ended, as the project says")
    func stalls() async throws {
        let shop = try await Workshop(stall: StallRule(afterSeconds: 60, action: .notify))
        let project = try await shop.project()
        let run = try await shop.command("sh", "-c", "echo one; cat; sleep 1000", in: project)
        try await shop.wait("it has said something") { try await !shop.entries(of: run.id).isEmpty }
        try await shop.wait("its silence is noticed") {
            shop.clock.manual.advance(by: .seconds(15))
            return try await shop.run(run.id).stalledSince != nil
        }
        #expect(try await shop.run(run.id).status == .running)
        _ = try await shop.engine.updateProject(
            project.id, UpdateProject(stall: StallRule(afterSeconds: 60, action: .stop)), by: Workshop.by)
        let other = try await shop.command("sleep", "1000", in: project)
        try await shop.wait(for: other.id, "running") { $0.status == .running }
        try await shop.wait("it is stopped") {
            shop.clock.manual.advance(by: .seconds(15))
            return try await shop.run(other.id).status == .paused
        }
        #expect(try await shop.run(other.id).pause?.reason == .stall)
        _ = try await shop.engine.cancelRun(run.id, by: Workshop.by)
        await shop.close()
    }
}

extension Run.Pause {
    fileprivate static func frozen(_ reason: Reason) -> Self { Self(agent: .frozen, reason: reason, detail: nil) }
    fileprivate static func gone(_ reason: Reason, _ detail: String?) -> Self {
        Self(agent: .gone, reason: reason, detail: detail)
    }
}
