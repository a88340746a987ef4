import Agents
import FoundationEssentials
import Model
import Testing

@Suite struct CodexTests {
    @Test("has the command lines that the program documents")
    func launch() {
        let server = CodexProgram(settings: AgentSettings())
        let options = RunOptions(model: "m", permissionMode: "plan")
        #expect(server.launch(TurnStart(prompt: "x", options: options, resume: "t")).argv == ["codex", "app-server"])
        #expect(server.executable == "codex" && server.versionArguments == ["--version"])
        let exec = CodexProgram(settings: AgentSettings(command: ["nice", "codex"], interface: "exec"))
        let begin = ["nice", "codex", "exec", "--json", "--skip-git-repo-check"]
        #expect(exec.launch(TurnStart(prompt: "--help")).argv == begin + ["-"])
        #expect(
            exec.launch(TurnStart(prompt: "x", options: options, resume: "--last")).argv
                == begin + ["--model=m", "--sandbox=read-only", "resume", "--", "--last", "-"])
    }

    @Test(
        "asks for the policy and the sandbox that a permission mode stands for",
        arguments: [
            ("default", "untrusted", "workspace-write"), ("acceptEdits", "on-request", "workspace-write"),
            ("plan", "on-request", "read-only"), ("bypassPermissions", "never", "danger-full-access"),
        ])
    func modes(mode: String, policy: String, sandbox: String) {
        let program = CodexProgram(settings: AgentSettings())
        let options = RunOptions(model: "m", permissionMode: mode)
        var dialogue = program.dialogue(TurnStart(prompt: "x", options: options, workingDirectory: "/w"))
        _ = dialogue.begin()
        let written = dialogue.receive(Array(#"{"id":1,"result":{}}"#.utf8), from: .stdout).written
        #expect(written.first == #"{"method":"initialized"}"# + "\n")
        let params = #"{"approvalPolicy":"\#(policy)","cwd":"/w","model":"m","sandbox":"\#(sandbox)"}"#
        #expect(written.last == #"{"id":2,"method":"thread/start","params":\#(params)}"# + "\n")
    }

    @Test("refuses options that it does not have")
    func check() {
        let program = CodexProgram(settings: AgentSettings())
        #expect(program.check(RunOptions(model: "m", permissionMode: "plan")).isEmpty)
        let wrong = RunOptions(model: "", argv: ["ls"], permissionMode: "yolo")
        #expect(
            program.check(wrong).map(\.pointer) == ["/options/argv", "/options/model", "/options/permissionMode"])
    }

    @Test("goes on with the dialogue that was begun, whatever the settings say by now")
    func restore() throws {
        let exec = CodexProgram(settings: AgentSettings(interface: "exec"))
        let server = CodexProgram(settings: AgentSettings())
        func isSame(_ one: CodexProgram, _ other: CodexProgram) throws -> Bool {
            let begun = one.dialogue(TurnStart(prompt: "x"))
            return type(of: try other.restore(Array(try JSONEncoder().encode(begun)))) == type(of: begun)
        }
        #expect(try isSame(exec, server))
        #expect(try isSame(server, exec))
    }
}
