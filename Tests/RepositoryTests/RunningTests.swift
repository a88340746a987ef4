import Foundation
import Glibc
import Testing

@testable import Repository

@Suite("Running git")
struct RunningTests {
    private func command(_ arguments: String...) -> GitCommand { GitCommand(arguments: arguments, folder: "/") }

    @Test("a failure has git's own words, the subcommand and the code, and no arguments")
    func words() async throws {
        let sandbox = try await Sandbox()
        let failure = await #expect(throws: GitFailure.self) {
            try await sandbox.git.run(
                GitCommand(arguments: ["cat-file", "-p", "nonsense"], folder: sandbox.repository))
        }
        #expect(failure?.subcommand == "cat-file")
        #expect(failure?.reason == .exited(code: 128))
        #expect(failure?.description == "git cat-file: exit code 128: fatal: Not a valid object name nonsense")
    }

    @Test("a program that is not there, and an argument that no program can have")
    func notStarted() async throws {
        let sandbox = try await Sandbox(repository: false) { $0.executable = "/nowhere/git" }
        let failure = await #expect(throws: GitFailure.self) { try await sandbox.git.run(command("version")) }
        #expect(failure?.reason == .notStarted)
        #expect(failure?.words == "start: No such file or directory")
        let git = try await Sandbox(repository: false).git
        let other = await #expect(throws: GitFailure.self) { try await git.run(command("version", "a\u{0}b")) }
        #expect(other?.reason == .notStarted)
    }

    @Test("more output than the limit ends the program and names the limit")
    func output() async throws {
        let sandbox = try await Sandbox(repository: false) { $0.outputBytesMax = 1_000 }
        var settings = sandbox.settings
        settings.executable = try sandbox.script("chatty", "yes")
        let failure = await #expect(throws: GitFailure.self) {
            try await Git(settings: settings, time: FrozenTime()).run(command("chat"))
        }
        #expect(failure?.reason == .outputTooLarge(bytesMax: 1_000))
    }

    @Test("of what a program complains the end is kept")
    func complaints() async throws {
        let sandbox = try await Sandbox(repository: false)
        var settings = sandbox.settings
        settings.executable = try sandbox.script("loud", "seq 100000 >&2; exit 3")
        let failure = await #expect(throws: GitFailure.self) {
            try await Git(settings: settings, time: FrozenTime()).run(command("complain"))
        }
        #expect(failure?.reason == .exited(code: 3))
        #expect(failure?.words.hasSuffix("\n99999\n100000") == true)
        #expect((failure?.words.utf8.count ?? 0) <= OutputTail.byteCountMax)
    }

    @Test("the time limit ends a program that ignores the polite signal")
    func timeOut() async throws {
        let sandbox = try await Sandbox(repository: false) { ($0.commandSecondsMax, $0.graceSeconds) = (7, 0) }
        var settings = sandbox.settings
        settings.executable = try sandbox.script("deaf", "trap '' TERM\nwhile :; do sleep 1000; done")
        let failure = await #expect(throws: GitFailure.self) {
            try await Git(settings: settings, time: HastyTime()).run(command("hang"))
        }
        #expect(failure?.reason == .timedOut(seconds: 7))
        #expect(failure?.description == "git hang: not done after 7 s (commandSecondsMax)")
    }

    @Test("cancelling the task ends the program and what it started", .timeLimit(.minutes(1)))
    func cancellation() async throws {
        let sandbox = try await Sandbox(repository: false)
        var settings = sandbox.settings
        let pids = sandbox.path("pids")
        settings.executable = try sandbox.script(
            "slow", "sleep 1000 &\necho $$ $! > '\(pids).new'\nmv '\(pids).new' '\(pids)'\nwait")
        let git = Git(settings: settings, time: FrozenTime())
        let task = Task { try await git.run(GitCommand(arguments: ["wait"], folder: "/")) }
        while !Paths.exists(pids) { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let numbers = try sandbox.read("pids", in: sandbox.root).split(whereSeparator: \.isWhitespace).compactMap {
            pid_t($0)
        }
        try #require(numbers.count == 2)
        #expect(kill(numbers[0], 0) == -1 && errno == ESRCH, "reaped")
        // The grandchild is init's to reap.
        while kill(numbers[1], 0) == 0, try Paths.text(of: "/proc/\(numbers[1])/stat").contains(") Z ") == false {
            await Task.yield()
        }
    }

    @Test("no child inherits a descriptor of ours, however many start at once")
    func descriptors() async throws {
        let careless = open("/dev/null", O_RDONLY)
        try #require(careless > 2 && fcntl(careless, F_GETFD) == 0)
        defer { close(careless) }
        try await withThrowingTaskGroup { group in
            for _ in 0..<16 {
                group.addTask {
                    let launch = Launch(executable: "/bin/ls", arguments: ["/proc/self/fd"], environment: [:])
                    let report = try await Supervision.run(
                        launch, into: BoundedOutput(byteCountMax: 1_000), grace: .zero)
                    #expect(
                        String(decoding: report.sink.bytes, as: UTF8.self) == "0\n1\n2\n3\n", "3 is the listing's own")
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("sixteen calls at once are served by as many processes as are admitted")
    func admission() async throws {
        let sandbox = try await Sandbox { $0.concurrentProcessesMax = 2 }
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<16 { group.addTask { try await sandbox.git.headCommit(sandbox.repository) } }
            for try await head in group { #expect(head != nil) }
        }
    }
}
