import Engine
import Foundation
import Keeper
import Testing

@Suite("A kept process on a terminal")
struct KeeperTerminalTests {
    private func start(_ script: String) async throws -> KeptProcess {
        let process = try KeptProcess()
        try await process.launch(
            LaunchSpecification(
                arguments: ["sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"], workingDirectory: "/",
                terminal: TerminalSize(columns: 101, rows: 33)))
        return process
    }

    @Test("has it as stdin, stdout, stderr and controlling terminal, in its size")
    func all() async throws {
        let process = try await start("test -t 0 && test -t 1 && test -t 2 && stty size </dev/tty && echo error >&2")
        #expect(try await process.exit().ending == .exited(code: 0))
        #expect(try process.text() == "33 101\r\nerror\r\n")
        #expect(try process.output(.stderr).isEmpty)
    }

    @Test("is told of a new size")
    func resized() async throws {
        let process = try await start("trap 'stty size; exit 3' WINCH; echo up; while :; do sleep 0.02; done")
        try await process.said("up")
        let (link, _) = try await process.attached()
        try await link.resize(TerminalSize(columns: 80, rows: 24))
        #expect(try await process.exit().ending == .exited(code: 3))
        #expect(try process.text() == "up\r\n24 80\r\n")
    }

    @Test("reads what it is told, and the end of it; what it says before it goes is kept")
    func input() async throws {
        let process = try await start("stty -echo; echo up; cat; echo over")
        try await process.said("up")
        let (link, _) = try await process.attached()
        _ = try await link.send(Array("grüße\n".utf8), at: 0)
        try await process.said("grüße")
        try await link.closeInput()
        #expect(try await process.exit().ending == .exited(code: 0))
        #expect(try process.text() == "up\r\ngrüße\r\nover\r\n")
    }

    @Test("is stopped like any other, with the jobs that its shell put into groups of their own")
    func stopped() async throws {
        let process = try await start("set -m; sleep 1000 & echo $!; (trap '' HUP TERM; sleep 1000) & echo $!; wait")
        try await eventually { try process.text().split(separator: "\r\n").count == 2 ? () : nil }
        let (link, _) = try await process.attached()
        try await link.terminate(graceMs: 0)
        #expect(try await process.exit().stopped == .request)
        for pid in try process.text().split(separator: "\r\n").compactMap({ Int32($0) }) { #expect(try !lives(pid)) }
    }
}
