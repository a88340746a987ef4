import Agents
import FoundationEssentials
import Model
import Testing

@Suite struct LineProgramTests {
    private static let all: [Provider] = [.gemini, .cursor, .opencode, .qwen, .amp, .copilot]

    private func argv(_ provider: Provider, _ options: RunOptions = RunOptions(), resume: String? = nil) throws
        -> [String]
    {
        let program = try #require(LineProgram(provider, settings: AgentSettings()))
        return program.launch(TurnStart(prompt: "p", options: options, resume: resume)).argv
    }

    @Test("is started for one prompt that comes over its standard input")
    func commands() throws {
        #expect(try argv(.gemini) == ["gemini", "--output-format", "stream-json"])
        #expect(try argv(.cursor) == ["cursor-agent", "-p", "--output-format", "stream-json"])
        #expect(try argv(.opencode) == ["opencode", "run", "--format", "json"])
        #expect(try argv(.amp) == ["amp", "--execute", "--stream-json"])
        #expect(try argv(.copilot) == ["copilot", "--output-format", "json", "--no-ask-user"])
        #expect(try argv(.qwen) == ["qwen", "--output-format", "stream-json", "--include-partial-messages"])
    }

    @Test("knows how each agent never asks, and how it goes on", arguments: all)
    func options(provider: Provider) throws {
        let bypass = try argv(provider, RunOptions(permissionMode: "bypassPermissions"))
        #expect(bypass.count == (try argv(provider).count + 1))
        #expect(try argv(provider, resume: "S-1").contains { $0.hasSuffix("S-1") })
        #expect(try argv(provider, RunOptions(arguments: ["--debug"])).last == "--debug")
    }

    @Test("is taken where the settings say so, and for an agent that has nothing else")
    func interfaces() throws {
        let catalog = AgentCatalog([
            .gemini: AgentSettings(), .qwen: AgentSettings(interface: "stream-json"), .amp: AgentSettings(),
            .goose: AgentSettings(), .bot: AgentSettings(),
        ])
        #expect(try catalog.program(for: .gemini).launch(TurnStart(prompt: "p")).argv == ["gemini", "--acp"])
        #expect(try catalog.program(for: .qwen).launch(TurnStart(prompt: "p")).argv.first == "qwen")
        #expect(try catalog.program(for: .qwen) is LineProgram)
        #expect(try catalog.program(for: .amp) is LineProgram)
        #expect(AgentCatalog.interfaces(of: .copilot) == ["acp", "stream-json"])
        #expect(AgentCatalog.interfaces(of: .amp) == ["stream-json"])
        #expect(AgentCatalog.interfaces(of: .goose) == ["acp"])
        #expect(try catalog.program(for: .bot).executable == nil)
    }

    @Test("what was begun goes on in its own way, whatever the settings say by now")
    func restoring() throws {
        let acp = ACPProgram(.gemini, settings: AgentSettings())
        let lines = try #require(LineProgram(.gemini, settings: AgentSettings()))
        let start = TurnStart(prompt: "p")
        for (one, other) in [(acp as any AgentProgram, lines as any AgentProgram), (lines, acp)] {
            let dialogue = one.dialogue(start)
            let restored = try other.restore(stored(dialogue))
            #expect(type(of: restored) == type(of: dialogue))
        }
    }

    @Test("options that an agent does not have are named", arguments: all + [.bot])
    func refused(provider: Provider) throws {
        let catalog = AgentCatalog([provider: AgentSettings(interface: "stream-json")])
        let errors = try catalog.program(for: provider).check(RunOptions(argv: ["x"]))
        #expect(errors.map(\.pointer) == ["/options/argv"])
    }
}

@Suite struct MCPServerTests {
    private static let servers = [
        "files": MCPServer(argv: ["files-mcp", "--root", "/w"], environment: ["LEVEL": "1"]),
        "web": MCPServer(url: "http://127.0.0.1:9/mcp", headers: ["X-Key": "k"]),
    ]

    private func launch(_ program: any AgentProgram) -> [String] {
        program.launch(TurnStart(prompt: "p", options: RunOptions(mcpServers: Self.servers))).argv
    }

