import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("Runs, with real keepers, worktrees and processes")
struct RunTests {
    @Test("a command's lines become entries, its files a diff, its branch a merge, its card done")
    func wholeWay() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let card = try await shop.card("Write a note", in: project)
        let run = try await shop.command(
            "sh", "-c", "echo one; echo zwei ü >&2; echo hello > note.txt", in: project, card: card)
        let done = try await shop.wait(for: run.id)
        #expect(done.status == .completed)
        #expect(done.diff == DiffStats(filesChanged: 1, additions: 1, deletions: 0))

        let lines = try await shop.entries(of: run.id).filter { $0.content.kind == .output }
        #expect(
            Set(lines.map { "\($0.content.stream?.rawValue ?? "") \($0.content.text ?? "")" }) == [
                "stdout one", "stderr zwei ü",
            ])
        let indices = try await shop.entries(of: run.id).map(\.index)
        #expect(indices == Array(0..<indices.count))
        let inReview = try await shop.journal.read { try $0.get(card.id) }
        #expect(inReview?.status == .inreview)

        let diff = try await shop.engine.diff(of: run.id)
        #expect(diff.files.map(\.path) == ["note.txt"])
        let merged = try await shop.engine.merge(run.id, MergeRun(), by: Workshop.principal).value
        #expect(merged.merge == .merged)
        #expect(try await shop.git("show", "main:note.txt") == "hello\n")
        #expect(try String(contentsOfFile: shop.repository + "/note.txt", encoding: .utf8) == "hello\n")
        let finished = try await shop.journal.read { reader in
            let card = try #require(try reader.get(card.id))
            return (card.status, try reader.get(card.columnId)?.type)
        }
        #expect(finished == (.done, .done))
        try await shop.wait("the worktree is gone") { try await shop.run(run.id).worktreePath == nil }
        #expect(try await shop.git("worktree", "list").split(separator: "\n").count == 1)
        #expect(try await shop.engine.diff(of: run.id) == diff, "a landed diff can still be read")
        await shop.close()
    }

    @Test("a command that fails, cannot be found, or changes nothing")
    func endings() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let failing = try await shop.command("sh", "-c", "exit 3", in: project)
        let missing = try await shop.command("/nonexistent/program", in: project)
        let idle = try await shop.command("true", in: project)
        let failed = try await shop.wait(for: failing.id)
        #expect(failed.status == .failed && failed.failure?.class == .agent)
        #expect(failed.failure?.message.contains("3") == true)
        let refused = await Result.of { try await shop.engine.retryRun(idle.id, by: Workshop.by) }.hubError
        #expect(refused?.code == .illegalTransition)
        #expect(try await shop.wait(for: missing.id).status == .failed)
        #expect(try await shop.wait(for: idle.id).status == .completed)
        let nothing = await Result.of { try await shop.engine.merge(idle.id, MergeRun(), by: Workshop.principal) }
            .hubError
        #expect(nothing?.code == .nothingToMerge)
        try await shop.wait("no worktree and no branch is left") {
            let worktrees = try await shop.git("worktree", "list").split(separator: "\n").count
            let branches = try await shop.git("branch", "--list", "roost/*")
            return worktrees == 1 && branches.isEmpty
        }
        await shop.close()
    }

    @Test("the demo agent asks once; the first answer wins; the run goes on and completes")
    func approval() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let card = try await shop.card("Improve the greeting", "demo: pace=0 paragraphs=2", in: project)
        let run = try await shop.engine.createRun(
            project.id, CreateRun(cardId: card.id, provider: .demo, start: true), by: Workshop.by
        ).value
        let waiting = try await shop.wait(for: run.id, "waiting") { $0.status == .waiting }
        #expect(waiting.waitingFor == .approval)
        let asked = try #require(try await shop.journal.read { try $0.approvals(run: run.id, status: .pending).first })

        async let first = Result.of {
            try await shop.engine.answerApproval(asked.id, .init(decision: .approve), by: Workshop.by)
        }
        async let second = Result.of {
            try await shop.engine.answerApproval(asked.id, .init(decision: .deny), by: Workshop.by)
        }
        let answers = await [first, second]
        #expect(answers.filter { $0.isSuccess }.count == 1)
        #expect(answers.compactMap { $0.hubError?.code } == [.alreadyResolved])

        let done = try await shop.wait(for: run.id)
        #expect(done.status == .completed)
        #expect(done.usage?.inputTokens != nil && done.usage?.costUsd != nil)
        let kinds = Set(try await shop.entries(of: run.id).map(\.content.kind))
        #expect(kinds.isSuperset(of: [.userMessage, .assistantMessage, .toolUse]))
        await shop.close()
    }

    @Test("stop leaves a run paused with its process gone; a message goes on in the same worktree; cancel is final")
    func stopAndGoOn() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id, CreateRun(provider: .demo, prompt: "Write\ndemo: pace=0 paragraphs=1", start: true),
            by: Workshop.by
        ).value
        try await shop.wait(for: run.id, "waiting") { $0.status == .waiting }
        let stopped = try await shop.engine.stopRun(run.id, by: Workshop.by).value
        #expect(stopped.status == .paused)
        try await shop.wait("its process has ended") {
            try await shop.journal.read { try $0.processes(of: run.id).allSatisfy { $0.endedAt != nil } }
        }
        let open = try await shop.journal.read { try $0.approvals(run: run.id, status: .pending) }
        #expect(open.isEmpty)
        let worktree = try await shop.run(run.id).worktreePath

        _ = try await shop.engine.sendMessage(
            run.id, SendMessage(text: "Go on\ndemo: approval=no paragraphs=1"), by: Workshop.by)
        let done = try await shop.wait(for: run.id)
        #expect(done.status == .completed && done.worktreePath == worktree)
        let said = try await shop.entries(of: run.id).filter { $0.content.kind == .userMessage }
        #expect(said.count == 2)

        await #expect(throws: HubError.self) { try await shop.engine.cancelRun(run.id, by: Workshop.by) }
        let other = try await shop.command("sleep", "60", in: project)
        try await shop.wait(for: other.id, "running") { $0.status == .running }
        #expect(try await shop.engine.cancelRun(other.id, by: Workshop.by).value.status == .cancelled)
        try await shop.wait("the cancelled process has ended") {
            try await shop.journal.read { try $0.processes(of: other.id).allSatisfy { $0.endedAt != nil } }
        }
        await shop.close()
    }

    @Test("limits hold, everything finishes, nothing is left behind")
    func queue() async throws {
        let shop = try await Workshop(hubLimit: 4, projectLimit: 2)
        let project = try await shop.project()
        var runs: [Run.ID] = []
        for number in 0..<24 { runs.append(try await shop.command("echo", "\(number)", in: project).id) }
        for run in runs { #expect(try await shop.wait(for: run).status == .completed) }
        let page = try await shop.journal.events(
            in: .project(project.id), after: 0, limit: 10_000, byteCountMax: 64 << 20)
        guard case .page(let events, _, _) = page else {
            Issue.record("the journal's beginning is gone")
            return
        }
        #expect(events.map(\.header.seq) == Array(1...UInt64(events.count)))
        var (active, most) = (0, 0)
        for event in events {
            if event.header.type == .runStarted { active += 1 }
            if [.runCompleted, .runFailed, .runInterrupted].contains(event.header.type) { active -= 1 }
            most = max(most, active)
        }
        #expect(most == 2 && active == 0)
        try await shop.wait("no worktree is left") {
            try await shop.git("worktree", "list").split(separator: "\n").count == 1
        }
        await shop.close()
    }

    @Test("a hub that goes in the middle is continued by the next one, without a word lost or doubled")
    func continued() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let script = "for i in $(seq 1 200); do echo line $i; sleep 0.01; done"
        let run = try await shop.command("sh", "-c", script, in: project)
        try await shop.wait("it has begun to talk") { try await shop.entries(of: run.id).count > 20 }
        await shop.close()
        let next = try await Workshop(after: shop)
        let done = try await next.wait(for: run.id)
        #expect(done.status == .completed)
        let lines = try await next.entries(of: run.id).compactMap(\.content.text)
        #expect(lines == (1...200).map { "line \($0)" })
        await next.close()
    }

    @Test("a question that waits survives the hub, and its answer reaches the agent that waited")
    func approvalAcrossRestart() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id, CreateRun(provider: .demo, prompt: "Write\ndemo: pace=0 paragraphs=1", start: true),
            by: Workshop.by
        ).value
        try await shop.wait(for: run.id, "waiting") { $0.status == .waiting }
        await shop.close()
        let next = try await Workshop(after: shop)
        _ = try await next.engine.approveRun(run.id, .init(decision: .deny, reason: "not today"), by: Workshop.by)
        #expect(try await next.wait(for: run.id).status == .completed)
        let denied = try await next.entries(of: run.id).compactMap(\.content.tool).filter { $0.status == .denied }
        #expect(denied.count == 1)
        await next.close()
    }

    @Test("nobody answers: the question expires and the agent is told no")
    func expiry() async throws {
        let shop = try await Workshop(approvalExpirySeconds: 60)
        let project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id, CreateRun(provider: .demo, prompt: "Write\ndemo: pace=0 paragraphs=1", start: true),
            by: Workshop.by
        ).value
        try await shop.wait(for: run.id, "waiting") { $0.status == .waiting }
        // Whoever ends it may look at the clock before or after it is moved on.
        try await shop.wait("the end") {
            shop.clock.manual.advance(by: .seconds(61))
            return try await shop.run(run.id).status == .completed
        }
        let approvals = try await shop.journal.read { try $0.approvals(run: run.id) }
        #expect(approvals.map(\.status) == [.timedOut])
        await shop.close()
    }

    @Test("a refused retry removes nothing; a legal one begins anew on a branch of its own")
    func retry() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let run = try await shop.command("sh", "-c", "date +%N > $RANDOM$$.txt; test -e again || exit 1", in: project)
        let failed = try await shop.wait(for: run.id)
        #expect(failed.status == .failed && failed.diff?.filesChanged == 1)
        let retried = try await shop.engine.retryRun(run.id, by: Workshop.by).value
        #expect(retried.attempt == 2)
        let again = try await shop.wait(for: run.id)
        #expect(again.branch != failed.branch && again.diff?.filesChanged == 1)
        #expect(try await shop.git("branch", "--list", "roost/*").split(separator: "\n").count == 2)

        let done = try await shop.command("sh", "-c", "echo x > x.txt", in: project)
        let worktree = try await shop.wait(for: done.id).worktreePath
        let refused = await Result.of { try await shop.engine.retryRun(done.id, by: Workshop.by) }.hubError
        #expect(refused?.code == .illegalTransition)
        #expect(worktree.map { FileManager.default.fileExists(atPath: $0 + "/x.txt") } == true)
        await shop.close()
    }

    @Test("an agent that commits by itself, and a message after the merge: each piece of work lands once")
    func afterTheMerge() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let script =
            "echo $ROOST_PROMPT > $ROOST_PROMPT.txt; git add .; git -c user.name=a -c user.email=a@b commit -qm own"
        let run = try await shop.engine.createRun(
            project.id,
            CreateRun(
                provider: .command, prompt: "first", options: RunOptions(argv: ["sh", "-c", script]), start: true),
            by: Workshop.by
        ).value
        try await shop.wait(for: run.id)
        _ = try await shop.engine.merge(run.id, MergeRun(), by: Workshop.principal)
        #expect(try await shop.engine.diff(of: run.id).files.map(\.path) == ["first.txt"])

        _ = try await shop.engine.sendMessage(run.id, SendMessage(text: "second"), by: Workshop.by)
        let again = try await shop.wait(for: run.id)
        #expect(again.merge == .none && again.diff?.filesChanged == 1)
        #expect(try await shop.engine.diff(of: run.id).files.map(\.path) == ["second.txt"])
        #expect(try await shop.engine.merge(run.id, MergeRun(), by: Workshop.principal).value.merge == .merged)
        #expect(try await shop.git("show", "main:second.txt") == "second\n")
        await shop.close()
    }

    @Test("a conflict is reported with its files and changes nothing; the target's own changes are safe")
    func conflict() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let left = try await shop.command("sh", "-c", "echo left > same.txt", in: project)
        let right = try await shop.command("sh", "-c", "echo right > same.txt", in: project)
        for run in [left, right] { #expect(try await shop.wait(for: run.id).status == .completed) }
        _ = try await shop.engine.merge(left.id, MergeRun(), by: Workshop.principal)
        let before = try await shop.git("rev-parse", "main")
        let error = await Result.of { try await shop.engine.merge(right.id, MergeRun(), by: Workshop.principal) }
            .hubError
        #expect(error?.code == .mergeConflict)
        #expect(error?.members["conflictedFiles"]?.array?.first?["path"] == "same.txt")
        #expect(try await shop.git("rev-parse", "main") == before)
        let told = try await shop.run(right.id)
        #expect(told.merge == .conflict && told.conflict?.operation == nil && told.conflict?.count == 1)
        #expect(told.conflict?.files == [.init(path: "same.txt", kind: "bothAdded")])
        await shop.close()
    }
}

extension Result where Failure == any Error {
    static func of(_ body: () async throws -> Success) async -> Result {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
    var isSuccess: Bool { if case .success = self { true } else { false } }
    var hubError: HubError? { if case .failure(let error) = self { error as? HubError } else { nil } }
}
