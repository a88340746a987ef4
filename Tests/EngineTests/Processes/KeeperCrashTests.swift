import Engine
import Foundation
import Keeper
import Testing

@Suite("When hub, keeper or process is killed")
struct KeeperCrashTests {
    @Test("a keeper that is killed leaves word of whom it kept")
    func keeperKilled() async throws {
        let process = try await KeptProcess.start("sh", "-c", "echo up; while :; do sleep 0.02; done")
        try await process.said("up")
        let record = try process.record()
        let (link, _) = try await process.attached()
        kill(record.keeper.pid, SIGKILL)
        var last: KeeperEvent?
        for await event in link.events { last = event }
        #expect(last == .disconnected)
        try await eventually { try process.folder.status() == .lost(record) ? () : nil }

        let child = try #require(record.child)
        #expect(try child.isAlive())
        #expect(try child.signalGroup(SIGKILL))
        try await eventually { try child.isAlive() ? nil : () }
        #expect(try child.signalGroup(SIGKILL) == false)
        await #expect(throws: KeeperLinkError.noKeeper(.lost(record))) { try await process.attached() }
    }

    @Test("a process that is killed is recorded so")
    func processKilled() async throws {
        let process = try await KeptProcess.start("sleep", "1000")
        kill(try #require(try process.record().child).pid, SIGKILL)
        let exit = try await process.exit()
        #expect(exit.ending == .signalled(signal: SIGKILL))
        #expect(exit.stopped == nil)
    }

    @Test("whatever is killed when, the files tell the truth", arguments: 0..<10)
    func anyOrder(round: Int) async throws {
        let process = try await KeptProcess.start("sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; done")
        let record = try process.record()
        let (link, _) = try await process.attached()
        var victims = [record.keeper.pid, try #require(record.child).pid].shuffled()
        if Bool.random() { victims.removeLast() }
        for victim in victims { kill(victim, SIGKILL) }
        for await _ in link.events {}
        try await eventually { () -> Void? in
            switch try process.folder.status() {
            case .running: return nil
            case .exited(let exit):
                #expect(exit.ending == .signalled(signal: SIGKILL))
                #expect(try UInt64(process.output().count) == exit.spools.stdout)
            case .lost(let lost): #expect(lost == record)
            case .neverStarted: Issue.record("it was started")
            }
            return ()
        }
        _ = try record.child?.signalGroup(SIGKILL)
        // What the spool holds is what was said, without a hole.
        var reader = process.folder.spool(.stdout)
        var (offset, next): (UInt64, Int) = (0, 1)
        while true {
            let read = try reader.lines(from: offset, isFinal: false)
            guard read.nextOffset > offset else { break }
            for line in read.lines {
                #expect(String(decoding: line.bytes, as: UTF8.self) == "\(next)")
                next += 1
            }
            offset = read.nextOffset
        }
    }

    @Test("the keeper stays small, whatever passes through it")
    func memory() async throws {
        let process = try await KeptProcess.start(
            "sh", "-c", "head -c 20000000 /dev/zero; echo done >&2; cat >/dev/null; sleep 1000")
        let (link, _) = try await process.attached()
        _ = try await link.send([UInt8](repeating: 7, count: 4 << 20), at: 0)
        try await eventually { try process.text(.stderr).isEmpty ? nil : () }
        let status = try String(contentsOfFile: "/proc/\(process.record().keeper.pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM") })
        let kibibytes = try #require(Int(line.split(whereSeparator: { !$0.isNumber })[0]))
        #if DEBUG
        let mebibytesMax = 8
        #else
        let mebibytesMax = 6
        #endif
        #expect(kibibytes <= mebibytesMax << 10)
        try await link.terminate(graceMs: 0)
    }
}
