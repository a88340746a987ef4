import Agents
import Model
import Testing

@Suite struct AgentCatalogTests {
    @Test("offers what was set, in a fixed order, and names what was not")
    func programs() throws {
        let catalog = AgentCatalog([
            .claudeCode: AgentSettings(command: ["/usr/local/bin/claude"]), .demo: AgentSettings(),
        ])
        #expect(catalog.programs.map { $0.provider } == [.demo, .claudeCode])
        #expect(try catalog.program(for: .claudeCode).executable == "/usr/local/bin/claude")
        let refusal = #expect(throws: HubError.self) { try catalog.program(for: .command) }
        #expect(refusal?.code == .providerUnavailable)
    }

    @Test("the settings win over the agent's nature, and that over what is inherited")
    func environment() {
        let inherited = [
            "PATH": "/bin", "HOME": "/home/u", "TERM": "xterm", "SECRET": "x", "CLAUDECODE": "1", "LANG": "C",
            "DISABLE_AUTOUPDATER": "0",
        ]
        let settings = AgentSettings(
            environment: ["HOME": "/tmp/h", "NO_COLOR": "0"],
            inherit: ["PATH", "HOME", "TERM", "CLAUDECODE", "DISABLE_AUTOUPDATER", "MISSING"])
        let catalog = AgentCatalog([.claudeCode: settings, .command: AgentSettings()])
        #expect(
            catalog.environment(for: .claudeCode, start: TurnStart(prompt: "p"), inherited: inherited) == [
                "PATH": "/bin", "HOME": "/tmp/h", "TERM": "dumb", "NO_COLOR": "0", "DISABLE_AUTOUPDATER": "1",
                "CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS": "1",
            ])
        #expect(
            catalog.environment(for: .command, start: TurnStart(prompt: "p"), inherited: inherited)
                == ["PATH": "/bin", "HOME": "/home/u", "TERM": "dumb", "NO_COLOR": "1", "ROOST_PROMPT": "p"])
    }

    @Test("finds a program by name or path, and only what can be started")
    func locate() {
        let catalog = AgentCatalog([:])
        let environment = ["PATH": "/nowhere:/usr/bin:/bin"]
        #expect(catalog.locate("sh", environment: environment) == "/usr/bin/sh")
        #expect(catalog.locate("/bin/sh", environment: [:]) == "/bin/sh")
        #expect(catalog.locate("no-such-program", environment: environment) == nil)
        #expect(catalog.locate("/etc/passwd", environment: environment) == nil)
        #expect(catalog.locate("/usr", environment: environment) == nil)
        #expect(catalog.locate("sh", environment: [:]) == nil)
    }
}
