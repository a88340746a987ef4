import Foundation
import Model
import Testing

@testable import Repository

@Suite("Names and texts of files")
struct FileNameTests {
    @Test("folders to be watched are those that git does not ignore, and no more than were asked for")
    func folders() async throws {
        let box = try await Sandbox()
        for name in ["a/b/c/file", "ignored/deep/file", "odd \n name/file", "ü/file"] { try box.write(name, "x\n") }
        try box.write(".gitignore", "ignored/\n")
        try FileManager.default.createDirectory(
            atPath: box.repository + "/empty", withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: box.repository + "/link", withDestinationPath: "a")
        let found = try await box.git.watchedFolders(box.repository, target: "topic/deep/one", countMax: 100)
        let names = Set(found.content.map { String($0.dropFirst(box.repository.count)) })
        #expect(names == ["", "/a", "/a/b", "/a/b/c", "/odd \n name", "/ü", "/empty"])
        #expect(found.git == [box.repository + "/.git", box.repository + "/.git/refs/heads"])
        #expect(!found.isTruncated)
        let few = try await box.git.watchedFolders(box.repository, target: "main", countMax: 3)
        #expect(few.content.count == 3 && few.isTruncated)
    }

    @Test("two looks are the same when nothing changed, and tell a change of content alone")
    func looks() async throws {
        let box = try await Sandbox()
        let base = try await box.plain("rev-parse", "HEAD")
        try box.write("new", "one\n")
        let first = try await box.git.look(at: box.repository, since: base)
        #expect(try await box.git.look(at: box.repository, since: base) == first)
        try box.write("new", "two\n")
        let second = try await box.git.look(at: box.repository, since: base)
        #expect(second != first && second.stats == first.stats && second.files.keys == first.files.keys)
        #expect(try await box.plain("status", "--porcelain") == "?? new")
    }

    @Test("texts are found as they stand, in what is not ignored; names are counted by the commits that touched them")
    func texts() async throws {
        let box = try await Sandbox()
        try box.write(".gitignore", "ignored\n")
        try box.write("ignored", "needle\n")
        try box.write("odd: name\u{1}", "a.*NEEDLE: 7:x\nnothing\n")
        try box.write("binary", Data([0, 110, 101, 101, 100, 108, 101]))
        let found = try await box.git.search(box.repository, ".*needle", countMax: 10)
        #expect(found == [Git.Match(path: "odd: name\u{1}", line: 1, text: "a.*NEEDLE: 7:x")])
        #expect(try await box.git.search(box.repository, "--needle", countMax: 10).isEmpty)
        try box.write("many", String(repeating: "again\n", count: 100))
        #expect(try await box.git.search(box.repository, "again", countMax: 7).count == 7)
        for text in ["x\n", "y\n"] {
            try box.write("readme", text)
            try await box.commit("again")
        }
        let counts = try await box.git.touchCounts(box.repository)
        #expect(counts["readme"] == 3 && counts["many"] == 1 && counts["ignored"] == nil)
    }

    @Test("branches are those of the remote too, the newest first, by a part of their name")
    func branches() async throws {
        let box = try await Sandbox()
        try await box.plain("branch", "Feature/one")
        try await box.plain("clone", "--quiet", box.repository, box.path("clone"), in: box.root)
        let all = try await box.git.branches(box.path("clone"), matching: "", countMax: 10)
        #expect(Set(all.map(\.name)) == ["main", "origin/main", "origin/Feature/one"])
        #expect(all.filter(\.isCurrent).map(\.name) == ["main"] && all.filter(\.isRemote).count == 2)
        #expect(all.first?.subject == "first")
        let one = try await box.git.branches(box.path("clone"), matching: "feature", countMax: 10)
        #expect(one.map(\.name) == ["origin/Feature/one"])
    }
}
