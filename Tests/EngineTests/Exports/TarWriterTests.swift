import Foundation
import Journal
import RoostTesting
import Testing

@testable import Engine

@Suite("Tar archives")
struct TarWriterTests {
    @Test("are what tar reads, of any sizes, and of their owner's only") func read() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.tar")
        let sizes = [0, 1, 511, 512, 513, 200_000]
        let tar = try TarWriter(path, partial: folder.file(".partial-a.tar"), modifiedUnixSeconds: 1_700_000_000)
        for size in sizes {
            try tar.begin("folder/file-\(size)")
            for piece in 0..<(size + 999) / 1_000 {
                try tar.write([UInt8](repeating: UInt8(65 + piece % 26), count: min(1_000, size - piece * 1_000)))
            }
            try tar.end()
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        try tar.finish()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["tar", "-xf", path, "-C", folder.path]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        for size in sizes {
            let data = try #require(FileManager.default.contents(atPath: folder.file("folder/file-\(size)")))
            #expect(data.count == size)
            #expect(data.enumerated().allSatisfy { $1 == UInt8(65 + $0 / 1_000 % 26) })
        }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("that are not finished are not there") func unfinished() throws {
        let folder = try TemporaryFolder()
        do {
            let tar = try TarWriter(folder.file("a.tar"), partial: folder.file(".partial-a"), modifiedUnixSeconds: 0)
            try tar.begin("a")
            try tar.write([1])
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("on a full disk say so", .enabled(if: SmallDisk.canBeMade)) func full() throws {
        let disk = try SmallDisk(byteCount: 128 << 10)
        let tar = try TarWriter(disk.path + "/a.tar", partial: disk.path + "/.partial-a", modifiedUnixSeconds: 0)
        try tar.begin("a")
        #expect(throws: JournalError.full) {
            for _ in 0..<10 { try tar.write([UInt8](repeating: 0, count: 64 << 10)) }
        }
    }
}
