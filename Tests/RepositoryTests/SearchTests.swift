import Foundation
import Testing

@testable import Repository

@Suite("Full-text search")
struct SearchTests {
    /// ripgrep where it is installed; else what speaks like it, as far as it is asked.
    private static func ripgrep(in sandbox: Sandbox) throws -> String {
        for folder in (sandbox.environment["PATH"] ?? "").split(separator: ":") {
            if FileManager.default.isExecutableFile(atPath: folder + "/rg") { return folder + "/rg" }
        }
        return try sandbox.script(
            "rg",
            """
            while [ "$1" != -- ]; do case "$1" in --regexp=*) text=${1#--regexp=};; esac; shift; done; shift
            exec env grep -HnFiZI -e "$text" -- "$@"
            """)
    }

    @Test("ripgrep and git find the same lines in the same files", arguments: [true, false])
    func finds(byRipgrep: Bool) async throws {
        let sandbox = try await Sandbox()
        for (name, text) in [
            "-dash": "Needle 1\n", "new\nline": "x\nneedle 2\n", "dir/[x]": "a NEEDLE\n", "ü.txt": "needle: 3: 4\n",
            ".hidden": "needle\n", "other.ignored": "needle\n",
            ".gitignore": "*.ignored\n", ".rgignore": "*\n", ".ignore": "*\n", "sub/.gitignore": "none\n",
        ] { try sandbox.write(name, text) }
        try sandbox.write("binary", Data([0] + Array("needle\n".utf8)))
        try FileManager.default.createSymbolicLink(
            atPath: sandbox.repository + "/link", withDestinationPath: ".hidden")
        try await sandbox.plain("add", ".hidden")
        var settings = sandbox.settings
        if byRipgrep { settings.ripgrep = try Self.ripgrep(in: sandbox) }
        let git = Git(settings: settings, time: FrozenTime())
        func found(_ text: String, _ count: Int = 50) async throws -> Set<String> {
            Set(
                try await git.search(sandbox.repository, text, countMax: count).map {
                    "\($0.path):\($0.line):\($0.text)"
                })
        }
        let all: Set = [
            "-dash:1:Needle 1", "new\nline:2:needle 2", "dir/[x]:1:a NEEDLE", "ü.txt:1:needle: 3: 4",
            ".hidden:1:needle",
        ]
        #expect(try await found("needle") == all)
        #expect(try await found("needle", 2).count == 2)
        #expect(try await found(".*needle").isEmpty)
        #expect(try await found("--needle").isEmpty)
    }

    @Test("where ripgrep does not do its work, git does")
    func failing() async throws {
        let sandbox = try await Sandbox()
        var settings = sandbox.settings
        for program in ["/nowhere/rg", try sandbox.script("rg", "exit 2")] {
            settings.ripgrep = program
            let git = Git(settings: settings, time: FrozenTime())
            #expect(try await git.search(sandbox.repository, "two", countMax: 9).map(\.path) == ["readme"])
        }
    }

    @Test("a folder that has become a symlink is not searched", arguments: [true, false])
    func links(byRipgrep: Bool) async throws {
        let sandbox = try await Sandbox()
        try sandbox.write("folder/file", "x\n")
        try await sandbox.commit("base")
        try sandbox.remove("folder")
        try sandbox.write("outside/file", "needle\n", in: sandbox.root)
        try FileManager.default.createSymbolicLink(
            atPath: sandbox.repository + "/folder", withDestinationPath: sandbox.path("outside"))
        var settings = sandbox.settings
        if byRipgrep { settings.ripgrep = try Self.ripgrep(in: sandbox) }
        let found = try await Git(settings: settings, time: FrozenTime()).search(
            sandbox.repository, "needle", countMax: 9)
        #expect(found.isEmpty)
    }
}
