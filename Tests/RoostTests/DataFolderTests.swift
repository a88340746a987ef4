import Foundation
import Glibc
import RoostTesting
import Testing

@testable import roost

@Suite("The data folder") struct DataFolderTests {
    @Test("is made with all that lies between, and is nobody else's")
    func made() throws {
        let folder = try TemporaryFolder()
        let data = try DataFolder(at: folder.file("a/b"))
        #expect(data.path == URL(fileURLWithPath: folder.file("a/b")).resolvingSymlinksInPath().path)
        #expect(data.journal == data.path + "/roost.sqlite")
        for path in [data.path, data.path + "/worktrees", data.path + "/processes"] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o700, "\(path)")
        }
    }

    @Test("is taken as it is when it is there")
    func again() throws {
        let folder = try TemporaryFolder()
        let first = try DataFolder(at: folder.file("data"))
        try "kept".write(toFile: first.path + "/roost.sqlite", atomically: true, encoding: .utf8)
        let second = try DataFolder(at: folder.file("data"))
        #expect(try String(contentsOfFile: second.journal, encoding: .utf8) == "kept")
    }

    @Test("resolves links, so that keepers and git know one path")
    func link() throws {
        let folder = try TemporaryFolder()
        _ = try DataFolder(at: folder.file("real"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link"), withDestinationPath: folder.file("real"))
        #expect(try DataFolder(at: folder.file("link")).path.hasSuffix("/real"))
    }

    @Test("a file in the way is named", arguments: ["data", "data/worktrees"])
    func fileInTheWay(name: String) throws {
        let folder = try TemporaryFolder()
        if name != "data" {
            try FileManager.default.createDirectory(atPath: folder.file("data"), withIntermediateDirectories: false)
        }
        try "in the way".write(toFile: folder.file(name), atomically: true, encoding: .utf8)
        let error = #expect(throws: SettingError.self) { try DataFolder(at: folder.file("data")) }
        #expect(
            error?.description.hasPrefix("setting data: the folder '\(folder.file("data"))' cannot be made") == true)
    }

    @Test("a place where nobody may write is named")
    func nowhere() {
        let error = #expect(throws: SettingError.self) { try DataFolder(at: "/proc/roost") }
        #expect(error?.description.hasPrefix("setting data: the folder '/proc/roost' cannot be made") == true)
    }

    @Test("one that may not be written is named", .enabled(if: geteuid() != 0, "root may write everywhere"))
    func unwritable() throws {
        let folder = try TemporaryFolder()
        let data = try DataFolder(at: folder.file("data"))
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: data.path)
        let error = #expect(throws: SettingError.self) { try DataFolder(at: data.path) }
        #expect(error?.description == "setting data: the folder '\(data.path)' is not writable")
    }

    @Test("its scratch begins empty")
    func scratch() throws {
        let folder = try TemporaryFolder()
        let data = try DataFolder(at: folder.file("data"))
        try "left".write(toFile: try data.emptyScratch() + "/index", atomically: true, encoding: .utf8)
        #expect(try FileManager.default.contentsOfDirectory(atPath: data.emptyScratch()).isEmpty)
    }
}
