import Engine
import Foundation
import Keeper
import Testing

@Suite("A keeper whom the system refuses something")
struct KeeperFaultTests {
    /// Sets how many files a process may have open.
    private func allow(_ pid: Int32, openFiles count: String) throws {
        let prlimit = Process()
        prlimit.executableURL = URL(fileURLWithPath: "/usr/bin/prlimit")
        prlimit.arguments = ["--pid", "\(pid)", "--nofile=\(count):"]
        try prlimit.run()
        prlimit.waitUntilExit()
        #expect(prlimit.terminationStatus == 0)
    }

    /// The lowest number that no file of a process has: the next one that it opens gets it.
    private func freeNumber(of pid: Int32) throws -> Int {
        let taken = Set(try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").compactMap { Int($0) })
        return try #require((0...taken.count).first { !taken.contains($0) })
    }

    private func complaints(of process: KeptProcess) throws -> String {
        try String(contentsOfFile: process.folder.path + "/keeper.log", encoding: .utf8)
    }

    @Test("complains, and neither dies of it nor ends whom it keeps; what was refused is done later")
    func noDescriptors() async throws {
        let process = try await KeptProcess.start(
            "sh", "-c", "setsid sh -c 'echo $$; while :; do sleep 0.05; done' & while :; do sleep 0.05; done")
        try await eventually { try process.text().hasSuffix("\n") ? () : nil }
        let left = try #require(Int32(try process.text().dropLast()))
        let record = try process.record()
        let child = try #require(record.child)
        let (link, _) = try await process.attached()
        let free = try freeNumber(of: record.keeper.pid)
        try allow(record.keeper.pid, openFiles: "\(free)")

        // Neither who connects is let in, nor are descendants found.
        let second = Task { try await process.attached() }
        try await eventually { try complaints(of: process).contains("has to wait") ? () : nil }
        try await link.signal(SIGSTOP)
        try await eventually { try complaints(of: process).contains("cannot be found for now") ? () : nil }
        try await eventually { try isStopped(child.pid) ? () : nil }
        #expect(try process.record() == record && lives(left))

        try allow(record.keeper.pid, openFiles: "4096")
        let (other, _) = try await second.value
        try await other.signal(SIGSTOP)
        try await eventually { try isStopped(left) ? () : nil }
        try await other.terminate(graceMs: 60_000)
        #expect(try await process.exit().ending == .signalled(signal: SIGTERM))
        #expect(try !lives(left) && !lives(child.pid))
    }

    @Test("whoever left its group and its session stands still and goes on with the others")
    func standing() async throws {
        let process = try await KeptProcess.start(
            "sh", "-c",
            """
            setsid sh -c 'echo $$; while :; do sleep 0.05; done' &
            (setsid sh -c 'sh -c "echo \\$\\$; while :; do sleep 0.05; done" & exit 0' &) ; sleep 0.1
            echo $$; while :; do sleep 0.05; done
            """)
        try await eventually { try process.text().split(separator: "\n").count == 3 ? () : nil }
        let pids = try process.text().split(separator: "\n").compactMap { Int32($0) }
        let (link, _) = try await process.attached()
        try await link.signal(SIGSTOP)
        for pid in pids { try await eventually { try isStopped(pid) ? () : nil } }
        try await link.signal(SIGCONT)
        for pid in pids { try await eventually { try isStopped(pid) ? nil : () } }
        try await link.signal(SIGSTOP)
        for pid in pids { try await eventually { try isStopped(pid) ? () : nil } }
        // It hears of its end although it stands still.
        try await link.terminate(graceMs: 60_000)
        #expect(try await process.exit().ending == .signalled(signal: SIGTERM))
        for pid in pids { #expect(try !lives(pid)) }
    }

    @Test("nobody is left when a keeper is killed while it waits for the last words of descendants")
    func killedWhileDraining() async throws {
        let process = try await KeptProcess.start(
            "sh", "-c", "setsid sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.05; done' & sleep 0.1; wait")
        try await eventually { try process.text().hasSuffix("\n") ? () : nil }
        let left = try #require(Int32(try process.text().dropLast()))
        let record = try process.record()
        let child = try #require(record.child)
        // What it has to notice waits until it is dead: it dies at the very beginning of its waiting.
        for number in 0..<2 {
            if number == 0 { kill(child.pid, SIGKILL) } else { kill(record.keeper.pid, SIGKILL) }
            try await eventually { try (number == 0 ? child.isAlive() : record.keeper.isAlive()) ? nil : () }
        }
        switch try process.folder.status() {
        case .lost(let lost):
            #expect(lost == record)
            try await eventually { try process.folder.killSurvivors(of: record) == 0 ? () : nil }
        case .exited(let exit): #expect(exit.ending == .signalled(signal: SIGKILL))
        case .running, .neverStarted: Issue.record("it was killed")
        }
        #expect(try !lives(left))
    }

    @Test(
        "a keeper that is killed at any moment of its start leaves a folder that says how it stands",
        arguments: 0..<8)
    func killedAtStart(round: Int) async throws {
        let process = try KeptProcess()
        let folder = process.folder
        let hunt = Task.detached { () throws -> Int32 in
            // By its command line: nobody has told its number yet.
            while !Task.isCancelled {
                for pid in try ProcessTable.numbers() {
                    guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline"),
                        line.range(of: Data(folder.path.utf8)) != nil,
                        line.range(of: Data("roost-keeper\0".utf8)) != nil
                    else { continue }
                    for _ in 0..<round { await Task.yield() }
                    kill(pid, SIGKILL)
                    return pid
                }
            }
            throw CancellationError()
        }
        do {
            try await process.launch(
                LaunchSpecification(
                    arguments: ["sh", "-c", "while :; do sleep 0.05; done"], environment: ["PATH": "/usr/bin:/bin"],
                    workingDirectory: "/"))
        } catch is KeeperNotReady {
            // It was killed before it could say anything.
        }
        let killed = try await hunt.value
        try await eventually { try lives(killed) ? nil : () }
        let status = try await eventually { () -> KeeperFolder.Status? in
            let status = try folder.status()
            if case .running = status { return nil }
            return status
        }
        switch status {
        case .neverStarted: #expect(try folder.abandon(), "nobody holds it")
        case .lost(let record): try await eventually { try folder.killSurvivors(of: record) == 0 ? () : nil }
        case .exited, .running: Issue.record("\(status)")
        }
    }
}

/// Whether a process stands still: the state behind its name, which may itself hold anything.
private func isStopped(_ pid: Int32) throws -> Bool {
    let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    return stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].dropFirst(2).first == "T"
}
