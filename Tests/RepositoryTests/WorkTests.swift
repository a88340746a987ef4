import Foundation
import Testing

@testable import Repository

@Suite("A run's own branch: commits, names, what is taken back")
struct WorkTests {
    @Test("only the files that are named are committed, gone ones and odd names too, and the rest stays as it was")
    func files() async throws {
        let sandbox = try await Sandbox()
        for name in ["gone", "a\nb", "ümläut", "*.txt", "x.txt"] { try sandbox.write(name, "1\n") }
        try await sandbox.commit("base")
        let worktree = try await sandbox.worktree("run")
        try sandbox.remove("gone", in: worktree)
        for name in ["a\nb", "ümläut", "*.txt", "x.txt", "new"] { try sandbox.write(name, "2\n", in: worktree) }
        try await sandbox.plain("add", "x.txt", in: worktree)
        let made = try await sandbox.git.commit(
            worktree, files: ["gone", "a\nb", "ümläut", "*.txt", "new"], message: "some")
        #expect(try await sandbox.plain("rev-parse", "HEAD", in: worktree) == made)
        #expect(try await sandbox.status(in: worktree) == "M  x.txt", "what was staged stays staged")
        let names = try await sandbox.plain("diff", "--name-status", "-z", "HEAD~1", "HEAD", in: worktree)
        #expect(Set(names.split(separator: "\0")) == ["M", "A", "D", "a\nb", "ümläut", "*.txt", "new", "gone"])
        await #expect(throws: RepositoryError.fileNotFound("nothing")) {
            try await sandbox.git.commit(worktree, files: ["nothing"], message: "m")
        }
        await #expect(throws: RepositoryError.fileNotFound("../readme")) {
            try await sandbox.git.commit(worktree, files: ["../readme"], message: "m")
        }
        #expect(try await sandbox.git.commit(worktree, files: ["new"], message: "again") == nil)
    }

    @Test("an amended commit takes the newest one's place, and none that the base has")
    func amend() async throws {
        let sandbox = try await Sandbox()
        let worktree = try await sandbox.worktree("run")
        let base = try await sandbox.plain("rev-parse", "main")
        try sandbox.write("new", "1\n", in: worktree)
        await #expect(throws: RepositoryError.commitNotOurs(base)) {
            try await sandbox.git.commit(worktree, amending: base, message: "mine")
        }
        #expect(try await sandbox.plain("rev-parse", "run") == base)
        _ = try await sandbox.git.commit(
            worktree, message: "first", author: Identity(name: "Ada", email: "ada@example.org"))
        try sandbox.write("new", "2\n", in: worktree)
        _ = try await sandbox.git.commit(worktree, amending: base, message: nil)
        let log = try await sandbox.plain("log", "--format=%s %an %ae %cn", base + "..HEAD", in: worktree)
        #expect(log == "first Ada ada@example.org Roost", "its message and its author stay")
        _ = try await sandbox.git.commit(worktree, amending: base, message: "second")
        #expect(try await sandbox.plain("log", "--format=%s", base + "..HEAD", in: worktree) == "second")
        #expect(try await sandbox.git.commit(worktree, amending: base, message: nil) == nil)
        #expect(try await sandbox.status(in: worktree) == "")
    }

    @Test("a branch gets another name, its worktree follows, and a second time is the same as once")
    func rename() async throws {
        let sandbox = try await Sandbox()
        let worktree = try await sandbox.worktree("run")
        try await sandbox.plain("branch", "taken")
        for (name, error) in [
            ("taken", RepositoryError.branchExists("taken")), ("a..b", .invalidBranchName("a..b")),
            ("-x", .invalidBranchName("-x")),
        ] {
            await #expect(throws: error) {
                try await sandbox.git.renameBranch(sandbox.repository, from: "run", to: name)
            }
        }
        for _ in 0..<2 { try await sandbox.git.renameBranch(sandbox.repository, from: "run", to: "feature/x") }
        #expect(try await sandbox.plain("branch", "--show-current", in: worktree) == "feature/x")
        await #expect(throws: RepositoryError.branchNotFound("run")) {
            try await sandbox.git.renameBranch(sandbox.repository, from: "run", to: "other")
        }
    }

    @Test("hunks go one by one, whichever, and what is not there any more is refused")
    func hunks() async throws {
        let sandbox = try await Sandbox()
        let lines = (1...60).map { "line \($0)" }
        try sandbox.write("a", lines.joined(separator: "\n"))
        try sandbox.write("b", "one\n")
        try await sandbox.commit("base")
        let worktree = try await sandbox.worktree("run")
        var changed = lines
        changed.insert("-- looks like a header", at: 30)
        (changed[0], changed[59]) = ("first", "last\nand more")
        try sandbox.write("a", changed.joined(separator: "\n"), in: worktree)
        try sandbox.write("b", "two\n", in: worktree)
        let diff = try await sandbox.git.diff(worktree: worktree, against: "main")
        let patch = diff.files.compactMap(\.patch).joined()

        try await sandbox.git.revert(worktree, patch: patch, hunks: [1])
        var expected = changed
        expected.remove(at: 30)
        #expect(try sandbox.read("a", in: worktree) == expected.joined(separator: "\n"))
        let words = await #expect(throws: RepositoryError.self) {
            try await sandbox.git.revert(worktree, patch: patch, hunks: [0, 1])
        }
        #expect(try sandbox.read("a", in: worktree) == expected.joined(separator: "\n"), "or not at all")
        guard case .patchStale(let text) = words, text.contains("a") else {
            Issue.record("\(String(describing: words))")
            return
        }
        try await sandbox.git.revert(worktree, patch: patch, hunks: [0, 2, 3])
        #expect(try await sandbox.status(in: worktree) == "")
        for (text, hunks) in [(patch, Set([9])), ("nonsense", []), ("", []), (String(patch.dropLast(5)), [0])] {
            await #expect(throws: RepositoryError.patchUnreadable) {
                try await sandbox.git.revert(worktree, patch: text, hunks: hunks)
            }
        }
    }

    @Test("whole files and whole diffs go: new, gone, renamed, binary, executable ones")
    func wholes() async throws {
        let sandbox = try await Sandbox()
        for name in ["gone", "old", "tool", "data"] { try sandbox.write(name, "\(name)\n1\n2\n3\n4\n") }
        try await sandbox.commit("base")
        let worktree = try await sandbox.worktree("run")
        func change() async throws {
            try sandbox.remove("gone", in: worktree)
            try sandbox.write("renamed", try sandbox.read("old", in: worktree), in: worktree)
            try sandbox.remove("old", in: worktree)
            try sandbox.write("data", Data([0, 1, 2, 255]), in: worktree)
            try sandbox.write("new/file", "x\n", in: worktree)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: worktree + "/tool")
        }
        try await change()
        _ = try await sandbox.git.commitAll(worktree, message: "work")
        let diff = try await sandbox.git.diff(worktree: worktree, against: "main")
        for file in diff.files where !file.isBinary {
            try await sandbox.git.revert(worktree, patch: try #require(file.patch))
        }
        try await sandbox.git.revertFiles(worktree, to: "main", files: ["data"])
        #expect(try await sandbox.git.diff(worktree: worktree, against: "main").files.isEmpty)
        #expect(try await sandbox.status(in: worktree).contains("new/file"), "as a deletion beyond the branch")

        try await sandbox.plain("reset", "--quiet", "--hard", in: worktree)
        try sandbox.write("untracked", "y\n", in: worktree)
        try await sandbox.git.revertFiles(worktree, to: "main", files: nil)
        #expect(try await sandbox.git.diff(worktree: worktree, against: "main").files.isEmpty)
        #expect(!sandbox.exists("untracked", in: worktree) && !sandbox.exists("new", in: worktree))
        await #expect(throws: RepositoryError.fileNotFound("nothing")) {
            try await sandbox.git.revertFiles(worktree, to: "main", files: ["nothing"])
        }
    }

    @Test("a file is deleted in a commit of its own")
    func deletion() async throws {
        let sandbox = try await Sandbox()
        let worktree = try await sandbox.worktree("run")
        try sandbox.write("other", "not committed\n", in: worktree)
        _ = try await sandbox.git.deleteFile(worktree, file: "readme", message: "Without it")
        #expect(
            try await sandbox.plain("show", "--format=%s", "--name-status", in: worktree) == "Without it\n\nD\treadme")
        #expect(try await sandbox.status(in: worktree) == "?? other")
        await #expect(throws: RepositoryError.fileNotFound("other")) {
            try await sandbox.git.deleteFile(worktree, file: "other", message: "m")
        }
        await #expect(throws: RepositoryError.fileNotFound("*")) {
            try await sandbox.git.deleteFile(worktree, file: "*", message: "m")
        }
    }

    @Test("a file is deleted also where git ignores its folder, and where no commit has it")
    func deletionOfTheOdd() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write("folder/file", "1\n")
        try await sandbox.commit("base")
        let worktree = try await sandbox.worktree("run")
        try sandbox.write(".gitignore", "folder/\n", in: worktree)
        try sandbox.write("folder/ignored", "1\n", in: worktree)
        try await sandbox.commit("ignored", in: worktree)
        try sandbox.write("new", "1\n", in: worktree)
        try await sandbox.plain("add", "new", in: worktree)
        let made = try await sandbox.git.deleteFile(worktree, file: "folder/file", message: "Without it")
        #expect(
            try await sandbox.plain("show", "--format=%H", "--name-status", in: worktree)
                == "\(made ?? "")\n\nD\tfolder/file")
        #expect(sandbox.exists("folder/ignored", in: worktree))
        #expect(try await sandbox.git.deleteFile(worktree, file: "new", message: "Without it") == nil)
        #expect(!sandbox.exists("new", in: worktree))
        #expect(try await sandbox.status(in: worktree) == "")
    }

    @Test("blame says whose a line is, what is not committed is nobody's, and what is beyond the end is nothing")
    func blame() async throws {
        let sandbox = try await Sandbox()
        let first = try await sandbox.plain("rev-parse", "main")
        try sandbox.write("readme", "one\n2\nthree\nfour\n")
        let lines = try await sandbox.git.blame(sandbox.repository, file: "readme", lines: 1...9)
        #expect(lines.map(\.text) == ["one", "2", "three", "four"])
        #expect(lines.map(\.commit) == [first, nil, first, nil])
        #expect(lines[0].author == Identity(name: "Test", email: "test@localhost") && lines[0].subject == "first")
        #expect(try await sandbox.git.blame(sandbox.repository, file: "readme", lines: 9...9).isEmpty)
        await #expect(throws: RepositoryError.fileNotFound("nothing")) {
            try await sandbox.git.blame(sandbox.repository, file: "nothing", lines: 1...1)
        }
    }

    @Test("a folder that has become a symlink leads nowhere: nothing behind it is deleted, or read")
    func links() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write("folder/file", "mine\n")
        try await sandbox.commit("base")
        let worktree = try await sandbox.worktree("run")
        try sandbox.write("outside/file", "elsewhere\n", in: sandbox.root)
        try sandbox.remove("folder", in: worktree)
        try FileManager.default.createSymbolicLink(
            atPath: worktree + "/folder", withDestinationPath: sandbox.path("outside"))
        await #expect(throws: RepositoryError.fileNotFound("folder/file")) {
            try await sandbox.git.deleteFile(worktree, file: "folder/file", message: "gone")
        }
        #expect(try sandbox.read("outside/file", in: sandbox.root) == "elsewhere\n")
        await #expect(throws: RepositoryError.fileNotFound("folder/file")) {
            try await sandbox.git.blame(worktree, file: "folder/file", lines: 1...1)
        }
    }

    @Test("with a deleted file go the folders that are empty then, and a folder is no file")
    func deletedFolders() async throws {
        let sandbox = try await Sandbox()
        for name in ["a/b/c", "a/d"] { try sandbox.write(name, "1\n") }
        try await sandbox.commit("base")
        let worktree = try await sandbox.worktree("run")
        await #expect(throws: RepositoryError.fileNotFound("a")) {
            try await sandbox.git.deleteFile(worktree, file: "a", message: "gone")
        }
        _ = try await sandbox.git.deleteFile(worktree, file: "a/b/c", message: "gone")
        #expect(!sandbox.exists("a/b", in: worktree) && sandbox.exists("a/d", in: worktree))
        #expect(try await sandbox.status(in: worktree) == "")
    }

    @Test("an amended commit has the author that is asked for, also where nothing else changes")
    func amendedAuthor() async throws {
        let sandbox = try await Sandbox()
        let worktree = try await sandbox.worktree("run")
        let base = try await sandbox.plain("rev-parse", "main")
        try sandbox.write("new", "1\n", in: worktree)
        _ = try await sandbox.git.commit(worktree, message: "first")
        let time = try await sandbox.plain("log", "-1", "--format=%at", in: worktree)
        let made = try await sandbox.git.commit(
            worktree, amending: base, message: nil, author: Identity(name: "Ada <x>", email: "ada@example.org"))
        #expect(made != nil)
        let log = try await sandbox.plain("log", "--format=%s|%an|%ae|%cn|%at", base + "..HEAD", in: worktree)
        #expect(log == "first|Ada x|ada@example.org|Roost|\(time)")
    }

    @Test("a file that is to come back does not take the place of ignored ones")
    func ignoredInTheWay() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write(".gitignore", "*.ignored\n")
        for name in ["file", "other"] { try sandbox.write(name, "base\n") }
        try await sandbox.commit("base")
        let worktree = try await sandbox.worktree("run")
        try sandbox.write("other", "changed\n", in: worktree)
        try sandbox.remove("file", in: worktree)
        try sandbox.write("file/precious.ignored", "x\n", in: worktree)
        for files in [["file"], ["other", "file"]] {
            await #expect(throws: RepositoryError.filesInTheWay(["file/precious.ignored"])) {
                try await sandbox.git.revertFiles(worktree, to: "main", files: files)
            }
        }
        #expect(try sandbox.read("file/precious.ignored", in: worktree) == "x\n")
        #expect(try sandbox.read("other", in: worktree) == "changed\n", "or not at all")
        try await sandbox.git.revertFiles(worktree, to: "main", files: ["other"])
        #expect(try sandbox.read("other", in: worktree) == "base\n")
        try sandbox.remove("file/precious.ignored", in: worktree)
        try await sandbox.git.revertFiles(worktree, to: "main", files: ["file"])
        #expect(try sandbox.read("file", in: worktree) == "base\n")
    }

    @Test("a file comes back that a commit of the branch has taken away")
    func deletedByCommit() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write("other", "1\n")
        let base = try await sandbox.commit("base")
        let worktree = try await sandbox.worktree("run")
        try sandbox.remove("readme", in: worktree)
        try sandbox.write("other", "2\n", in: worktree)
        try await sandbox.commit("gone", in: worktree)
        try await sandbox.git.revertFiles(worktree, to: base, files: ["readme", "other"])
        #expect(try sandbox.read("readme", in: worktree) == "one\ntwo\nthree\n")
        #expect(try await sandbox.status(in: worktree) == " M other\n?? readme")
    }
}