    @Test("are told to each agent in its own spelling")
    func spellings() throws {
        let claude = launch(ClaudeCodeProgram(settings: AgentSettings()))
        #expect(
            claude.last
                == #"--mcp-config={"mcpServers":{"files":{"args":["--root","/w"],"command":"files-mcp","env":{"LEVEL":"1"}},"web":{"headers":{"X-Key":"k"},"type":"http","url":"http://127.0.0.1:9/mcp"}}}"#
        )
        let codex = launch(CodexProgram(settings: AgentSettings()))
        #expect(
            codex == [
                "codex", "app-server", "-c", #"mcp_servers.files.command="files-mcp""#, "-c",
                #"mcp_servers.files.args=["--root","/w"]"#, "-c", #"mcp_servers.files.env.LEVEL="1""#, "-c",
                #"mcp_servers.web.url="http://127.0.0.1:9/mcp""#, "-c", #"mcp_servers.web.http_headers.X-Key="k""#,
            ])
        let copilot = try #require(LineProgram(.copilot, settings: AgentSettings()))
        #expect(launch(copilot).last?.contains(#""tools":["*"]"#) == true)
    }

    @Test("are told to agents that read them from a file or a variable, and refused by the one that has neither")
    func surroundings() throws {
        let start = TurnStart(prompt: "p", options: RunOptions(mcpServers: Self.servers), workingDirectory: "/w")
        for (provider, variable) in [
            (Provider.gemini, "GEMINI_CLI_SYSTEM_DEFAULTS_PATH"), (.qwen, "QWEN_CODE_SYSTEM_DEFAULTS_PATH"),
        ] {
            let program = try #require(LineProgram(provider, settings: AgentSettings()))
            let launch = program.launch(start)
            #expect(launch.environment == [variable: "/w/.roost-files/mcp-servers.json"])
            #expect(
                String(decoding: try #require(launch.files["mcp-servers.json"]), as: UTF8.self)
                    == #"{"mcpServers":{"files":{"args":["--root","/w"],"command":"files-mcp","env":{"LEVEL":"1"}},"web":{"headers":{"X-Key":"k"},"httpUrl":"http://127.0.0.1:9/mcp"}}}"#
                    + "\n")
            #expect(program.check(start.options).isEmpty && program.launch(TurnStart(prompt: "p")).environment.isEmpty)
        }
        let opencode = try #require(LineProgram(.opencode, settings: AgentSettings()))
        #expect(
            opencode.launch(start).environment == [
                "OPENCODE_CONFIG_CONTENT":
                    #"{"mcp":{"files":{"command":["files-mcp","--root","/w"],"enabled":true,"environment":{"LEVEL":"1"},"type":"local"},"web":{"enabled":true,"headers":{"X-Key":"k"},"type":"remote","url":"http://127.0.0.1:9/mcp"}}}"#
            ])
        let cursor = try #require(LineProgram(.cursor, settings: AgentSettings()))
        #expect(cursor.check(start.options).map(\.pointer) == ["/options/mcpServers"])
    }

    @Test("are told to an agent with a session over ACP, by HTTP where it can")
    func acp() {
        for isAble in [true, false] {
            var dialogue = ACPProgram(.acp, settings: AgentSettings()).dialogue(
                TurnStart(prompt: "p", options: RunOptions(mcpServers: Self.servers), workingDirectory: "/w"))
            _ = dialogue.begin()
            let answer =
                #"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":1,"agentCapabilities":{"mcpCapabilities":{"http":\#(isAble)}}}}"#
            let said = dialogue.receive(Array(answer.utf8), from: .stdout).written.joined()
            #expect(said.contains(#""command":"files-mcp","env":[{"name":"LEVEL","value":"1"}],"name":"files""#))
            #expect(said.contains(#""type":"http""#) == isAble)
        }
    }

    @Test("have a plain name and are a program or an address")
    func refused() {
        let options = RunOptions(mcpServers: [
            "a.b": MCPServer(argv: ["x"]), "both": MCPServer(argv: ["x"], url: "http://x"),
        ])
        let errors = ClaudeCodeProgram(settings: AgentSettings()).check(options)
        #expect(errors.map(\.pointer) == ["/options/mcpServers/a.b", "/options/mcpServers/both"])
        #expect(DemoProgram(settings: AgentSettings()).check(options).map(\.pointer) == ["/options/mcpServers"])
    }
}

private func stored(_ dialogue: any AgentDialogue) throws -> [UInt8] { Array(try JSONEncoder().encode(dialogue)) }
