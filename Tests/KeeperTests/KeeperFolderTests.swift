import Foundation
import Keeper
import Testing

@Suite("A process folder, by its files alone")
struct KeeperFolderTests {
    private func folder() throws -> (owner: TemporaryFolder, folder: KeeperFolder) {
        let owner = try TemporaryFolder()
        return (owner, KeeperFolder(path: owner.path))
    }

    @Test("none, or an empty one, was never started")
    func neverStarted() throws {
        #expect(try KeeperFolder(path: "/no/such/folder").status() == .neverStarted)
        let (owner, folder) = try folder()
        #expect(try folder.status() == .neverStarted)
        #expect(try folder.abandon())
        withExtendedLifetime(owner) {}
    }

    @Test("one whose keeper lives is running, one whose keeper is another process by now is lost")
    func runningAndLost() throws {
        let (owner, folder) = try folder()
        let me = try #require(try ProcessIdentity(pid: getpid()))
        let running = KeeperRecord(keeper: me, child: nil)
        _ = try owner.file(KeeperFolder.File.keeper, running.encoded())
        #expect(try folder.status() == .running(running))

        // The same number, but another start: field 2 of the record.
        var bytes = KeeperRecord(keeper: me, child: me).encoded()
        bytes[9] ^= 1
        _ = try owner.file(KeeperFolder.File.keeper, bytes)
        #expect(try folder.status() == .lost(KeeperRecord(decoding: bytes)))

        let exit = ExitRecord(ending: .exited(code: 1))
        _ = try owner.file(KeeperFolder.File.exit, exit.encoded())
        #expect(try folder.status() == .exited(exit))
    }

    @Test("one that holds nonsense says so", arguments: [KeeperFolder.File.keeper, KeeperFolder.File.exit])
    func nonsense(file: String) throws {
        let (owner, folder) = try folder()
        _ = try owner.file(file, [1, 2, 3])
        #expect(throws: MalformedRecord.self) { try folder.status() }
        _ = try owner.file(file, [UInt8](repeating: 1, count: 5_000))
        #expect(throws: SystemError("read \(file)", number: EFBIG)) { try folder.status() }
    }

    @Test("an abandoned one is never started; one that is taken cannot be abandoned")
    func abandon() throws {
        let (owner, folder) = try folder()
        _ = try owner.file(KeeperFolder.File.launch, [])
        let directory = try folder.directory()
        var taken = try KeeperFolder.takeLaunch(in: directory)
        #expect(taken != nil)
        #expect(try KeeperFolder.takeLaunch(in: directory) == nil)
        #expect(try folder.abandon() == false)
        taken = nil
        #expect(try folder.abandon())
        #expect(!directory.contains(KeeperFolder.File.launch))
    }

    @Test("files are replaced at once, and have room reserved for them")
    func replace() throws {
        let (owner, folder) = try folder()
        let directory = try folder.directory()
        try directory.reserve("exit", byteCount: 4_096)
        #expect(try directory.contents(of: "exit", byteCountMax: 10) == nil)
        try directory.replace("exit", with: [1, 2])
        try directory.replace("exit", with: [3])
        #expect(try directory.contents(of: "exit", byteCountMax: 10) == [3])
        #expect(try FileManager.default.contentsOfDirectory(atPath: owner.path) == ["exit"])
    }

    @Test("its socket is reached however deep it lies")
    func deepSocket() throws {
        let name = "roost-keeper-tests-" + UUID().uuidString
        let owner = try TemporaryFolder(name: name + "/" + String(repeating: "d", count: 200))
        let directory = try KeeperFolder(path: owner.path).directory()
        let listener = try ControlSocket.listen(in: directory)
        #expect(try ControlSocket.accept(from: listener) == nil)
        let near = try ControlSocket.connect(in: directory)
        let far = try #require(try ControlSocket.accept(from: listener))
        try near.writeAll([1, 2, 3])
        #expect(try far.bytes(upTo: 10) == [1, 2, 3])
        #expect(try far.bytes(upTo: 10) == nil)
        let mode = try FileManager.default.attributesOfItem(atPath: owner.path + "/control")[.posixPermissions]
        #expect(mode as? Int == 0o600)
        try FileManager.default.removeItem(atPath: NSTemporaryDirectory() + "/" + name)
    }
}
