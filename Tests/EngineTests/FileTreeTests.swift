import Foundation
import Glibc
import Keeper
import Model
import RoostTesting
import Testing

@testable import Engine

@Suite("Files of a folder")
struct FileTreeTests {
    private let folder: TemporaryFolder
    private let root: String
    private let tree: FileTree

    init() throws {
        folder = try TemporaryFolder()
        root = folder.path + "/tree"
        try FileManager.default.createDirectory(atPath: root + "/a/b", withIntermediateDirectories: true)
        try Data("s".utf8).write(to: URL(filePath: folder.path + "/secret"))
        try FileManager.default.createDirectory(atPath: root + "/.git", withIntermediateDirectories: false)
        try Data("s".utf8).write(to: URL(filePath: root + "/.git/config"))
        tree = try FileTree(root: root)
    }

    @Test("nothing leads out of it, and nothing into what is git's")
    func outside() throws {
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: root + "/file", withDestinationPath: folder.path + "/secret")
        try manager.createSymbolicLink(atPath: root + "/out", withDestinationPath: folder.path)
        try manager.createSymbolicLink(atPath: root + "/dangling", withDestinationPath: folder.path + "/none")
        try manager.createSymbolicLink(atPath: root + "/config", withDestinationPath: ".git/config")
        for path in [
            folder.path + "/secret", "../secret", "a/../../secret", "file", "out/secret", "out/new/x", "./a", "a\0b",
            ".git/config", "a/.git/x", "config", "dangling/x",
        ] {
            #expect(throws: HubError.self, "\(path)") { try tree.file(path) }
        }
        for path in ["out/new", "../new", ".git/new", "a/.git/new", "out/tree/../new"] {
            #expect(throws: HubError.self, "\(path)") { try tree.entry(path, makes: true) }
        }
        #expect(try manager.contentsOfDirectory(atPath: folder.path).sorted() == ["secret", "tree"])
    }

    @Test("links that stay inside are followed to be read, and are themselves to be changed")
    func links() throws {
        let manager = FileManager.default
        try Data("text".utf8).write(to: URL(filePath: root + "/a/b/file"))
        try manager.createSymbolicLink(atPath: root + "/link", withDestinationPath: "a/b/file")
        try manager.createSymbolicLink(atPath: root + "/in", withDestinationPath: "a/b")
        #expect(try tree.file("link").bytes(from: 0, count: 10) == Array("text".utf8))
        #expect(try tree.file("in/file").size() == 4)
        let (folder, name) = try tree.entry("link")
        #expect(FileStatus(name, in: folder)?.kind == "symlink")
    }

    @Test("two writes of one length within one tick of the clock have two tags")
    func tags() throws {
        let path = root + "/a/file"
        let (folder, name) = try tree.entry("a/file")
        var tags: Set<String> = []
        for number in 100..<300 {
            // In place, as an agent's own tools write.
            let file = unsafe open(path, O_WRONLY | O_CREAT, 0o644)
            #expect(unsafe pwrite(file, Array("\(number)".utf8), 3, 0) == 3)
            close(file)
            let tag = try #require(try FileTag.make(of: name, in: folder))
            #expect(tags.insert(tag).inserted)
            let holding = try tags.filter { try FileTag.holds($0, for: name, in: folder) }
            #expect(holding == [tag])
        }
        let status = try folder.replace(name, with: Array("abc".utf8), mode: 0o644, temporary: "t", path: name)
        let made = FileTag.make(of: Array("abc".utf8), status)
        #expect(try FileTag.holds(made, for: name, in: folder))
        // Other rights are no other content, also when the clock has gone on meanwhile.
        var (before, after) = (stat(), stat())
        unsafe stat(path, &before)
        repeat {
            #expect(chmod(path, 0o755) == 0)
            unsafe stat(path, &after)
        } while after.st_ctim.tv_nsec == before.st_ctim.tv_nsec
        #expect(try FileTag.holds(made, for: name, in: folder))
        unlink(path)
        #expect(try FileTag.holds("", for: name, in: folder))
        let isHeld = try FileTag.holds(made, for: name, in: folder)
        #expect(!isHeld)
    }

    @Test("a folder that becomes a symlink between two looks is not followed")
    func races() async throws {
        let (root, outside, tree) = (root, folder.path, tree)
        let manager = FileManager.default
        try manager.createDirectory(atPath: outside + "/elsewhere", withIntermediateDirectories: false)
        try Data("secret".utf8).write(to: URL(filePath: outside + "/elsewhere/file"))
        try manager.createDirectory(atPath: root + "/turn", withIntermediateDirectories: false)
        try Data("mine".utf8).write(to: URL(filePath: root + "/turn/file"))
        try manager.createSymbolicLink(atPath: root + "/link", withDestinationPath: outside + "/elsewhere")
        let swapping = Task.detached {
            while !Task.isCancelled {
                rename(root + "/turn", root + "/aside")
                rename(root + "/link", root + "/turn")
                rename(root + "/turn", root + "/link")
                rename(root + "/aside", root + "/turn")
            }
        }
        var read = 0
        for _ in 0..<3_000 {
            do {
                let bytes = try tree.file("turn/file").bytes(from: 0, count: 10)
                #expect(bytes == Array("mine".utf8))
                read += 1
            } catch is HubError {
                // It was not there at that moment, or led out.
            }
        }
        swapping.cancel()
        await swapping.value
        #expect(read > 0)
    }

    @Test(
        "a copy has a name of its own",
        arguments: [
            ("notes.txt", 1, "notes copy.txt"), ("notes.txt", 2, "notes copy 2.txt"), ("Makefile", 1, "Makefile copy"),
            (".env", 1, ".env copy"), ("a.tar.gz", 1, "a.tar copy.gz"),
        ])
    func names(name: String, number: Int, copy: String) { #expect(Engine.copyName(of: name, number) == copy) }

    @Test("a new file takes no other's place, and leaves nothing behind")
    func creation() throws {
        let (folder, name) = try tree.entry("a/new")
        func create(_ text: String) throws -> FileStatus? {
            try folder.create(name, with: Array(text.utf8), mode: 0o640, temporary: ".part", path: "a/new")
        }
        let made = try #require(try create("first"))
        #expect(made.byteCount == 5 && made.mode & 0o777 == 0o640)
        #expect(try create("second") == nil)
        #expect(try String(contentsOfFile: root + "/a/new", encoding: .utf8) == "first")
        #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/a").sorted() == ["b", "new"])
    }
}
