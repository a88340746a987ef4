import Foundation
import Model
import Testing

@testable import Repository

@Suite("Diffs")
struct DiffTests {
    @Test("every kind of change, committed or not, and the index stays as it was")
    func kinds() async throws {
        let sandbox = try await Sandbox()
        let lines = (1...40).map { "line \($0)\n" }.joined()
        for name in ["modified", "deleted", "moved", "copied", "committed"] {
            try sandbox.write(name, lines + name + "\n")
        }
        try sandbox.write("link", "a file\n")
        try await sandbox.commit("many")
        let path = try await sandbox.worktree("run")
        try sandbox.write("committed", lines + "later\n", in: path)
        try await sandbox.commit("half-way", in: path)

        try sandbox.write("modified", "first\n" + lines + "modified\n", in: path)
        try sandbox.write("copied", lines + "copied\nand changed\n", in: path)
        try sandbox.write("copy", lines + "copied\n", in: path)
        try sandbox.write("moved to", lines + "moved\n", in: path)
        try sandbox.write("binary", Data([0, 1, 2, 255]), in: path)
        for name in ["deleted", "moved", "link"] { try sandbox.remove(name, in: path) }
        try FileManager.default.createSymbolicLink(atPath: path + "/link", withDestinationPath: "modified")
        try await sandbox.plain("add", "modified", in: path)
        let before = try await sandbox.status(in: path)
        let objects = try await sandbox.plain("count-objects", "-v")

        let diff = try await sandbox.git.diff(worktree: path, against: "main")
        let kinds = Dictionary(uniqueKeysWithValues: diff.files.map { ($0.path, $0.kind) })
        #expect(
            kinds == [
                "modified": .modified, "committed": .modified, "copied": .modified, "copy": .copied,
                "moved to": .renamed, "binary": .added, "deleted": .deleted, "link": .typeChanged,
            ])
        #expect(diff.files.first { $0.path == "moved to" }?.oldPath == "moved")
        #expect(diff.files.first { $0.path == "binary" }?.isBinary == true)
        #expect(diff.files.first { $0.path == "modified" }?.additions == 1)
        #expect(diff.files.allSatisfy { $0.patch?.hasPrefix("diff --git ") == true && !$0.isTruncated })
        #expect(diff.files.first { $0.path == "link" }?.patch?.contains("+modified") == true)
        #expect(diff.files.first { $0.path == "moved to" }?.patch?.contains("rename from moved") == true)
        #expect(diff.stats.filesChanged == 8)
        #expect(diff.stats.deletions == 1 + 41 + 1, "committed, deleted, link")
        #expect(!diff.isTruncated)
        #expect(try await sandbox.status(in: path) == before)
        #expect(try await sandbox.plain("count-objects", "-v") == objects)
        #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.path("scratch")).isEmpty)

        let committed = try await sandbox.git.diff(sandbox.repository, from: "main", to: "run", patches: false)
        #expect(committed.files.map(\.path) == ["committed"])
        #expect(committed.files.first?.patch == nil && !committed.isTruncated)
    }

    @Test("odd names come through, and one that is not UTF-8 is said to be repaired")
    func names() async throws {
        let sandbox = try await Sandbox()
        let path = try await sandbox.worktree("run")
        let names = [
            "a b", "quote\"d", "new\nline", "tab\t", "ümlaut", "-dash", ":colon", "diff --git a", "back\\slash",
        ]
        for name in names { try sandbox.write(name, name, in: path) }
        let bytes = Array((path + "/latin-").utf8) + [0xE9, 0]
        let descriptor = bytes.withUnsafeBytes { buffer in
            buffer.baseAddress.map { open($0.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY, 0o644) } ?? -1
        }
        try #require(descriptor >= 0)
        close(descriptor)
        let diff = try await sandbox.git.diff(worktree: path, against: "main")
        #expect(Set(diff.files.map(\.path)) == Set(names + ["latin-\u{FFFD}"]))
        #expect(diff.files.filter(\.pathIsLossy).map(\.path) == ["latin-\u{FFFD}"])
        #expect(diff.files.first { $0.path == "new\nline" }?.patch?.contains("+new\n+line") == true)
    }

    @Test("a thousand files, of which the list holds as many as it may")
    func many() async throws {
        let sandbox = try await Sandbox()
        let path = try await sandbox.worktree("run")
        for number in 0..<1_000 { try sandbox.write("files/\(number)", "line \(number)\n", in: path) }
        let all = try await sandbox.git.diff(worktree: path, against: "main")
        #expect(all.stats == DiffStats(filesChanged: 1_000, additions: 1_000, deletions: 0))
        #expect(all.files.count == 1_000 && !all.isTruncated)
        var limits = DiffLimits()
        limits.filesMax = 10
        let some = try await sandbox.git.diff(worktree: path, against: "main", limits: limits)
        #expect(some.stats == all.stats)
        #expect(some.files == Array(all.files.prefix(10)) && some.isTruncated)
    }

    @Test("patches end at their limits, the statistics do not")
    func limits() async throws {
        let sandbox = try await Sandbox()
        let path = try await sandbox.worktree("run")
        let line = String(repeating: "x", count: 99) + "\n"
        for name in ["a", "b", "c", "d"] { try sandbox.write(name, String(repeating: line, count: 100), in: path) }
        try sandbox.write("c", "short\n", in: path)
        var limits = DiffLimits()
        (limits.filePatchBytesMax, limits.patchBytesMax) = (2_000, 5_000)
        let diff = try await sandbox.git.diff(worktree: path, against: "main", limits: limits)
        #expect(diff.stats.additions == 301)
        #expect(diff.isTruncated)
        #expect(diff.files.map(\.isTruncated) == [true, true, false, true])
        for file in diff.files {
            let patch = try #require(file.patch)
            #expect(patch.utf8.count <= limits.filePatchBytesMax && patch.hasSuffix("\n"))
        }
        #expect(diff.files.reduce(0) { $0 + ($1.patch?.utf8.count ?? 0) } <= limits.patchBytesMax)
    }

    @Test("a repository without a commit inside of the worktree hides nothing else")
    func embedded() async throws {
        let sandbox = try await Sandbox()
        let path = try await sandbox.worktree("run")
        try await sandbox.plain("init", "--quiet", path + "/inner", in: path)
        try sandbox.write("zebra", "x\n", in: path)
        #expect(try await sandbox.git.diff(worktree: path, against: "main").files.map(\.path) == ["zebra"])
    }

    @Test("a base that is none is refused")
    func base() async throws {
        let sandbox = try await Sandbox()
        await #expect(throws: RepositoryError.commitNotFound("nowhere")) {
            try await sandbox.git.diff(worktree: sandbox.repository, against: "nowhere")
        }
    }
}
