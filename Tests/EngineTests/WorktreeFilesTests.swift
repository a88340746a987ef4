import FoundationEssentials
import Model
import Testing

@testable import Engine

@Suite struct WorktreeFilesTests {
    private let folder: URL
    private let root: String
    private let files: WorktreeFiles

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "roost-files-\(UUID().uuidString)")
        root = folder.appending(path: "tree").path
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        files = WorktreeFiles(root: root)
    }

    private func inFolder(_ body: () throws -> Void) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try body()
    }

    @Test("reads whole files and lines of them")
    func lines() throws {
        try inFolder {
            try files.write("one\ntwo\nthree\n", to: root + "/a.txt")
            #expect(try files.read(root + "/a.txt", line: nil, limit: nil) == "one\ntwo\nthree\n")
            #expect(try files.read(root + "/a.txt", line: 2, limit: 1) == "two")
            #expect(try files.read(root + "/a.txt", line: 3, limit: nil) == "three\n")
            #expect(try files.read(root + "/a.txt", line: 0, limit: 1) == "one")
            #expect(try files.read(root + "/a.txt", line: 99, limit: 5) == "")
            #expect(try files.read(root + "/a.txt", line: nil, limit: -1) == "")
        }
    }

    @Test("makes folders on the way, replaces what was there, and follows links that stay inside")
    func writing() throws {
        try inFolder {
            try files.write("long text", to: root + "/new/folder/a.txt")
            try files.write("x", to: root + "/new/./folder/../folder/a.txt")
            try FileManager.default.createSymbolicLink(atPath: root + "/in", withDestinationPath: "new/folder")
            #expect(try files.read(root + "/in/a.txt", line: nil, limit: nil) == "x")
            #expect(try files.folder(root + "/in").hasSuffix("/tree/new/folder"))
        }
    }

    @Test("nothing leads out of the worktree")
    func outside() throws {
        try inFolder {
            let secret = folder.appending(path: "secret").path
            try Data("s".utf8).write(to: URL(filePath: secret))
            let manager = FileManager.default
            try manager.createSymbolicLink(atPath: root + "/file", withDestinationPath: secret)
            try manager.createSymbolicLink(atPath: root + "/out", withDestinationPath: folder.path)
            try manager.createSymbolicLink(atPath: root + "/dangling", withDestinationPath: folder.path + "/none")
            let paths = [
                secret, root + "/../secret", root + "/file", root + "/out/secret", root + "/out/new", "a.txt", "",
                root + "/dangling", root + "/none/../../secret", root + "x/a", root, root + "\0/a", "/",
            ]
            for path in paths {
                #expect(throws: ServiceFailure.self, "\(path)") { try files.read(path, line: nil, limit: nil) }
                #expect(throws: ServiceFailure.self, "\(path)") { try files.write("x", to: path) }
            }
            for path in [folder.path, root + "/out", root + "/none"] {
                #expect(throws: ServiceFailure.self, "\(path)") { try files.folder(path) }
            }
            #expect(try String(contentsOfFile: secret, encoding: .utf8) == "s")
            #expect(try manager.contentsOfDirectory(atPath: folder.path).sorted() == ["secret", "tree"])
        }
    }

    @Test("what is git's, no text, no file or too long is refused by name")
    func refusals() throws {
        try inFolder {
            let path = root + "/a"
            #expect(throws: ServiceFailure("\(root)/.git belongs to git")) { try files.write("x", to: root + "/.git") }
            #expect(throws: ServiceFailure("\(root)/.git/config belongs to git")) {
                try files.write("x", to: root + "/.git/config")
            }
            try Data([0xFF, 0xFE]).write(to: URL(filePath: path))
            #expect(throws: ServiceFailure("\(path) is no text in UTF-8")) {
                try files.read(path, line: nil, limit: nil)
            }
            try FileManager.default.createDirectory(atPath: root + "/d", withIntermediateDirectories: true)
            #expect(throws: ServiceFailure("\(root)/d is no file")) {
                try files.read(root + "/d", line: nil, limit: nil)
            }
            let long = String(repeating: "x", count: Limits.fileWriteBytesMax + 1)
            let failure = #expect(throws: ServiceFailure.self) { try files.write(long, to: path) }
            #expect(failure?.description.contains("fileWriteBytesMax") == true)
            try Data(long.utf8).write(to: URL(filePath: path))
            let other = #expect(throws: ServiceFailure.self) { try files.read(path, line: nil, limit: nil) }
            #expect(other?.description.contains("fileWriteBytesMax") == true)
        }
    }
}
