import Foundation
import Journal
import Model
import RoostTesting
import Testing

@testable import Engine

@Suite("What prompts stand for")
struct PromptExpansionTests {
    @Test(
        "a command's words get its arguments",
        arguments: [
            ("Review $1 for $2.", "a.swift 'two words'", "Review a.swift for two words."),
            ("Do: $ARGUMENTS", "all of \"it\"", "Do: all of \"it\""), ("$2$1$3", "a b", "ba"), ("Go on", "", "Go on"),
            ("Look", "at this", "Look\n\nat this"), ("It costs $0", "", "It costs $0"), ("$1", "$2", "$2"),
        ])
    func filled(content: String, arguments: String, expected: String) {
        #expect(PromptExpansion.fill(content, with: arguments) == expected)
    }

    @Test("a command begins a prompt, or is none")
    func commands() {
        #expect(PromptExpansion.command(of: "/review")?.name == "review")
        #expect(PromptExpansion.command(of: "/git:fix a\nb")?.arguments == "a\nb")
        for text in ["review", " /review", "/ review", "/usr/bin/env", "/", ""] {
            #expect(PromptExpansion.command(of: text) == nil, "\(text)")
        }
    }

    @Test(
        "names stand at the beginning of words",
        arguments: [
            ("@style", ["@style"]), ("See @a/b.swift.", ["See ", "@a/b.swift", "."]), ("me@home.org", ["me@home.org"]),
            ("(@a, @b)", ["(", "@a", ", ", "@b", ")"]), ("@ a", ["@ a"]), ("", []), ("x@y @z", ["x@y ", "@z"]),
        ])
    func pieces(text: String, expected: [String]) {
        let pieces = PromptExpansion.pieces(of: text).map { piece in
            switch piece {
            case .words(let words): String(words)
            case .reference(let name): "@" + name
            }
        }
        #expect(pieces == expected)
    }

    @Test("a command takes in files of the folder and snippets, and nothing else; the project's come before the hub's")
    func whole() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        try Data("# Rules\n".utf8).write(to: URL(fileURLWithPath: project.path + "/RULES.md"))
        try Data("secret".utf8).write(to: URL(fileURLWithPath: shop.folder.path + "/outside.txt"))
        try FileManager.default.createSymbolicLink(
            atPath: project.path + "/link", withDestinationPath: shop.folder.path + "/outside.txt")
        let make = { (owner: Project.ID?, type: Model.Tag.Purpose, name: String, content: String) in
            _ = try await shop.engine.createTag(
                of: owner, CreateTag(type: type, name: name, content: content), by: Workshop.by)
        }
        try await make(nil, .snippet, "style", "of the hub")
        try await make(project.id, .snippet, "style", "short, see @RULES.md")
        try await make(nil, .command, "review", "By @RULES.md @style @link @../outside.txt @nothing: $1")
        let meant = try await shop.engine.expand("/review it", in: project.id)
        #expect(
            meant.text
                == "By RULES.md:\n```\n# Rules\n```\n short, see @RULES.md @link @../outside.txt @nothing: it")
        #expect(meant.used == ["/review", "@RULES.md", "@style"])
        let plain = try await shop.engine.expand("Write it @style, by @RULES.md", in: project.id)
        #expect(plain.text == "Write it short, see @RULES.md, by @RULES.md", "files are a command's to take in")
        let shell = await Result.of { try await make(nil, .command, "bad", "Look at !`git log`") }.hubError
        #expect(shell?.code == .validationFailed)
        let again = await Result.of { try await make(nil, .command, "review", "x") }.hubError
        #expect(again?.code == .alreadyExists)
        let listed = try await shop.engine.slashCommands(of: project.id)
        #expect(listed.map(\.name) == ["/review"] && listed[0].tagId != nil)
        await shop.close()
    }
}
