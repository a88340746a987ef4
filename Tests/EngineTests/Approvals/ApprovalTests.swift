import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("Questions of agents, and who answers them") struct ApprovalTests {
    /// Speaks enough of Claude Code's protocol to ask one thing after the other, each when the one before is answered.
    private static func agent(_ questions: [(tool: String, input: String)]) -> [String] {
        var script = #"echo '{"type":"system","subtype":"init","session_id":"s"}'; read line; read line"#
        for (number, question) in questions.enumerated() {
            script +=
                "\necho '{\"type\":\"control_request\",\"request_id\":\"r\(number)\",\"request\":"
                + "{\"subtype\":\"can_use_tool\",\"tool_name\":\"\(question.tool)\",\"input\":\(question.input),"
                + "\"tool_use_id\":\"t\(number)\"}}'; read answer; echo \"$answer\" >&2"
        }
        return [
            "sh", "-c",
            script + #"""

                echo '{"type":"result","subtype":"success","is_error":false,"result":"done","session_id":"s"}'; cat >/dev/null
                """#,
        ]
    }

    private static func bash(_ command: String) -> (String, String) { ("Bash", #"{"command":"\#(command)"}"#) }

    private func start(_ shop: Workshop, _ project: Project) async throws -> Run {
        try await shop.engine.createRun(
            project.id, CreateRun(provider: .claudeCode, prompt: "x", start: true), by: Workshop.by
        ).value
    }

    private func open(_ shop: Workshop, _ run: Run.ID, _ title: String) async throws -> Approval {
        try await shop.wait("it asks \(title)") {
            try await shop.journal.read { try $0.approvals(run: run, status: .pending) }.contains { $0.title == title }
        }
        return try #require(try await shop.journal.read { try $0.approvals(run: run, status: .pending).first })
    }

    @Test("one that cannot be expired keeps no others waiting")
    func expiry() async throws {
        let shop = try await Workshop(approvalExpirySeconds: 60, claude: Self.agent([Self.bash("make")]))
        let project = try await shop.project()
        let first = try await open(shop, try await start(shop, project).id, "make")
        let run = try await start(shop, project)
        let second = try await open(shop, run.id, "make")
        // What is kept of its talk cannot be read.
        try await shop.journal.change(.project(project.id), by: .system) { tx in
            try tx.setProgress(ProcessProgress(dialogue: Array("{".utf8)), of: first.processId)
        }
        try await shop.wait("the other one is expired") {
            shop.clock.manual.advance(by: .seconds(15))
            return try await shop.journal.read { try $0.required(second.id).status == .timedOut }
        }
        #expect(try await shop.journal.read { try $0.required(first.id).status } == .pending)
        await shop.close()
    }

    @Test("a decision for always is a rule from then on, also for what is open elsewhere")
    func always() async throws {
        let shop = try await Workshop(
            claude: Self.agent([Self.bash("make *"), Self.bash("make x"), Self.bash("make *")]))
        let project = try await shop.project()
        let (first, second) = (try await start(shop, project), try await start(shop, project))
        let asked = try await open(shop, first.id, "make *")
        _ = try await open(shop, second.id, "make *")
        _ = try await shop.engine.answerApproval(asked.id, .init(decision: .approve, scope: .always), by: Workshop.by)
        let policy = try await shop.journal.read { try $0.policy(of: project) }
        #expect(
            policy.allow == [#"Bash: make \*"#] && policy.version == 2, "it is about that command, not about a pattern")
        for run in [first, second] {
            let next = try await open(shop, run.id, "make x")
            _ = try await shop.engine.answerApproval(next.id, .init(decision: .deny), by: Workshop.by)
            #expect(try await shop.wait(for: run.id).status == .completed)
        }
        let answers = try await shop.journal.read { try $0.approvals(run: second.id) }
        #expect(answers.map(\.rule) == [#"allow: Bash: make \*"#, nil, #"allow: Bash: make \*"#])
        #expect(answers.map(\.decidedBy?.type) == [.system, .user, .system])
        #expect(answers.allSatisfy { $0.resolvedAt != nil })
        await shop.close()
    }

    @Test("a decision for all is about the rest of that run, and what is denied stays denied")
    func all() async throws {
        let questions = [Self.bash("one"), Self.bash("two"), Self.bash("rm three")]
        let shop = try await Workshop(claude: Self.agent(questions))
        let project = try await shop.project()
        _ = try await shop.engine.updatePolicy(of: project.id, UpdatePolicy(deny: ["rm *"]), by: Workshop.by)
        let run = try await start(shop, project)
        let asked = try await open(shop, run.id, "one")
        let no = await Result.of {
            try await shop.engine.answerApproval(asked.id, .init(decision: .deny, scope: .all), by: Workshop.by)
        }.hubError
        #expect(no?.code == .validationFailed)
        _ = try await shop.engine.answerApproval(asked.id, .init(decision: .approve, scope: .all), by: Workshop.by)
        let done = try await shop.wait(for: run.id)
        #expect(done.status == .completed && done.approvesAll == true)
        let answers = try await shop.journal.read { try $0.approvals(run: run.id) }
        #expect(answers.map(\.rule) == [nil, "run", "deny: rm *"])
        #expect(answers.map(\.status) == [.approved, .approved, .denied])
        await shop.close()
    }

    @Test("nobody's approval goes past a rule that denies, nor does an edited command")
    func denyIsFinal() async throws {
        let shop = try await Workshop(claude: Self.agent([Self.bash("ls")]))
        let project = try await shop.project()
        let run = try await start(shop, project)
        let asked = try await open(shop, run.id, "ls")
        _ = try await shop.engine.updatePolicy(of: project.id, UpdatePolicy(deny: ["Bash: rm *"]), by: Workshop.by)
        func answer(_ command: JSONValue) async -> HubError? {
            await Result.of {
                try await shop.engine.answerApproval(
                    asked.id, .init(decision: .approve, edited: ["command": command]), by: Workshop.by)
            }.hubError
        }
        let refused = await answer("ls; rm -rf /")
        #expect(refused?.code == .deniedByPolicy && refused?.members["rule"] == "deny: Bash: rm *")
        #expect(await answer("ls -l") == nil)
        let second = await answer("ls")
        #expect(second?.code == .alreadyResolved && second?.members["decidedBy"] == "local")
        #expect(try await shop.wait(for: run.id).status == .completed)
        let told = try await shop.entries(of: run.id).compactMap(\.content.text).joined()
        #expect(told.contains(#""command":"ls -l""#), "the agent got it as it was edited")
        await shop.close()
    }

    @Test("a change of the rules answers what is open; a stale change is refused")
    func ruleChange() async throws {
        let shop = try await Workshop(claude: Self.agent([Self.bash("ls")]))
        let project = try await shop.project()
        let run = try await start(shop, project)
        _ = try await open(shop, run.id, "ls")
        let changed = try await shop.engine.updatePolicy(
            of: project.id, UpdatePolicy(allow: ["Bash: l?"], version: 1), by: Workshop.by)
        #expect(changed.value.version == 2)
        #expect(try await shop.wait(for: run.id).status == .completed)
        let stale = await Result.of {
            try await shop.engine.updatePolicy(of: project.id, UpdatePolicy(version: 1), by: Workshop.by)
        }.hubError
        #expect(stale?.code == .versionStale)
        await shop.close()
    }

    @Test("a question comes with what may be chosen, and is answered by its own words")
    func options() async throws {
        let input = """
            {"questions":[{"question":"Which colour?","header":"Colour","multiSelect":true,\
            "options":[{"label":"red","description":"warm"},{"label":"blue"}]}]}
            """
        let shop = try await Workshop(claude: Self.agent([("AskUserQuestion", input)]))
        let project = try await shop.project()
        _ = try await shop.engine.updatePolicy(of: project.id, UpdatePolicy(autoApprove: true), by: Workshop.by)
        let run = try await start(shop, project)
        let asked = try await open(shop, run.id, "Which colour?")
        let question = try #require(asked.questions?.first)
        #expect(question.header == "Colour" && question.multiSelect)
        #expect(question.options.map(\.label) == ["red", "blue"] && question.options[0].description == "warm")
        let other = await Result.of {
            try await shop.engine.answerApproval(
                asked.id, .init(decision: .approve, answers: ["What?": "red"]), by: Workshop.by)
        }.hubError
        #expect(other?.code == .validationFailed)
        _ = try await shop.engine.answerApproval(
            asked.id, .init(decision: .approve, answers: ["Which colour?": "red, blue"]), by: Workshop.by)
        #expect(try await shop.wait(for: run.id).status == .completed)
        await shop.close()
    }
}
