import Agents
import Model
import RoostTesting
import Testing
import Transport

@testable import roost

@Suite("The settings file") struct SettingsFileTests {
    @Test("has values, sequences and agents")
    func read() throws {
        let folder = try TemporaryFolder()
        let file = try folder.settings(
            """
            # A comment
            listen: 127.0.0.1:4000
            concurrentRunsPerHub: 12
            roots: [/usr, "/etc"]
            hosts:
              - one.example
              - two.example
            origins: https://one.example,https://two.example
            agents:
              claude-code:
                command: [/opt/claude, --fast]
                environment: {ANTHROPIC_BASE_URL: "http://127.0.0.1:8080", LEVEL: 3}
                inherit: [PATH, HOME, LANG]
              demo: {}
            """)
        let settings = try HubSettings.resolve(flags: [:], environment: [:], file: file)
        #expect(settings.listen == [.tcp(host: "127.0.0.1", port: 4_000)])
        #expect(settings.concurrentRunsPerHub == 12)
        #expect(settings.roots == ["/usr", "/etc"])
        #expect(settings.hosts == ["one.example", "two.example"])
        #expect(settings.origins == ["https://one.example", "https://two.example"])
        #expect(
            settings.agents == [
                .claudeCode: AgentSettings(
                    command: ["/opt/claude", "--fast"],
                    environment: ["ANTHROPIC_BASE_URL": "http://127.0.0.1:8080", "LEVEL": "3"],
                    inherit: ["PATH", "HOME", "LANG"]),
                .demo: AgentSettings(),
            ])
    }

    @Test("a sequence's bad item is named, and flags and environment win over a sequence")
    func sequences() throws {
        let folder = try TemporaryFolder()
        let file = try folder.settings("hosts: [good.example, 'bad:80']")
        let error = #expect(throws: SettingError.self) {
            try HubSettings.resolve(flags: [:], environment: [:], file: file)
        }
        #expect(error?.description.hasPrefix("setting hosts (\(file)): 'bad:80' is not allowed") == true)
        #expect(try HubSettings.resolve(flags: [.hosts: "a"], environment: [:], file: file).hosts == ["a"])
        #expect(try HubSettings.resolve(flags: [:], environment: ["ROOST_HOSTS": "b"], file: file).hosts == ["b"])
    }

    @Test("nothing in it is nothing said", arguments: ["", "# only a comment\n", "{}"])
    func empty(text: String) throws {
        let folder = try TemporaryFolder()
        let settings = try HubSettings.resolve(flags: [:], environment: [:], file: try folder.settings(text))
        #expect(settings.listen == [.tcp(host: "127.0.0.1", port: 37_100)])
        #expect(settings.agents.isEmpty)
    }

    @Test(
        "another shape is refused, with what was expected",
        arguments: [
            ("[a, b]", "must be a mapping"),
            ("just text", "must be a mapping"),
            ("listen: [a", "settings file"),
            ("colour: red", "unknown setting 'colour'; allowed: data, listen, shards, tlsCertificate"),
            ("Listen: x", "unknown setting 'Listen'"),
            ("shards: [1]", "setting shards must be a single value; allowed: a whole number"),
            ("shards: {count: 1}", "setting shards must be a single value"),
            ("listen: {host: a}", "setting listen must be a value or a list of values"),
            ("durability: [full]", "setting durability must be a single value; allowed: full, normal"),
            ("roots: {a: b}", "setting roots must be a value or a list of values"),
            ("roots: [[a]]", "setting roots must be a value or a list of values"),
            ("agents: [demo]", "agents must be a mapping"),
            ("agents: {nobody: {}}", "unknown agent 'nobody'; allowed: demo, command, claude-code, codex, acp, gemini"),
            ("agents: {demo: fast}", "agents.demo must be a mapping"),
            ("agents: {demo: [a]}", "agents.demo must be a mapping"),
            ("agents: {demo: {speed: 1}}", "unknown setting 'agents.demo.speed'; allowed: command, environment"),
            ("agents: {demo: {command: x}}", "agents.demo.command must be a list of texts"),
            ("agents: {demo: {inherit: {a: b}}}", "agents.demo.inherit must be a list of texts"),
            ("agents: {codex: {interface: acp}}", "agents.codex.interface must be one of app-server, exec"),
            ("agents: {demo: {environment: [a]}}", "agents.demo.environment must be a mapping of names to values"),
            ("agents: {demo: {environment: {a: [b]}}}", "agents.demo.environment must be a mapping of names to values"),
        ])
    func refused(text: String, expected: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.settings(text)
        let error = try #require(
            #expect(throws: SettingError.self) { try HubSettings.resolve(flags: [:], environment: [:], file: file) })
        #expect(error.description.hasPrefix("settings file \(file): "))
        #expect(error.description.contains(expected), "\(error)")
    }

    @Test("one that cannot be read is an error, not an empty one")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        for path in [folder.file("missing.yaml"), folder.path] {
            let error = #expect(throws: SettingError.self) {
                try HubSettings.resolve(flags: [:], environment: [:], file: path)
            }
            #expect(error?.description.hasPrefix("settings file \(path): ") == true)
        }
    }
}
