import Engine
import Foundation
import Keeper
import Testing

@Suite("Starting a process under a keeper")
struct KeeperLauncherTests {
    @Test("keeps output, errors and exit code apart and whole")
    func outputs() async throws {
        let process = try await KeptProcess.start("sh", "-c", "echo out; echo err >&2; printf tail; exit 3")
        let exit = try await process.exit()
        #expect(exit.ending == .exited(code: 3))
        #expect(exit.stopped == nil)
        #expect(exit.spools == SpoolSizes(stdout: 8, stderr: 4))
        #expect(try process.text() == "out\ntail")
        #expect(try process.text(.stderr) == "err\n")
        #expect(exit.residentByteCountMax > 0)
    }

    @Test("gives exactly the arguments, the environment, the directory and three descriptors, and a group of its own")
    func surroundings() async throws {
        let script =
            #"pwd; env | grep -v -e ^PWD= -e ^SHLVL= -e ^_= -e ^OLDPWD= | sort; ls /proc/self/fd | wc -l; ps -o pgid= -p $$"#
        let process = try await KeptProcess.start(
            "sh", "-c", script, "name", "two words", environment: ["PATH": "/usr/bin:/bin", "GREETING": "grüß\nGott"],
            in: "/usr")
        let exit = try await process.exit()
        #expect(exit.ending == .exited(code: 0))
        let lines = try process.text().split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let mark = lines.firstIndex { $0.hasPrefix("ROOST_KEEPER=") }
        #expect(mark == 4, "a variable of the keeper's own is the last of them")
        // The fourth descriptor is the one that ls itself reads the folder by.
        #expect(lines[..<4] == ["/usr", "GREETING=grüß", "Gott", "PATH=/usr/bin:/bin"])
        #expect(lines.count == 7 && lines[5] == "4")
        #expect(Int32(lines[6]) != getpgrp())
    }

    @Test("leaves signals as a program expects them")
    func signals() async throws {
        let process = try await KeptProcess.start("grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status")
        _ = try await process.exit()
        let masks = try process.text().split(separator: "\n").compactMap { UInt64($0.suffix(16), radix: 16) }
        // 32 and 33 are the C library's own, which it leaves ignored.
        #expect(masks.map { $0 & 0x7FFF_FFFF } == [0, 0])
    }

    @Test(
        "tells why a process could not be started",
        arguments: [
            (["no-such-program"], "/", ENOENT, "start program"), (["/etc/passwd"], "/", EACCES, "start program"),
            (["sh"], "/no/such/folder", ENOENT, "enter working directory"),
            (["sh"], "/etc/passwd", ENOTDIR, "enter working directory"),
        ])
    func notStarted(arguments: [String], directory: String, errno: Int32, step: String) async throws {
        let process = try KeptProcess()
        let status = try await process.launch(
            LaunchSpecification(
                arguments: arguments, environment: ["PATH": "/usr/bin:/bin"], workingDirectory: directory))
        guard case .exited(let exit) = status, case .notStarted(errno, let detail) = exit.ending else {
            Issue.record("\(status)")
            return
        }
        #expect(detail.hasPrefix(step))
    }

    @Test("refuses a folder that is in use")
    func folderInUse() async throws {
        let process = try await KeptProcess.start("cat")
        let again = LaunchSpecification(arguments: ["cat"], environment: [:], workingDirectory: "/")
        await #expect(throws: SystemError("make folder", number: EEXIST)) { try await process.launch(again) }
        #expect(try process.folder.abandon() == false)
    }

    @Test("tells what a keeper complained of that failed")
    func keeperFails() async throws {
        let process = try KeptProcess()
        let launcher = KeeperLauncher(program: "/bin/false", on: KeptProcess.loop)
        let specification = LaunchSpecification(arguments: ["true"], environment: [:], workingDirectory: "/")
        await #expect(throws: KeeperNotReady(log: "")) {
            try await launcher.launch(specification, in: process.folder)
        }
        #expect(try process.folder.status() == .neverStarted)
    }

    @Test("works in a folder deeper than a socket's address is long")
    func longPath() async throws {
        let outer = try KeptProcess()
        let process = try KeptProcess(in: outer.folder.path + "-" + String(repeating: "d", count: 200))
        try await process.launch(
            LaunchSpecification(arguments: ["cat"], environment: ["PATH": "/bin"], workingDirectory: "/"))
        let (link, _) = try await process.attached()
        _ = try await link.send(Array("deep\n".utf8), at: 0)
        try await link.closeInput()
        _ = try await process.exit()
        #expect(try process.text() == "deep\n")
        withExtendedLifetime(outer) {}
    }

    @Test("twenty at a time are kept apart")
    func parallel() async throws {
        try await withThrowingTaskGroup { group in
            for number in 0..<20 {
                group.addTask {
                    let process = try await KeptProcess.start("sh", "-c", "seq \(number) 5000; read line; echo $line")
                    let (link, _) = try await process.attached()
                    _ = try await link.send(Array("end \(number)\n".utf8), at: 0)
                    let exit = try await process.exit()
                    #expect(exit.ending == .exited(code: 0))
                    let expected = (number...5000).map { "\($0)\n" }.joined() + "end \(number)\n"
                    #expect(try process.text() == expected)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("reaps its keepers")
    func reaped() async throws {
        let process = try await KeptProcess.start("sleep", "1000")
        let keeper = try process.record().keeper
        let (link, _) = try await process.attached()
        try await link.terminate(graceMs: 0)
        _ = try await process.exit()
        try await eventually { try ProcessStatus(pid: keeper.pid) == nil ? () : nil }
    }
}
