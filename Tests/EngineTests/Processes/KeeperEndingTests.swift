import Engine
import Foundation
import Keeper
import Testing

@Suite("How a kept process ends")
struct KeeperEndingTests {
    @Test("a signal to the group is delivered and recorded")
    func signalled() async throws {
        let process = try await KeptProcess.start("sh", "-c", "sleep 1000 & echo up; wait")
        try await process.said("up")
        let (link, _) = try await process.attached()
        try await link.signal(SIGUSR1)
        let exit = try await process.exit()
        #expect(exit.ending == .signalled(signal: SIGUSR1))
        #expect(exit.stopped == nil)
    }

    @Test("one that ends well on SIGTERM may say so")
    func graceful() async throws {
        let process = try await KeptProcess.start(
            "sh", "-c", "trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.02; done")
        try await process.said("up")
        let (link, _) = try await process.attached()
        try await link.terminate(graceMs: 60_000)
        let exit = try await process.exit()
        #expect(exit.ending == .exited(code: 5))
        #expect(exit.stopped == .request)
        #expect(try process.text() == "up\nbye\n")
    }

    @Test("one that ignores SIGTERM is killed after the grace, though the hub has gone")
    func stubborn() async throws {
        let process = try await KeptProcess.start("sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.02; done")
        try await process.said("up")
        let (link, _) = try await process.attached()
        try await link.terminate(graceMs: 100)
        await link.close()
        let exit = try await process.exit()
        #expect(exit.ending == .signalled(signal: SIGKILL))
        #expect(exit.stopped == .request)
    }

    @Test("a paused one can be ended too")
    func paused() async throws {
        let process = try await KeptProcess.start("sleep", "1000")
        let (link, _) = try await process.attached()
        try await link.signal(SIGSTOP)
        try await link.terminate(graceMs: 60_000)
        #expect(try await process.exit().ending == .signalled(signal: SIGTERM))
    }

    @Test("SIGTERM to the keeper ends the process in order")
    func keeperTerminated() async throws {
        let process = try await KeptProcess.start("sleep", "1000")
        kill(try process.record().keeper.pid, SIGTERM)
        let exit = try await process.exit()
        #expect(exit.ending == .signalled(signal: SIGTERM))
        #expect(exit.stopped == .request)
    }

    @Test("what a descendant says after the process has ended is kept")
    func lastWords() async throws {
        let process = try await KeptProcess.start("sh", "-c", "(sleep 0.1; echo late) & echo early")
        let exit = try await process.exit()
        #expect(exit.ending == .exited(code: 0))
        #expect(try process.text() == "early\nlate\n")
    }

    @Test(
        "descendants that outlive the process are ended",
        arguments: [
            // In its group, with its pipes.
            "sleep 1000 & echo $!",
            // Deaf to SIGTERM, with its pipes.
            "sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.02; done' & sleep 0.1",
            // A daemon: forked twice, in a session of its own, with no pipe.
            "setsid sh -c 'sleep 1000 & echo $!' ; setsid sh -c 'sleep 1000 >/dev/null 2>&1 </dev/null & echo $!'",
        ])
    func descendants(script: String) async throws {
        let process = try await KeptProcess.start("sh", "-c", script)
        let exit = try await process.exit()
        #expect(exit.ending == .exited(code: 0))
        let pids = try process.text().split(separator: "\n").compactMap { Int32($0) }
        #expect(!pids.isEmpty)
        for pid in pids { #expect(try !lives(pid)) }
    }

    @Test("a stranger that holds the pipes does not hold up the end")
    func stranger() async throws {
        // The test itself opens the process's stdout by /proc and keeps it open.
        let process = try await KeptProcess.start("sh", "-c", "echo up; read line")
        try await process.said("up")
        let child = try #require(try process.record().child)
        let held = open("/proc/\(child.pid)/fd/1", O_WRONLY)
        #expect(held >= 0)
        defer { close(held) }
        let (link, _) = try await process.attached()
        try await link.closeInput()
        #expect(try await process.exit().spools.stdout == 3)
    }

    @Test("output stops at its limit, to the byte, and says so")
    func outputLimit() async throws {
        let process = try await KeptProcess.start("yes", outputByteCountMax: 100_001)
        let exit = try await process.exit()
        #expect(exit.stopped == .outputLimit)
        #expect(exit.spools == SpoolSizes(stdout: 100_001, stderr: 0))
        #expect(try process.output().count == 100_001)
    }

    @Test("output of exactly the limit is no offence")
    func outputAtLimit() async throws {
        let process = try await KeptProcess.start("printf", "1234567890", outputByteCountMax: 10)
        let exit = try await process.exit()
        #expect(exit.stopped == nil)
        #expect(try process.text() == "1234567890")
    }

    @Test("time stops at its limit, and says so")
    func timeLimit() async throws {
        let process = try await KeptProcess.start("sleep", "1000", wallMsMax: 50)
        let exit = try await process.exit()
        #expect(exit.ending == .signalled(signal: SIGTERM))
        #expect(exit.stopped == .timeLimit)
        #expect(exit.wallMs >= 50)
    }

    @Test("a spool that cannot grow stops the process and says so")
    func fileLimit() async throws {
        let process = try KeptProcess()
        let directory = try Directory.create(path: process.folder.path)
        let specification = LaunchSpecification(
            arguments: ["yes"], environment: ["PATH": "/usr/bin:/bin"], workingDirectory: "/")
        try directory.open(KeeperFolder.File.launch, O_WRONLY | O_CREAT).writeAll(specification.encoded())
        let shell = ProcessStart(
            program: "/bin/sh",
            arguments: ["sh", "-c", "ulimit -f 64; exec \"$0\" \"$1\"", KeptProcess.keeper, process.folder.path],
            environment: [:])
        let null = try Directory(path: "/dev").open("null", O_RDWR)
        let keeper = try shell(standard: (null, null, null))
        defer { waitpid(keeper, nil, 0) }
        let exit = try await process.exit()
        #expect(exit.stopped == .diskFull(errno: EFBIG))
        #expect(try UInt64(process.output().count) == exit.spools.stdout)
        #expect(exit.spools.stdout > 0)
    }

    @Test("a full disk stops the process and says so, on that same disk", .enabled(if: SmallDisk.canBeMade))
    func fullDisk() async throws {
        let disk = try SmallDisk(byteCount: 256 << 10)
        let process = try KeptProcess(in: disk.path)
        try await process.launch(
            LaunchSpecification(arguments: ["yes"], environment: ["PATH": "/usr/bin:/bin"], workingDirectory: "/"))
        let exit = try await process.exit()
        #expect(exit.stopped == .diskFull(errno: ENOSPC))
        #expect(try UInt64(process.output().count) == exit.spools.stdout)
        #expect(exit.spools.stdout > 0)
    }
}
