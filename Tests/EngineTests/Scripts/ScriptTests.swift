import Engine
import Foundation
import Glibc
import Journal
import Model
import RoostTesting
import Testing

@Suite("Scripts beside agents, with real processes") struct ScriptTests {
    private func shop(_ scripts: Scripts) async throws -> (Workshop, Project) {
        let shop = try await Workshop()
        let project = try await shop.project()
        return (
            shop,
            try await shop.engine.updateProject(project.id, UpdateProject(scripts: scripts), by: Workshop.by).value
        )
    }

    private func sh(_ text: String, timeoutSeconds: Int? = nil) -> Script {
        Script(argv: ["sh", "-eu"], text: text, timeoutSeconds: timeoutSeconds)
    }

    private func processes(_ shop: Workshop, _ run: Run.ID) async throws -> [ChildProcess] {
        try await shop.journal.read { try $0.processes(of: run) }
    }

    private func process(_ shop: Workshop, _ id: ChildProcess.ID) async throws -> ChildProcess {
        try await shop.journal.read { try $0.required(id) }
    }

    @Test("setup comes before the agent and once a worktree, cleanup after each agent and into its commit")
    func aroundTheAgent() async throws {
        let (shop, project) = try await shop(
            Scripts(
                setup: sh("echo set up $ROOST_BRANCH; echo x >> setup.txt"), cleanup: sh("cat setup.txt > cleaned.txt"))
        )
        let run = try await shop.command("sh", "-c", "test -e setup.txt && echo y >> setup.txt", in: project)
        let done = try await shop.wait(for: run.id)
        #expect(done.status == .completed && done.setUpPath == done.worktreePath)
        #expect(try await shop.git("show", "\(done.headCommit ?? ""):cleaned.txt") == "x\ny\n")
        _ = try await shop.engine.sendMessage(run.id, SendMessage(text: "again"), by: Workshop.by)
        let again = try await shop.wait(for: run.id)
        #expect(try await shop.git("show", "\(again.headCommit ?? ""):cleaned.txt") == "x\ny\ny\n")
        let all = try await processes(shop, run.id)
        #expect(all.map(\.reason) == [.codingagent, .setupscript, .cleanupscript, .codingagent, .cleanupscript])
        #expect(all.allSatisfy { $0.status == .completed && $0.usage != nil })
        let said = try await shop.engine.output(of: all[1].id, .stdout, from: 0, count: 1_000, waitMs: 0)
        #expect(said.text == "set up \(done.branch ?? "")\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: shop.folder.path + "/data/scripts").isEmpty)
        await shop.close()
    }

    @Test("the time of a setup is not taken for an agent's silence")
    func longSetup() async throws {
        let shop = try await Workshop(stall: StallRule(afterSeconds: 60, action: .stop))
        var project = try await shop.project()
        let silent = try await shop.command("sleep", "1000", in: project)
        try await shop.wait("it runs") { try await processes(shop, silent.id).first?.pid != nil }
        let setup = sh("while ! [ -e \"$ROOST_PROJECT_PATH/../ready\" ]; do sleep 0.02; done")
        project = try await shop.engine.updateProject(
            project.id, UpdateProject(scripts: Scripts(setup: setup)), by: Workshop.by
        ).value
        let run = try await shop.command("true", in: project)
        try await shop.wait("it is being set up") {
            try await processes(shop, run.id).contains { $0.reason == .setupscript && $0.status == .running }
        }
        try await shop.wait("the one that is silent is stopped") {
            shop.clock.manual.advance(by: .seconds(15))
            return try await shop.run(silent.id).status == .paused
        }
        #expect(try await shop.run(run.id).status == .running)
        try Data().write(to: URL(fileURLWithPath: shop.repository + "/../ready"))
        #expect(try await shop.wait(for: run.id).status == .completed)
        await shop.close()
    }

    @Test("in the project's own folder nothing is set up; what cleans up runs there, and so does what is asked for")
    func ownFolder() async throws {
        let (shop, project) = try await shop(
            Scripts(setup: sh("exit 7"), cleanup: sh("pwd > ../cleaned"), verify: sh("pwd > ../verified")))
        _ = try await shop.engine.updatePolicy(of: project.id, UpdatePolicy(allowHost: true), by: Workshop.by)
        let made = try await shop.engine.createRun(
            project.id,
            CreateRun(
                provider: .command, options: RunOptions(argv: ["true"]), isolation: Isolation(.host), start: true),
            by: Workshop.by)
        let done = try await shop.wait(for: made.value.id)
        #expect(done.status == .completed)
        #expect(try await shop.entries(of: done.id).allSatisfy { $0.content.kind != .errorMessage })
        let verify = try await shop.engine.startScript(.purpose(.verify), of: done.id, by: Workshop.by).value
        try await shop.wait("it has ended") { try await process(shop, verify.id).endedAt != nil }
        for name in ["cleaned", "verified"] {
            let place = try String(contentsOfFile: shop.repository + "/../" + name, encoding: .utf8)
            #expect(place == shop.repository + "\n")
        }
        await shop.close()
    }

