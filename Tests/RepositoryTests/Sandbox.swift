import Foundation
import Model
import Testing

@testable import Repository

/// A folder of its own for one test, with a home that has no git configuration, and a repository in it.
final class Sandbox: Sendable {
    let root: String
    let repository: String
    let environment: [String: String]
    let settings: GitSettings
    let git: Git

    /// - Parameter repository: false for no repository at all; with one comes a commit of `readme` on `main`.
    init(
        repository hasRepository: Bool = true, time: any TimeSource = FrozenTime(),
        adjust: (inout GitSettings) -> Void = { _ in }
    ) async throws {
        let temporary = FileManager.default.temporaryDirectory.appendingPathComponent("roost-\(UUID().uuidString)").path
        for folder in ["", "/home", "/scratch"] {
            try FileManager.default.createDirectory(atPath: temporary + folder, withIntermediateDirectories: true)
        }
        root = try #require(Paths.canonical(temporary))
        repository = root + "/repository"
        environment = [
            "PATH": try #require(ProcessInfo.processInfo.environment["PATH"]), "HOME": root + "/home",
            "GIT_CONFIG_NOSYSTEM": "1",
        ]
        var settings = GitSettings(environment: environment, scratchFolder: root + "/scratch")
        adjust(&settings)
        self.settings = settings
        git = Git(settings: settings, time: time)
        guard hasRepository else { return }
        try await plain("init", "--quiet", "--initial-branch", "main", repository, in: root)
        try write("readme", "one\ntwo\nthree\n")
        try await commit("first")
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: root) } catch { print("left behind: \(root): \(error)") }
    }

    func path(_ name: String) -> String { root + "/" + name }

    /// git as anybody would run it, the repository's own configuration and all.
    @discardableResult
    func plain(
        _ arguments: String..., in folder: String? = nil, accepting codes: Set<Int32> = [0],
        environment more: [String: String] = [:]
    ) async throws -> String {
        var environment = environment.merging(more) { $1 }
        for role in ["AUTHOR", "COMMITTER"] {
            environment["GIT_\(role)_NAME"] = "Test"
            environment["GIT_\(role)_EMAIL"] = "test@localhost"
        }
        let launch = Launch(
            executable: "git", arguments: ["-C", folder ?? repository, "-c", "protocol.file.allow=always"] + arguments,
            environment: environment)
        let report = try await Supervision.run(launch, into: BoundedOutput(byteCountMax: 16 << 20), grace: .zero)
        guard case .exited(let code) = report.end, codes.contains(code) else {
            throw Unexpected(what: "git \(arguments): \(report.end) \(String(decoding: report.errors, as: UTF8.self))")
        }
        return String(decoding: report.sink.bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    struct Unexpected: Error {
        let what: String
    }

    func write(_ name: String, _ text: String, in folder: String? = nil) throws {
        try write(name, Data(text.utf8), in: folder)
    }

    func write(_ name: String, _ data: Data, in folder: String? = nil) throws {
        let path = (folder ?? repository) + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try data.write(to: URL(fileURLWithPath: path))
    }

    func read(_ name: String, in folder: String? = nil) throws -> String {
        try String(contentsOfFile: (folder ?? repository) + "/" + name, encoding: .utf8)
    }

    func remove(_ name: String, in folder: String? = nil) throws {
        try FileManager.default.removeItem(atPath: (folder ?? repository) + "/" + name)
    }

    func exists(_ name: String, in folder: String? = nil) -> Bool {
        Paths.exists((folder ?? repository) + "/" + name)
    }

    /// A program for whatever looks for one: it notes its calls and ends as told.
    func script(_ name: String, _ body: String) throws -> String {
        try write(name + ".text", "#!/bin/sh\n" + body + "\n", in: root)
        // Another process writes the program itself: a descriptor of ours that is open for writing may be inherited by a
        // child that some other test starts at this moment, and until its exec the program could not be started (ETXTBSY).
        let install = Process()
        install.executableURL = URL(fileURLWithPath: "/usr/bin/install")
        install.arguments = ["-m", "755", path(name + ".text"), path(name)]
        try install.run()
        install.waitUntilExit()
        #expect(install.terminationStatus == 0)
        return path(name)
    }

    @discardableResult
    func commit(_ message: String, in folder: String? = nil) async throws -> String {
        try await plain("add", "--all", in: folder)
        try await plain("commit", "--quiet", "--allow-empty", "--message", message, in: folder)
        return try await plain("rev-parse", "HEAD", in: folder)
    }

    /// A worktree on a branch of its own.
    func worktree(_ branch: String, from start: String = "main") async throws -> String {
        _ = try await git.addWorktree(repository, path: path(branch), branch: branch, from: start)
        return path(branch)
    }

    /// A branch with one commit that writes and removes files.
    @discardableResult
    func branch(
        _ name: String, from start: String = "main", writing files: [String: String] = [:],
        removing removed: [String] = []
    ) async throws -> String {
        let folder = try await worktree(name, from: start)
        for (file, text) in files { try write(file, text, in: folder) }
        for file in removed { try remove(file, in: folder) }
        return try await commit(name, in: folder)
    }

    func status(in folder: String? = nil) async throws -> String {
        try await plain("status", "--porcelain", in: folder)
    }
}
