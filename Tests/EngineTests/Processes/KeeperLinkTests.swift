import Engine
import Foundation
import Keeper
import Testing

@Suite("Talking to a process through its keeper")
struct KeeperLinkTests {
    @Test("hands input over once, however often it is sent")
    func duplicates() async throws {
        let process = try await KeptProcess.start("cat")
        let (link, state) = try await process.attached()
        #expect(
            state.input
                == InputState(acceptedByteCount: 0, roomByteCount: UInt64(InputQueue.byteCountMax), isOpen: true))
        #expect(try await link.send(Array("one\n".utf8), at: 0) == 4)
        #expect(try await link.send(Array("one\n".utf8), at: 0) == 4)
        #expect(try await link.send(Array("one\ntwo\n".utf8), at: 0) == 8)
        #expect(try await link.send(Array("o\nthree\n".utf8), at: 6) == 14)
        await #expect(throws: KeeperLinkError.inputGap(acceptedByteCount: 14)) {
            try await link.send(Array("five\n".utf8), at: 15)
        }
        try await link.closeInput()
        #expect(try await process.exit().ending == .exited(code: 0))
        #expect(try process.text() == "one\ntwo\nthree\n")
    }

    @Test("refuses input once stdin is closed, and still says what was accepted")
    func closed() async throws {
        let process = try await KeptProcess.start("sh", "-c", "cat; sleep 1000")
        let (link, _) = try await process.attached()
        _ = try await link.send(Array("last\n".utf8), at: 0)
        try await link.closeInput()
        await #expect(throws: KeeperLinkError.inputClosed(acceptedByteCount: 5)) {
            try await link.send(Array("more\n".utf8), at: 5)
        }
        #expect(try await link.send(Array("last\n".utf8), at: 0) == 5)
        try await link.terminate(graceMs: 0)
    }

    @Test("notices that a process has closed its stdin")
    func deafProcess() async throws {
        let process = try await KeptProcess.start("sh", "-c", "exec <&-; echo deaf; sleep 1000")
        try await process.said("deaf")
        let (link, _) = try await process.attached()
        let refused = await #expect(throws: KeeperLinkError.self) {
            var offset: UInt64 = 0
            // The first bytes may be accepted just before the keeper learns of it.
            while offset < 1 << 24 { offset = try await link.send(Array("hello?\n".utf8), at: offset) }
        }
        guard case .inputClosed = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
        try await link.terminate(graceMs: 0)
    }

    @Test("carries any bytes, and more than the keeper holds, to a process that reads late")
    func flood() async throws {
        let late = try KeptProcess()
        let gate = late.folder.path + "-gate"
        try await late.launch(
            LaunchSpecification(
                arguments: ["sh", "-c", "while [ ! -e \"$GATE\" ]; do sleep 0.02; done; cat"],
                environment: ["PATH": "/usr/bin:/bin", "GATE": gate], workingDirectory: "/"))
        let (link, _) = try await late.attached()
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<3 * InputQueue.byteCountMax).map { _ in UInt8.random(in: 0...255, using: &random) }
        async let sent = link.send(bytes, at: 0)
        // It fills up to the limit and no further; the pipe itself holds 64 KiB.
        var input: InputState
        repeat {
            let (other, state) = try await late.attached()
            await other.close()
            input = state.input
        } while input.roomByteCount > 0
        #expect(input.acceptedByteCount <= UInt64(InputQueue.byteCountMax + (64 << 10)))
        #expect(FileManager.default.createFile(atPath: gate, contents: nil))
        #expect(try await sent == UInt64(bytes.count))
        try await link.closeInput()
        #expect(try await late.exit().ending == .exited(code: 0))
        #expect(try late.output() == bytes)
    }

    @Test("a link that drops loses nothing: the next one goes on where the first was")
    func reattached() async throws {
        let process = try await KeptProcess.start("cat")
        let lines = (0..<200).map { "line \($0) äöü 漢字 🦉\n" }
        let bytes = lines.flatMap { Array($0.utf8) }
        for round in 0..<20 {
            // Each hub sends from somewhere before what was accepted, and dies without hearing how far it came.
            let (link, state) = try await process.attached()
            let start = Int(state.input.acceptedByteCount)
            let from = max(0, start - 7 * round)
            Task { try await link.send(Array(bytes[from..<min(bytes.count, start + 500)]), at: UInt64(from)) }
            await link.close()
        }
        let (link, _) = try await process.attached()
        _ = try await link.send(bytes, at: 0)
        try await link.closeInput()
        _ = try await process.exit()
        #expect(try process.output() == bytes)
    }

    @Test("tells of growth, and at last of the end")
    func events() async throws {
        let process = try await KeptProcess.start(
            "sh", "-c", "read go; for i in 1 2 3; do echo $i; sleep 0.02; done; exit 7")
        let (link, state) = try await process.attached()
        #expect(state.spools == SpoolSizes())
        _ = try await link.send(Array("go\n".utf8), at: 0)
        var grown = SpoolSizes()
        var end: KeeperEvent?
        for await event in link.events {
            switch event {
            case .grew(let spools):
                #expect(spools.stdout >= grown.stdout)
                grown = spools
            case .exited, .disconnected:
                #expect(end == nil)
                end = event
            }
        }
        #expect(end == .exited(try await process.exit()))
        #expect(try await process.exit().spools.stdout == 6)
        await #expect(throws: KeeperLinkError.disconnected) { try await link.send([1], at: 3) }
        await #expect(throws: KeeperLinkError.disconnected) { try await link.signal(SIGTERM) }
    }

    @Test("several hubs may be attached")
    func several() async throws {
        let process = try await KeptProcess.start("cat")
        let (first, _) = try await process.attached()
        let (second, _) = try await process.attached()
        #expect(try await first.send(Array("a\n".utf8), at: 0) == 2)
        #expect(try await second.send(Array("b\n".utf8), at: 2) == 4)
        try await second.closeInput()
        for link in [first, second] {
            var last: KeeperEvent?
            for await event in link.events { last = event }
            #expect(last == .exited(try await process.exit()))
        }
        #expect(try process.text() == "a\nb\n")
    }

    @Test("more hubs than a keeper serves are turned away")
    func tooManyHubs() async throws {
        let process = try await KeptProcess.start("cat")
        var links: [KeeperLink] = []
        for _ in 0..<8 { links.append(try await process.attached().link) }
        await #expect(throws: KeeperLinkError.disconnected) { try await process.attached() }
        await links[3].close()
        // The keeper learns of it a moment later.
        var again: KeeperLink?
        while again == nil { again = try? await process.attached().link }
        try await again?.terminate(graceMs: 0)
    }

    @Test("says what the files say where nobody listens")
    func noKeeper() async throws {
        let process = try await KeptProcess.start("true")
        let exit = try await process.exit()
        let ended = process
        let error = try await eventually { () -> Bool? in
            FileManager.default.fileExists(atPath: ended.folder.path + "/control") ? nil : true
        }
        #expect(error)
        await #expect(throws: KeeperLinkError.noKeeper(.exited(exit))) { try await ended.attached() }
    }

    @Test("ends waiting sends when it is closed, and takes no more than so many")
    func tooManySends() async throws {
        let process = try await KeptProcess.start("sleep", "1000")
        let (link, _) = try await process.attached()
        let much = [UInt8](repeating: 0, count: 2 * InputQueue.byteCountMax)
        let results = await withTaskGroup(of: KeeperLinkError?.self) { group in
            for _ in 0...KeeperLink.waitingSendCountMax {
                group.addTask {
                    do throws(any Error) { _ = try await link.send(much, at: 0) } catch {
                        await link.close()
                        return error as? KeeperLinkError
                    }
                    return nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.filter { $0 == .tooManySends }.count == 1)
        #expect(results.filter { $0 == .disconnected }.count == KeeperLink.waitingSendCountMax)
        let (again, _) = try await process.attached()
        try await again.terminate(graceMs: 0)
    }

    @Test("nonsense on the socket costs its sender the connection and nobody else anything", arguments: 0..<8)
    func nonsense(seed: Int) async throws {
        let process = try await KeptProcess.start("cat")
        let (link, _) = try await process.attached()
        for _ in 0..<20 {
            let socket = try ControlSocket.connect(in: process.folder.directory())
            let bytes = (0..<Int.random(in: 1...200)).map { _ in UInt8.random(in: 0...255) }
            // The keeper may hang up in the middle of it.
            _ = try? bytes.withUnsafeBytes { try socket.send($0) }
        }
        _ = try await link.send(Array("still here\n".utf8), at: 0)
        try await link.closeInput()
        #expect(try await process.exit().ending == .exited(code: 0))
        #expect(try process.text() == "still here\n")
    }
}
