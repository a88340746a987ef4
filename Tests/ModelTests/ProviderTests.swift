import Model
import Testing

@Suite struct ProviderTests {
    @Test(
        "is known by its own name and by those of other systems",
        arguments: [
            ("claude-code", Provider.claudeCode), ("claude", .claudeCode), ("CLAUDE_CODE", .claudeCode),
            ("cursor-agent", .cursor), ("CURSOR_AGENT", .cursor), ("qwen_code", .qwen), ("GEMINI", .gemini),
            ("openai-codex", .codex), ("shell", .command), ("bot", .bot), ("nobody", nil), ("", nil),
        ] as [(String, Provider?)])
    func names(name: String, provider: Provider?) { #expect(Provider(named: name) == provider) }

    @Test("options take what they leave out from others")
    func over() {
        let profile = RunOptions(model: "m", permissionMode: "plan", arguments: ["-x"])
        #expect(
            RunOptions(model: "n").over(profile) == RunOptions(model: "n", permissionMode: "plan", arguments: ["-x"]))
    }
}
