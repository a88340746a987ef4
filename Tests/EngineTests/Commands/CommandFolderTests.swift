import Foundation
import RoostTesting
import Testing

@testable import Engine

@Suite("Slash commands of a repository")
struct CommandFolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ path: String, _ text: String) throws {
        let file = URL(fileURLWithPath: folder.file(path))
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private var names: [String] { CommandFolder(folder.path).commands().map(\.name) }

    @Test("are found where agents look for them, with what they say that they are for") func places() throws {
        try write(
            ".claude/commands/review.md", "---\nallowed-tools: Bash\ndescription: \"Looks at a change\"\n---\nDo it.")
        try write(".claude/commands/web/style.md", "# Checks the style\n\nmore")
        try write(".gemini/commands/git/commit.toml", "description = 'Commits'\nprompt = \"\"\"x\"\"\"")
        try write(".github/prompts/plan.prompt.md", "Plan it")
        try write(".claude/commands/notes.txt", "no command")
        #expect(
            CommandFolder(folder.path).commands() == [
                SlashCommand(
                    name: "/git:commit", description: "Commits", path: ".gemini/commands/git/commit.toml",
                    agent: "gemini"),
                SlashCommand(
                    name: "/plan", description: "Plan it", path: ".github/prompts/plan.prompt.md", agent: "copilot"),
                SlashCommand(
                    name: "/review", description: "Looks at a change", path: ".claude/commands/review.md",
                    agent: "claude-code"),
                SlashCommand(
                    name: "/style", description: "Checks the style", path: ".claude/commands/web/style.md",
                    agent: "claude-code"),
            ])
    }

    @Test("are none where there is no folder, no repository, or a file in their place") func none() throws {
        #expect(names.isEmpty)
        #expect(CommandFolder(folder.file("nowhere")).commands().isEmpty)
        try write(".claude/commands", "a file")
        #expect(names.isEmpty)
    }

    @Test("links are not followed, pipes are not waited for, and odd names are left out") func hostile() throws {
        try write("outside/secret.md", "secret")
        try write(".claude/commands/a.md", "a")
        let commands = folder.file(".claude/commands")
        for (link, target) in [("link.md", folder.file("outside/secret.md")), ("below", folder.file("outside"))] {
            try FileManager.default.createSymbolicLink(atPath: "\(commands)/\(link)", withDestinationPath: target)
        }
        try FileManager.default.createSymbolicLink(
            atPath: folder.file(".cursor"), withDestinationPath: folder.file(".claude"))
        #expect(unsafe mkfifo("\(commands)/pipe.md", 0o600) == 0)
        try write(".claude/commands/has space.md", "x")
        try write(".claude/commands/.md", "x")
        try write(".claude/commands/-rf.md", "x")
        #expect(names == ["/a"])
    }

    @Test("are no more, no deeper and no longer than is allowed") func limits() throws {
        for number in 0..<CommandFolder.commandsMax + 5 { try write(".claude/commands/c\(number).md", "x") }
        #expect(names.count == CommandFolder.commandsMax)
        let deep = try TemporaryFolder()
        let other = CommandFolderTests(deep)
        try other.write(".gemini/commands/1/2/3/4.toml", "x")
        try other.write(".gemini/commands/1/2/3.toml", "description = \"\(String(repeating: "long ", count: 2_000))\"")
        #expect(other.names == ["/1:2:3"])
        let description = try #require(CommandFolder(deep.path).commands().first?.description)
        #expect(description.count <= CommandHead.descriptionCharactersMax)
    }

    private init(_ folder: TemporaryFolder) { self.folder = folder }
}