    @Test("a setup that fails fails the run with its words, and no agent is started")
    func failingSetup() async throws {
        let (shop, project) = try await shop(
            Scripts(setup: sh("echo trying; echo 'no such package: leftpad' >&2; exit 7")))
        let run = try await shop.wait(for: try await shop.command("touch", "ran", in: project).id)
        #expect(run.status == .failed && run.failure?.class == .user)
        #expect(run.failure?.message.contains("exit code 7\nno such package: leftpad") == true)
        #expect(run.setUpPath == nil && run.diff?.filesChanged == 0)
        await shop.close()
    }

    @Test("a script's time is limited, and a cleanup that fails is told without failing the run")
    func limits() async throws {
        let (shop, project) = try await shop(Scripts(cleanup: sh("echo slow; exec sleep 1000", timeoutSeconds: 1)))
        let run = try await shop.wait(for: try await shop.command("true", in: project).id)
        #expect(run.status == .completed)
        let told = try await shop.entries(of: run.id).compactMap(\.content.text).joined()
        #expect(told.contains("The cleanup script failed: stopped: its time limit was reached\nslow"))
        await shop.close()
    }

    @Test("stopping a run ends its setup too, and nothing is started afterwards")
    func stopDuringSetup() async throws {
        let (shop, project) = try await shop(Scripts(setup: sh("echo $$; exec sleep 1000")))
        let run = try await shop.command("touch", "ran", in: project)
        try await shop.wait("the setup runs") {
            try await processes(shop, run.id).contains { $0.reason == .setupscript && $0.pid != nil }
        }
        let pid = try #require(try await processes(shop, run.id).last?.pid)
        _ = try await shop.engine.stopRun(run.id, by: Workshop.by)
        try await shop.wait("all have ended") { try await processes(shop, run.id).allSatisfy { $0.endedAt != nil } }
        #expect(try !lives(Int32(pid)))
        #expect(try await shop.run(run.id).status == .paused)
        await shop.close()
    }

    @Test("a hub that goes during the setup is continued by the next one")
    func continued() async throws {
        let (shop, project) = try await shop(
            Scripts(setup: sh("echo up; while ! [ -e go ]; do sleep 0.05; done; echo x > setup.txt")))
        let run = try await shop.command("cat", "setup.txt", in: project)
        try await shop.wait("the setup runs") {
            try await processes(shop, run.id).contains { $0.reason == .setupscript && $0.pid != nil }
        }
        let worktree = try #require(try await shop.run(run.id).worktreePath)
        await shop.close()
        let next = try await Workshop(after: shop)
        #expect(FileManager.default.createFile(atPath: worktree + "/go", contents: nil))
        #expect(try await next.wait(for: run.id).status == .completed)
        #expect(try await processes(next, run.id).map(\.reason) == [.codingagent, .setupscript])
        await next.close()
    }

