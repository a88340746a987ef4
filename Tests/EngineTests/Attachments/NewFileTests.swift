import Engine
import Foundation
import RoostTesting
import Testing

@Suite("Files that are there whole or not at all")
struct NewFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path) }
    }

    @Test("what is kept can be read, in parts too, and also after its name is gone", arguments: NewFile.Manner.allCases)
    func kept(manner: NewFile.Manner) async throws {
        do {
            let file = try NewFile(in: folder.path, called: "a", byteCountMax: 10, manner: manner)
            try await file.write(Array("01234".utf8))
            try await file.write([])
            try await file.write(Array("56789".utf8))
            #expect(!(try names.contains("a")), "a part of it is nobody's")
            try await file.keep()
        }
        #expect(try names == ["a"])
        let read = try KeptFile(folder.path + "/a")
        try FileManager.default.removeItem(atPath: folder.path + "/a")
        #expect(read.byteCount == 10)
        #expect(try read.read(3..<7) == Array("3456".utf8))
        #expect(try read.read(8..<20) == Array("89".utf8))
        #expect(try read.read(10..<20).isEmpty)
    }

    @Test("what is given up leaves nothing", arguments: NewFile.Manner.allCases)
    func givenUp(manner: NewFile.Manner) async throws {
        do {
            let file = try NewFile(in: folder.path, called: "a", byteCountMax: 10, manner: manner)
            try await file.write([1, 2, 3])
            #expect(try names.count == (manner == .named ? 1 : 0))
        }
        #expect(try names.isEmpty)
    }

    @Test("the limit is reached, and not passed", arguments: NewFile.Manner.allCases)
    func limit(manner: NewFile.Manner) async throws {
        let file = try NewFile(in: folder.path, called: "a", byteCountMax: 4, manner: manner)
        try await file.write([1, 2])
        try await file.write([3, 4])
        await #expect(throws: FileError.tooLarge(byteCountMax: 4)) { try await file.write([5]) }
        #expect(await file.byteCount == 4)
    }

    @Test("a name that is taken is not taken over", arguments: NewFile.Manner.allCases)
    func taken(manner: NewFile.Manner) async throws {
        try Data("first".utf8).write(to: URL(fileURLWithPath: folder.path + "/a"))
        let file = try NewFile(in: folder.path, called: "a", byteCountMax: 4, manner: manner)
        await #expect(throws: FileError.failed(code: EEXIST)) { try await file.keep() }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/a")) == Data("first".utf8))
    }

    @Test("a folder that is not there is an error", arguments: NewFile.Manner.allCases)
    func missing(manner: NewFile.Manner) {
        #expect(throws: FileError.failed(code: ENOENT)) {
            try NewFile(in: folder.path + "/none", called: "a", byteCountMax: 4, manner: manner)
        }
        #expect(throws: FileError.failed(code: ENOENT)) { try KeptFile(folder.path + "/none") }
    }

    @Test("a full disk is said to be full", .enabled(if: SmallDisk.canBeMade), arguments: NewFile.Manner.allCases)
    func full(manner: NewFile.Manner) async throws {
        let disk = try SmallDisk(byteCount: 64 << 10)
        do {
            let file = try NewFile(in: disk.path, called: "a", byteCountMax: 1 << 20, manner: manner)
            await #expect(throws: FileError.diskFull) {
                for _ in 0..<32 { try await file.write([UInt8](repeating: 1, count: 8 << 10)) }
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).isEmpty)
    }
}
