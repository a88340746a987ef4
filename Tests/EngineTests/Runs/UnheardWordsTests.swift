import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("What an agent was to be told and has not heard")
struct UnheardWordsTests {
    private static let says = RunOptions(argv: ["sh", "-c", "printenv ROOST_PROMPT | tee -a log.txt"])

    private func start(
        _ prompt: String, in project: Project, _ shop: Workshop, options: RunOptions = says
    ) async throws -> Run {
        try await shop.engine.createRun(
            project.id, CreateRun(provider: .command, prompt: prompt, options: options, start: true), by: Workshop.by
        ).value
    }

    private func output(of run: Run, in shop: Workshop) async throws -> String {
        try await shop.entries(of: run.id).filter { $0.content.kind == .output }.compactMap(\.content.text)
            .joined(separator: "\n")
    }

    /// What its agents have been told, also those that were never started.
    private func prompts(of run: Run, in shop: Workshop) async throws -> [String?] {
        try await shop.journal.read { try $0.processes(of: run.id).filter { $0.reason == .codingagent }.map(\.prompt) }
    }

    @Test("stopped and resumed while its worktree is seen to, the next one is told it, and nobody the first task again")
    func whileItIsPrepared() async throws {
        let folder = try TemporaryFolder()
        let program = try Workshop.install(
            """
            #!/bin/sh
            case " $* " in *" commit-tree "*) if [ -e \(folder.path)/hold ]; then
                : > \(folder.path)/held; while [ -e \(folder.path)/hold ]; do sleep 0.02; done
            fi;; esac
            exec git "$@"
            """, as: "git", in: folder.path)
        let shop = try await Workshop(gitProgram: program)
        let run = try await start("first", in: try await shop.project(), shop)
        try await shop.wait(for: run.id, "completed") { $0.status == .completed }
        try Data().write(to: URL(filePath: folder.path + "/hold"))
        _ = try await shop.engine.sendMessage(run.id, SendMessage(text: "second"), by: Workshop.by)
        try await shop.wait("its worktree is being saved") {
            FileManager.default.fileExists(atPath: folder.path + "/held")
        }
        _ = try await shop.engine.stopRun(run.id, by: Workshop.by)
        let resumed = try await shop.engine.resumeRun(run.id, by: Workshop.by).value
        #expect(resumed.nextPrompt == "second")
        try FileManager.default.removeItem(atPath: folder.path + "/hold")
        try await shop.wait(for: run.id, "completed") { $0.status == .completed }
        #expect(try await output(of: run, in: shop) == "first\nsecond")
        await shop.close()
    }

    @Test("cancelled while its worktree is made, it leaves none")
    func cancelledWhileItIsPrepared() async throws {
        let folder = try TemporaryFolder()
        let program = try Workshop.install(
            """
            #!/bin/sh
            case " $* " in *" worktree add "*)
                : > \(folder.path)/held; while ! [ -e \(folder.path)/go ]; do sleep 0.02; done
            ;; esac
            exec git "$@"
            """, as: "git", in: folder.path)
        let shop = try await Workshop(gitProgram: program)
        let run = try await start("first", in: try await shop.project(), shop)
        try await shop.wait("its worktree is being made") {
            FileManager.default.fileExists(atPath: folder.path + "/held")
        }
        _ = try await shop.engine.cancelRun(run.id, by: Workshop.by)
        let early = await Result.of { try await shop.engine.retryRun(run.id, by: Workshop.by) }.hubError
        #expect(early?.code == .illegalTransition && early?.retryAfterSeconds != nil)
        try Data().write(to: URL(filePath: folder.path + "/go"))
        try await shop.wait("no worktree and no branch is left") {
            let worktrees = try await shop.git("worktree", "list").split(separator: "\n").count
            let branches = try await shop.git("branch", "--list", "roost/*")
            return worktrees == 1 && branches.isEmpty
        }
        #expect(try await prompts(of: run, in: shop) == [nil])
        await shop.close()
    }