    @Test(
        "a dev server's port is found, also behind a fork; it lives through a hub, and ends when it is told, with all of it"
    )
    func devServer() async throws {
        let server =
            "import socket,time; s=socket.socket(); s.bind(('127.0.0.1',0)); s.listen(); print(s.getsockname()[1],flush=True); time.sleep(1000)"
        let (shop, project) = try await shop(Scripts(dev: sh("setsid python3 -c \"\(server)\" & echo $! >&2; wait")))
        let run = try await shop.wait(for: try await shop.command("touch", "x", in: project).id)
        let dev = try await shop.engine.startScript(.purpose(.dev), of: run.id, by: Workshop.by).value
        try await shop.wait("its port is found") { try await process(shop, dev.id).ports?.count == 1 }
        let port = try #require(try await process(shop, dev.id).ports?.first)
        let said = try await shop.engine.output(of: dev.id, .stdout, from: 0, count: 100, waitMs: 10_000)
        #expect(said.text == "\(port)\n" && !said.isEnd)
        let second = await Result.of { try await shop.engine.startScript(.purpose(.dev), of: run.id, by: Workshop.by) }
            .hubError
        #expect(second?.code == .alreadyExists && second?.members["processId"] == .string(dev.id.rawValue))

        await shop.close()
        let next = try await Workshop(after: shop)
        #expect(try await process(next, dev.id).endedAt == nil)
        _ = try await next.engine.stopProcess(dev.id, by: Workshop.by)
        try await next.wait("it has ended") { try await process(next, dev.id).endedAt != nil }
        let ended = try await process(next, dev.id)
        #expect(ended.status == .killed && ended.ports == nil)
        let pid = try #require(
            Int32(try await next.engine.output(of: dev.id, .stderr, from: 0, count: 100, waitMs: 0).text.dropLast()))
        #expect(try !lives(pid))
        let late = await Result.of { try await next.engine.stopProcess(dev.id, by: Workshop.by) }.hubError
        #expect(late?.code == .illegalTransition)
        await next.close()
    }

    @Test("a worktree that goes takes its dev server with it; verify says how it went; what cannot be started says why")
    func onRequest() async throws {
        let (shop, project) = try await shop(
            Scripts(verify: sh("test -e x; echo checked; exit 4"), dev: Script(argv: ["sleep", "1000"])))
        let run = try await shop.wait(for: try await shop.command("touch", "x", in: project).id)
        let verify = try await shop.engine.startScript(.purpose(.verify), of: run.id, by: Workshop.by).value
        try await shop.wait("verified") { try await process(shop, verify.id).endedAt != nil }
        let verified = try await process(shop, verify.id)
        #expect(verified.reason == .verifyscript && verified.exitCode == 4 && verified.status == .failed)
        let dev = try await shop.engine.startScript(.purpose(.dev), of: run.id, by: Workshop.by).value
        let none = await Result.of { try await shop.engine.startScript(.purpose(.setup), of: run.id, by: Workshop.by) }
            .hubError
        #expect(none?.code == .scriptNotFound)
        _ = try await shop.engine.merge(run.id, MergeRun(), by: Workshop.principal)
        try await shop.wait("server and worktree are gone") {
            let hasEnded = try await process(shop, dev.id).endedAt != nil
            return try await shop.run(run.id).worktreePath == nil && hasEnded
        }
        let gone = await Result.of { try await shop.engine.startScript(.purpose(.dev), of: run.id, by: Workshop.by) }
            .hubError
        #expect(gone?.code == .illegalTransition)
        await shop.close()
    }

    @Test("a script on a terminal is told its size, what people type in order, and the end of it")
    func terminal() async throws {
        let text = #"""
            stty -echo; stty size
            while read line; do
                case $line in size) stty size ;; *) echo "got $line" ;; esac
            done
            echo over
            """#
        let dev = Script(argv: ["sh"], text: text, terminal: ScreenSize(columns: 80, rows: 24))
        let (shop, project) = try await shop(Scripts(verify: Script(argv: ["sleep", "1000"]), dev: dev))
        let run = try await shop.wait(for: try await shop.command("touch", "x", in: project).id)
        let process = try await shop.engine.startScript(.purpose(.dev), of: run.id, by: Workshop.by).value
        func said() async throws -> String {
            try await shop.engine.output(of: process.id, .stdout, from: 0, count: 10_000, waitMs: 0).text
        }
        try await shop.wait("it is up") { try await said() == "24 80\r\n" }
        try await shop.wait("its row says so") {
            let row = try await self.process(shop, process.id)
            return row.status == .running && row.terminal?.rows == 24
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    _ = try await shop.engine.sendInput(to: process.id, ProcessInput(text: "line \(number)\n"))
                }
            }
            try await group.waitForAll()
        }
        try await shop.wait("it got all") { try await said().split(separator: "\r\n").count == 9 }
        #expect(Set(try await said().split(separator: "\r\n").dropFirst()) == Set((0..<8).map { "got line \($0)" }))
        let resized = try await shop.engine.resize(process.id, to: ScreenSize(columns: 132, rows: 43), by: Workshop.by)
        #expect(resized.value.terminal == ScreenSize(columns: 132, rows: 43))
        _ = try await shop.engine.sendInput(to: process.id, ProcessInput(text: "size\n"))
        try await shop.wait("it has the new size") { try await said().hasSuffix("43 132\r\n") }
        _ = try await shop.engine.sendInput(to: process.id, ProcessInput(end: true))
        try await shop.wait("it has ended") { try await self.process(shop, process.id).endedAt != nil }
        #expect(try await self.process(shop, process.id).status == .completed)
        #expect(try await said().hasSuffix("over\r\n"))
        let late = await Result.of { try await shop.engine.sendInput(to: process.id, ProcessInput(text: "x")) }.hubError
        #expect(late?.code == .illegalTransition)
        let plain = try await shop.engine.startScript(.purpose(.verify), of: run.id, by: Workshop.by).value
        try await shop.wait("it runs") { try await self.process(shop, plain.id).status == .running }
        let none = await Result.of {
            try await shop.engine.resize(plain.id, to: ScreenSize(columns: 1, rows: 1), by: Workshop.by)
        }.hubError
        #expect(none?.code == .illegalTransition)
        _ = try await shop.engine.stopProcess(plain.id, by: Workshop.by)
        await shop.close()
    }
}
