import Foundation
import Glibc
import Journal
import Model
import RoostTesting
import Testing

@testable import Engine

@Suite("Files that a project has copied into its worktrees") struct CopyFilesTests {
    private let folder: TemporaryFolder
    private var project: String { folder.file("project") }
    private var worktree: String { folder.file("worktree") }

    init() throws {
        folder = try TemporaryFolder()
        for name in ["project", "worktree"] { try Self.make(folder.file(name)) }
    }

    private static func make(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ text: String = "x", in root: String? = nil) throws {
        let path = (root ?? project) + "/" + name
        try Self.make((path as NSString).deletingLastPathComponent)
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private func copy(_ patterns: String..., limits: EngineLimits = EngineLimits()) async throws -> FileCopy.Outcome {
        try await FileCopy.run(patterns, from: project, to: worktree, limits)
    }

    private var copied: [String] {
        FileManager.default.enumerator(atPath: worktree)?.compactMap { $0 as? String }.filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: worktree + "/" + name, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted() ?? []
    }

    @Test(
        "patterns name files and whole folders, and never what is git's own",
        arguments: [
            ([".env"], [".env"]), ([".env*"], [".env", ".env.local"]),
            (["*"], [".env", ".env.local", "a/.env", "a/b/.env", "a/b/c.key"]),
            (["a/.env"], ["a/.env"]), (["a/*/.env"], ["a/b/.env"]), (["**/.env"], [".env", "a/.env", "a/b/.env"]),
            (["a/b/"], ["a/b/.env", "a/b/c.key"]), (["a/**"], ["a/.env", "a/b/.env", "a/b/c.key"]),
            (["**/b/**/*.key"], ["a/b/c.key"]), (["nothing", "?env", "a/c.key"], [".env"]), (["**/config"], []),
        ])
    func patterns(_ patterns: [String], _ names: [String]) async throws {
        for name in [".env", ".env.local", "a/.env", "a/b/.env", "a/b/c.key", ".git/config", "a/.git/config"] {
            try write(name)
        }
        let outcome = try await FileCopy.run(patterns, from: project, to: worktree, EngineLimits())
        #expect(copied == names)
        #expect(outcome.fileCount == names.count && outcome.words == nil)
    }

    @Test(
        "one that could lead elsewhere is refused",
        arguments: [
            "/etc/passwd", "../.env", "a/../../b", "./a", ".git/config", "a/.git", "a//b", "", "**", "**/**", "\0",
        ])
    func refused(_ pattern: String) async throws {
        let error = #expect(throws: HubError.self) { try ["fine", pattern].requireCopyPatterns(at: "/copyFiles") }
        #expect(error?.code == .validationFailed && error?.detail.contains("/copyFiles/1") == true, "\(error as Any)")
        await #expect(throws: HubError.self) { try await copy(pattern) }
    }

    @Test("what is there already stays, rights come along, and done again it brings what is missing")
    func again() async throws {
        try write(".env", "theirs")
        try write("run.sh", "#!/bin/sh\n")
        #expect(chmod(project + "/run.sh", 0o750) == 0)
        try write(".env", "own", in: worktree)
        #expect(try await copy(".env", "run.sh").fileCount == 1)
        #expect(try String(contentsOfFile: worktree + "/.env", encoding: .utf8) == "own")
        let rights = try FileManager.default.attributesOfItem(atPath: worktree + "/run.sh")[.posixPermissions] as? Int
        #expect(rights == 0o750)
        try write("later", "z")
        #expect(try await copy("run.sh", "later").fileCount == 1)
        #expect(copied == [".env", "later", "run.sh"])
    }

    @Test("no symlink leads out, on either side; one that stays inside is copied as such")
    func symlinks() async throws {
        let files = FileManager.default
        try write("secret", "s", in: folder.path)
        try write("real/inside", "i")
        try files.createSymbolicLink(atPath: project + "/link", withDestinationPath: "real/inside")
        try files.createSymbolicLink(atPath: project + "/out", withDestinationPath: "../secret")
        try files.createSymbolicLink(atPath: project + "/absolute", withDestinationPath: folder.path + "/secret")
        try files.createSymbolicLink(atPath: project + "/folder", withDestinationPath: "..")
        try files.createSymbolicLink(atPath: project + "/gits", withDestinationPath: ".git/config")
        let outcome = try await copy("link", "out", "absolute", "folder/secret", "gits")
        #expect(try files.destinationOfSymbolicLink(atPath: worktree + "/link") == "real/inside")
        #expect(outcome.fileCount == 1 && outcome.left.map(\.path) == ["absolute", "gits", "out"])
        #expect(outcome.words?.contains("out: it is a symlink that leads out of the project's folder") == true)
        // A repository may have a symlink where the project's folder has a folder by now.
        try Self.make(folder.file("elsewhere"))
        try files.createSymbolicLink(atPath: worktree + "/real", withDestinationPath: folder.file("elsewhere"))
        let second = try await copy("real")
        #expect(second.left.map(\.path) == ["real/inside"])
        #expect(try files.contentsOfDirectory(atPath: folder.file("elsewhere")).isEmpty)
    }

    @Test("what is no file is told, and a pipe keeps nobody waiting", .timeLimit(.minutes(1)))
    func others() async throws {
        try #require(unsafe mkfifo(project + "/pipe", 0o600) == 0)
        let outcome = try await copy("pipe")
        #expect(outcome.words == "Not copied into the worktree:\npipe: it is neither file, folder nor symlink")
    }

    @Test(
        "too many files, bytes or names are an error that names the limit",
        arguments: [
            (\EngineLimits.copiedFilesMax, 2, "copiedFilesMax"), (\.copiedBytesMax, 5, "copiedBytesMax"),
            (\.copySearchEntriesMax, 2, "copySearchEntriesMax"),
        ] as [(any WritableKeyPath<EngineLimits, Int> & Sendable, Int, String)])
    func limits(_ path: any WritableKeyPath<EngineLimits, Int> & Sendable, _ value: Int, _ name: String) async throws {
        for file in ["a", "b", "c"] { try write(file, "xy") }
        var limits = EngineLimits()
        limits[keyPath: path] = value
        let error = await #expect(throws: HubError.self) { try await copy("*", limits: limits) }
        #expect(error?.code == .limitExceeded && error?.detail.contains(name) == true)
        limits[keyPath: path] = value == 5 ? 6 : 3
        #expect(try await copy("*", limits: limits).fileCount >= 1)
        #expect(copied == ["a", "b", "c"])
    }

    @Test("a run finds them before its setup script begins, and what stayed behind is told in its conversation")
    func beforeSetup() async throws {
        let shop = try await Workshop()
        let made = try await shop.project()
        try write(".gitignore", ".env\n", in: shop.repository)
        try write(".env", "KEY=1\n", in: shop.repository)
        try FileManager.default.createSymbolicLink(
            atPath: shop.repository + "/out", withDestinationPath: "/etc/hostname")
        let project = try await shop.engine.updateProject(
            made.id,
            UpdateProject(
                scripts: Scripts(setup: Script(argv: ["sh", "-c", "cp .env found"])), copyFiles: [".env", "out"]),
            by: Workshop.by
        ).value
        #expect(project.copyFiles == [".env", "out"])
        let run = try await shop.wait(for: try await shop.command("test", "-e", "found", in: project).id)
        #expect(run.status == .completed)
        let told = try await shop.entries(of: run.id).compactMap(\.content.text).joined()
        #expect(told.contains("Not copied into the worktree:\nout: it is a symlink"))
        // Taken away by somebody, it does not come back with the next message.
        let worktree = try #require(run.worktreePath)
        try FileManager.default.removeItem(atPath: worktree + "/.env")
        _ = try await shop.engine.sendMessage(run.id, SendMessage(text: "again"), by: Workshop.by)
        try await shop.wait(for: run.id)
        #expect(!FileManager.default.fileExists(atPath: worktree + "/.env"))
        let none = try await shop.engine.updateProject(made.id, UpdateProject(copyFiles: []), by: Workshop.by).value
        #expect(none.copyFiles == nil)
        await shop.close()
    }

    @Test("a run whose files are too many fails, says why, and no agent is started")
    func tooMany() async throws {
        var limits = EngineLimits()
        limits.copiedFilesMax = 1
        let shop = try await Workshop(limits: limits)
        let made = try await shop.project()
        for name in ["a.env", "b.env"] { try write(name, in: shop.repository) }
        let project = try await shop.engine.updateProject(
            made.id, UpdateProject(copyFiles: ["*.env"]), by: Workshop.by
        ).value
        let run = try await shop.wait(for: try await shop.command("touch", "ran", in: project).id)
        #expect(run.status == .failed && run.failure?.class == .user)
        #expect(run.failure?.message.contains("copiedFilesMax") == true)
        await shop.close()
    }
}