    @Test("stopped before its agent was started, one that has a session goes on with what it was to be told")
    func withSession() async throws {
        let agent = """
            echo '{"type":"system","subtype":"init","session_id":"s"}'
            read -r line; read -r line; echo "$line" >> "$HOME/told"
            echo '{"type":"result","subtype":"success","is_error":false,"result":"done","session_id":"s"}'
            cat > /dev/null
            """
        let shop = try await Workshop(claude: ["sh", "-c", agent])
        var project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id, CreateRun(provider: .claudeCode, prompt: "first", start: true), by: Workshop.by
        ).value
        try await shop.wait(for: run.id, "completed") { $0.status == .completed && $0.worktreePath == nil }
        #expect(try await shop.run(run.id).sessionId == "s")
        let setup = Script(
            argv: ["sh", "-eu"], text: "while ! [ -e \"$ROOST_PROJECT_PATH/../ready\" ]; do sleep 0.02; done")
        project = try await shop.engine.updateProject(
            project.id, UpdateProject(scripts: Scripts(setup: setup)), by: Workshop.by
        ).value
        _ = try await shop.engine.sendMessage(run.id, SendMessage(text: "second"), by: Workshop.by)
        try await shop.wait("it is being set up") {
            try await shop.journal.read {
                try $0.processes(of: run.id).contains { $0.reason == .setupscript && $0.pid != nil }
            }
        }
        _ = try await shop.engine.stopRun(run.id, by: Workshop.by)
        _ = try await shop.engine.resumeRun(run.id, by: Workshop.by)
        try Data().write(to: URL(filePath: shop.repository + "/../ready"))
        try await shop.wait(for: run.id, "completed") { $0.status == .completed }
        #expect(try await prompts(of: run, in: shop) == ["first", "second", "second"])
        let told = try String(contentsOfFile: shop.home + "/told", encoding: .utf8).split(separator: "\n")
        #expect(told.count == 2 && told.last?.contains("second") == true)
        await shop.close()
    }

    @Test("a message to one that was stopped in the queue comes behind its task")
    func stoppedInTheQueue() async throws {
        let shop = try await Workshop(hubLimit: 1)
        let project = try await shop.project()
        let first = try await shop.command("sleep", "1000", in: project)
        try await shop.wait(for: first.id, "running") { $0.status == .running }
        let run = try await start("the task", in: project, shop)
        _ = try await shop.engine.stopRun(run.id, by: Workshop.by)
        let told = try await shop.engine.sendMessage(run.id, SendMessage(text: "with care"), by: Workshop.by).value
        #expect(told.nextPrompt == "the task\n\nwith care")
        _ = try await shop.engine.cancelRun(first.id, by: Workshop.by)
        try await shop.wait(for: run.id, "completed") { $0.status == .completed }
        #expect(try await output(of: run, in: shop) == "the task\n\nwith care")
        await shop.close()
    }

    @Test("a message to one whose setup has failed comes behind its task; to one that has heard it, alone")
    func failedSetup() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let setup = Script(argv: ["test", "-e", shop.folder.path + "/ready"])
        _ = try await shop.engine.updateProject(
            project.id, UpdateProject(scripts: Scripts(setup: setup)), by: Workshop.by)
        let run = try await start("the task", in: project, shop)
        try await shop.wait(for: run.id, "failed") { $0.status == .failed }
        try Data().write(to: URL(filePath: shop.folder.path + "/ready"))
        _ = try await shop.engine.sendMessage(run.id, SendMessage(text: "try again"), by: Workshop.by)
        try await shop.wait(for: run.id, "completed") { $0.status == .completed }
        _ = try await shop.engine.sendMessage(run.id, SendMessage(text: "and more"), by: Workshop.by)
        try await shop.wait(for: run.id, "completed") { $0.status == .completed }
        #expect(try await prompts(of: run, in: shop) == ["the task", "the task\n\ntry again", "and more"])
        await shop.close()
    }

    @Test("a retry waits until the process of the attempt before has ended, and loses nothing of its work")
    func retry() async throws {
        let shop = try await Workshop()
        let script = "trap '' TERM; echo work > note.txt; echo begun; while :; do sleep 0.05; done"
        let run = try await shop.command("sh", "-c", script, in: try await shop.project())
        try await shop.wait("it has begun") { try await !shop.entries(of: run.id).isEmpty }
        let branch = try #require(try await shop.run(run.id).branch)
        _ = try await shop.engine.cancelRun(run.id, by: Workshop.by)
        let early = await Result.of { try await shop.engine.retryRun(run.id, by: Workshop.by) }.hubError
        #expect(early?.code == .illegalTransition && early?.retryAfterSeconds != nil)
        try await shop.wait("its process has ended") {
            try await shop.journal.read { try $0.processes(of: run.id).allSatisfy { $0.endedAt != nil } }
        }
        let retried = try await shop.engine.retryRun(run.id, by: Workshop.by).value
        #expect(retried.attempt == 2)
        #expect(try await shop.git("show", branch + ":note.txt") == "work\n")
        _ = try await shop.engine.cancelRun(run.id, by: Workshop.by)
        await shop.close()
    }
}
