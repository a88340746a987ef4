import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("Sessions that their agent has lost, with real processes") struct LostSessionTests {
    /// Begins a session, and knows none before it may. It tells what that has cost in all.
    private static let agent = """
        cost=0.5
        case "$*" in *--resume=*)
          cost=0.75
          if ! [ -e "$HOME/known" ]; then
          echo 'No conversation found with session ID: s' >&2
          echo '{"type":"result","subtype":"error_during_execution","is_error":true,"session_id":"s",'\\
        '"errors":["No conversation found with session ID: s"]}'
          exit 1
          fi
        esac
        echo '{"type":"system","subtype":"init","session_id":"s"}'
        read -r line; read -r line; printf "%s\\\\n" "$line" >> "$HOME/told"
        echo '{"type":"assistant","message":{"content":[{"type":"text","text":"I did it."}]},"session_id":"s"}'
        echo '{"type":"result","subtype":"success","is_error":false,"result":"did it","total_cost_usd":'$cost'}'
        cat > /dev/null
        """

    @Test("a run goes on in a new session, which is told what came before and what is to be done")
    func begunAnew() async throws {
        let shop = try await Workshop(claude: ["sh", "-c", Self.agent])
        let project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id, CreateRun(provider: .claudeCode, prompt: "Build a wall", start: true), by: Workshop.by
        ).value
        let first = try await shop.wait(for: run.id)
        #expect(first.status == .completed && first.sessionId == "s")
        _ = try await shop.engine.sendMessage(run.id, SendMessage(text: "Paint it red"), by: Workshop.by)
        try await shop.wait("it has gone on by itself") {
            try await shop.journal.read { try $0.processes(of: run.id).filter { $0.endedAt != nil }.count } == 3
        }
        let done = try await shop.wait(for: run.id)
        #expect(done.status == .completed && done.sessionId == "s" && done.failure == nil)
        let processes = try await shop.journal.read { try $0.processes(of: run.id) }
        #expect(processes.map(\.status) == [.completed, .failed, .completed])
        #expect(processes[1].prompt == "Paint it red" && processes[1].argv.contains("--resume=s"))
        let told = try #require(processes[2].prompt)
        #expect(!processes[2].argv.contains("--resume=s") && told.hasSuffix("\n\nPaint it red"))
        #expect(told.contains("Build a wall") && told.contains("Agent: I did it."))
        #expect(told.components(separatedBy: "Paint it red").count == 2, "nothing is told twice")
        let heard = try String(contentsOfFile: shop.home + "/told", encoding: .utf8)
        #expect(heard.split(separator: "\n").count == 2 && heard.contains("Paint it red"))
        let notes = try await shop.entries(of: run.id).filter { $0.content.kind == .systemMessage }
        #expect(notes.compactMap(\.content.text).contains { $0.contains("A new session is begun") })
        #expect(done.usage?.costUsd == 1 && done.sessionCostUsd == 0.5, "a new session costs from nothing on")

        #expect(FileManager.default.createFile(atPath: shop.home + "/known", contents: nil))
        _ = try await shop.engine.sendMessage(run.id, SendMessage(text: "Thanks"), by: Workshop.by)
        let last = try await shop.wait(for: run.id)
        #expect(last.status == .completed && last.sessionCostUsd == 0.75)
        #expect(last.usage?.costUsd == 1.25, "what a session had cost before it was gone on with counts once")
        await shop.close()
    }

    /// Fails once, and has cost something by then.
    private static let failing = """
        echo '{"type":"system","subtype":"init","session_id":"s"}'
        read -r line; read -r line
        if mkdir "$HOME/again"; then
          echo '{"type":"result","subtype":"error_during_execution","is_error":true,"errors":["it broke"],"total_cost_usd":0.5}'
          exit 1
        fi
        echo '{"type":"result","subtype":"success","is_error":false,"result":"did it","total_cost_usd":0.25}'
        cat > /dev/null
        """

    @Test("a retry has a session of its own, which costs from nothing on")
    func retried() async throws {
        let shop = try await Workshop(claude: ["sh", "-c", Self.failing])
        let project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id, CreateRun(provider: .claudeCode, prompt: "Build a wall", start: true), by: Workshop.by
        ).value
        let failed = try await shop.wait(for: run.id)
        #expect(failed.status == .failed && failed.sessionCostUsd == 0.5)
        _ = try await shop.engine.retryRun(run.id, by: Workshop.by)
        let done = try await shop.wait(for: run.id)
        #expect(done.status == .completed && done.sessionCostUsd == 0.25 && done.usage?.costUsd == 0.75)
        await shop.close()
    }
}
