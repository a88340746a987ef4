import Engine
import Model
import Testing

@Suite("A project's rules") struct PolicyTests {
    private static func policy(
        allow: [String] = [], deny: [String] = [], autoApprove: Bool = false, autoApproveWeb: Bool = false
    ) -> Policy {
        var policy = Policy(
            of: Project.ID(ULID(milliseconds: 1, randomHigh: 2, randomLow: 3)), at: .init(millisecondsSince1970: 0))
        (policy.allow, policy.deny) = (allow, deny)
        (policy.autoApprove, policy.autoApproveWeb) = (autoApprove, autoApproveWeb)
        return policy
    }

    private static func command(_ line: String, tool: String = "Bash") -> PolicySubject {
        PolicySubject(type: .command, tool: tool, title: line, input: ["command": .string(line)])
    }

    @Test(
        "a wildcard allows one command, and never what makes it two or writes a file",
        arguments: [
            ("git status", true), ("git status --short", true), ("git status; rm -rf /", false),
            ("git status && curl x", false), ("git status | sh", false), ("git status > /etc/passwd", false),
            ("git status $(reboot)", false), ("git status `reboot`", false), ("git status\nreboot", false),
            ("git push", false), ("sudo git status", false), ("git status;\u{301}/x.sh", false),
            ("git status >\u{301}x", false),
        ])
    func commands(line: String, isAllowed: Bool) {
        let policy = Self.policy(allow: ["Bash: git status*"])
        #expect(policy.ruling(on: Self.command(line))?.decision == (isAllowed ? .approve : nil))
    }

    @Test("a tool is allowed whole by its name, and a line of several commands by a rule that says it")
    func wholeTool() {
        #expect(Self.policy(allow: ["Bash"]).ruling(on: Self.command("a; b"))?.rule == "allow: Bash")
        let both = Self.policy(allow: ["make; make test*"])
        #expect(both.ruling(on: Self.command("make; make test-all"))?.decision == .approve)
        #expect(both.ruling(on: Self.command("make; make test; sh")) == nil)
    }

    @Test(
        "what is denied is found in every command of a line, and wins over everything",
        arguments: [
            "rm -rf x", "cd /; rm -rf x", "true && rm x", "(rm x)", "echo `rm x`", "true\nrm x", "true |\r\nrm x",
        ])
    func denied(line: String) {
        let policy = Self.policy(allow: ["Bash", "*"], deny: ["rm *"], autoApprove: true)
        #expect(
            policy.ruling(on: Self.command(line), approvesAll: true)
                == PolicyRuling(decision: .deny, rule: "deny: rm *"))
        #expect(policy.ruling(on: Self.command("ls"))?.decision == .approve)
    }

    @Test("rules see the whole command and not its first line, argument vectors too")
    func whole() {
        let long = PolicySubject(type: .command, tool: "Bash", title: "ls", input: ["command": "ls\nrm -rf /"])
        #expect(Self.policy(allow: ["Bash: ls*"]).ruling(on: long) == nil)
        let argv = PolicySubject(type: .command, tool: "run", title: "t", input: ["argv": ["ls", "-l"]])
        #expect(Self.policy(allow: ["run: ls -?"]).ruling(on: argv)?.decision == .approve)
        let web = PolicySubject(type: .web, tool: "WebFetch", title: "t", input: ["url": "https://example.org/a;b"])
        #expect(Self.policy(allow: ["WebFetch: https://example.org/*"]).ruling(on: web)?.decision == .approve)
    }

    @Test("the web can be allowed by itself; plans and questions are always a person's")
    func kinds() {
        func ruling(_ type: Approval.Kind, _ policy: Policy, run: Bool = false) -> String? {
            policy.ruling(on: PolicySubject(type: type, tool: "T", title: "x", input: nil), approvesAll: run)?.rule
        }
        let web = Self.policy(autoApproveWeb: true)
        #expect(ruling(.web, web) == "autoApproveWeb" && ruling(.tool, web) == nil)
        let all = Self.policy(autoApprove: true)
        for type in Approval.Kind.allCases {
            let isAPersons = type == .plan || type == .question
            #expect(ruling(type, all) == (isAPersons ? nil : "autoApprove"))
            #expect(ruling(type, Self.policy(), run: true) == (isAPersons ? nil : "run"))
        }
    }

    @Test(
        "globs",
        arguments: [
            ("*", "", true), ("*", "any\nthing", true), ("a*c", "abbc", true), ("a*c", "abbd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false), ("", "", true), ("", "a", false), ("*a*b*", "xxaxxbxx", true), (#"a\*"#, "a*", true),
            (#"a\*"#, "ab", false), (#"\?"#, "x", false), (#"a\"#, #"a\"#, true),
        ])
    func globs(pattern: String, text: String, matches: Bool) {
        // A subject without a tool is matched by its text alone.
        let subject = PolicySubject(type: .tool, tool: nil, title: text, input: nil)
        #expect((Self.policy(deny: [pattern]).ruling(on: subject) != nil) == matches)
    }
}
