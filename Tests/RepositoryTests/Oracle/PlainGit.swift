import Foundation
import Testing

@testable import Repository

/// git's own commands in one folder, as anybody would run them.
struct PlainGit {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    let folder: String
    let environment: [String: String]
    /// For an index that is nobody's.
    let scratch: String

    func run(
        _ arguments: [String], index: String? = nil, accepting codes: Set<Int32> = [0]
    ) async throws -> (code: Int32, output: [UInt8]) {
        var environment = environment
        environment["GIT_INDEX_FILE"] = index
        environment["GIT_OPTIONAL_LOCKS"] = "0"
        environment["GIT_EDITOR"] = ":"
        environment["LC_ALL"] = "C.UTF-8"
        for role in ["AUTHOR", "COMMITTER"] {
            environment["GIT_\(role)_NAME"] = "Test"
            environment["GIT_\(role)_EMAIL"] = "test@localhost"
        }
        let settings = ["-c", "gc.auto=0", "-c", "advice.addEmbeddedRepo=false", "-c", "core.quotePath=false"]
        let launch = Launch(
            executable: "git", arguments: ["-C", folder] + settings + arguments, environment: environment)
        let report = try await Supervision.run(launch, into: BoundedOutput(byteCountMax: 16 << 20), grace: .zero)
        guard case .exited(let code) = report.end, codes.contains(code) else {
            throw Failed(
                description: "git \(arguments): \(report.end) \(String(decoding: report.errors, as: UTF8.self))")
        }
        return (code, report.sink.bytes)
    }

    func line(_ arguments: String..., index: String? = nil) async throws -> String {
        String(decoding: try await run(arguments, index: index).output, as: UTF8.self)
            .trimmingCharacters(in: .newlines)
    }

    func fields(_ arguments: String..., index: String? = nil) async throws -> [String] {
        try await run(arguments, index: index).output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    func commitAll() async throws {
        _ = try await run(["add", "--all"])
        _ = try await run(["commit", "--quiet", "--allow-empty", "--message", "by hand"])
    }

    /// The tree of all that is there and not ignored.
    func tree() async throws -> String {
        let index = scratch + "/\(UUID().uuidString)"
        // Of a copy of the worktree's own index git would believe that what is as young as the copy is unchanged. So it is
        // only what that knows, of which a conflict makes no tree.
        let own = try await line("rev-parse", "--path-format=absolute", "--git-path", "index")
        if FileManager.default.fileExists(atPath: own) { try FileManager.default.copyItem(atPath: own, toPath: index) }
        let known = try await run(["write-tree"], index: index, accepting: [0, 128])
        let start = known.code == 0 ? String(decoding: known.output.dropLast(), as: UTF8.self) : "HEAD"
        _ = try await run(["read-tree", start], index: index, accepting: [0, 128])
        _ = try await run(["add", "--all", "--ignore-errors"], index: index, accepting: [0, 1])
        return try await line("write-tree", index: index)
    }

    /// A tree without repositories inside: a worktree cannot be made to have or not have one.
    /// - Parameter names: left out as well.
    func files(of tree: String, without names: Set<[UInt8]> = []) async throws -> Set<String> {
        Set(
            try await fields("ls-tree", "-r", "-z", "--full-tree", tree).filter { entry in
                let name = entry.utf8.drop { $0 != UInt8(ascii: "\t") }.dropFirst()
                return !entry.hasPrefix("160000 ") && !names.contains(Array(name))
            })
    }

    func knows(_ file: String) async throws -> Bool {
        try await run(["ls-files", "-z"]).output.split(separator: 0).contains { $0.elementsEqual(file.utf8) }
    }

    /// What git ignores, byte for byte: two names may be the same to Swift and two to git.
    func ignored() async throws -> Set<[UInt8]> {
        Set(
            try await run(["ls-files", "-z", "--others", "--ignored", "--exclude-standard"]).output
                .split(separator: 0).map(Array.init))
    }
}
