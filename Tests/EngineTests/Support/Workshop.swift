import Agents
import Engine
import Foundation
import Journal
import Logging
import Model
import Repository
import RoostTesting
import Testing

/// An engine with everything real but time: a repository, worktrees, keepers and child processes in a folder of its own.
final class Workshop: Sendable {
    let folder: TemporaryFolder
    let journal: Journal
    let engine: Engine
    let clock: ImpatientClock
    /// HOME of agents.
    let home: String
    let sender = RecordingSender()
    let repository: String

    static let by = Actor.local
    static let principal = Principal(starting: by)

    /// - Parameters:
    ///   - earlier: the workshop whose folder and journal file are taken over, as a new hub does after a crash.
    ///   - watch: nil: worktrees are not kept live.
    init(
        hubLimit: Int = 8, projectLimit: Int = 3, after earlier: Workshop? = nil, approvalExpirySeconds: Int = 3_600,
        processOutputBytesMax: Int = Limits.processOutputBytesMax, claude: [String] = [],
        stall: StallRule? = nil, attachments: AttachmentLimits = AttachmentLimits(), programs: String? = nil,
        path: String? = nil, watch: WatchLimits? = nil, gitProgram: String = "git", gitHubScript: String? = nil,
        limits: EngineLimits = EngineLimits(), files: FileLimits = FileLimits(),
        engineClock: (any TimeSource)? = nil
    ) async throws {
        folder = try earlier?.folder ?? TemporaryFolder()
        clock = earlier?.clock ?? ImpatientClock()
        let root = URL(fileURLWithPath: folder.path).resolvingSymlinksInPath().path
        for name in ["data", "data/worktrees", "data/processes", "scratch", "home"] {
            try FileManager.default.createDirectory(atPath: root + "/" + name, withIntermediateDirectories: true)
        }
        let environment = [
            "PATH": [programs, path ?? ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"].compactMap(
                \.self
            )
            .joined(separator: ":"), "HOME": root + "/home",
        ]
        home = root + "/home"
        let ids = RandomIDs()
        let log = Logger(label: "engine") { _ in SwiftLogNoOpLogHandler() }
        journal = try .forTesting(.file(root + "/data/roost.sqlite"), clock: clock, ids: ids)
        var gitSettings = GitSettings(environment: environment, scratchFolder: root + "/scratch")
        gitSettings.executable = gitProgram
        let git = Git(settings: gitSettings, time: clock)
        repository = root + "/repository"
        let catalog = AgentCatalog([
            .command: AgentSettings(), .bot: AgentSettings(), .claudeCode: AgentSettings(command: claude),
            .demo: AgentSettings(command: [Programs.path(of: "roost-demo-agent"), "--pace-ms", "0"]),
        ])
        var settings = EngineSettings(
            dataFolder: root + "/data", roots: [root], concurrentRunsPerHub: hubLimit,
            concurrentRunsPerProject: projectLimit, environment: environment)
        settings.approvalExpirySeconds = approvalExpirySeconds
        settings.processOutputBytesMax = processOutputBytesMax
        settings.attachments = attachments
        if let stall { settings.stall = stall }
        if let watch { settings.watch = watch }
        if let gitHubScript {
            settings.gitHubProgram = try Self.install(gitHubScript, as: "gh", in: folder.file("gh"))
        }
        settings.limits = limits
        settings.files = files
        engine = Engine(
            journal: journal, git: git, catalog: catalog,
            host: try KeeperHost(program: Programs.path(of: "roost-keeper")), webhooks: sender,
            clock: engineClock ?? clock, ids: ids,
            settings: settings, log: log, live: { _ in })
        let (bell, worktrees) = (engine.bell, engine.worktrees)
        journal.observe {
            bell.ring($0)
            if watch != nil { worktrees.take($0) }
        }
        try await engine.start()
    }

    /// A program that is a script. Another process writes it: a descriptor of ours that is open for writing may be inherited by
    /// a child that some other test starts at this moment, and until its exec the program could not be started (ETXTBSY).
    static func install(_ script: String, as name: String, in folder: String) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let (text, program) = (folder + "/" + name + ".text", folder + "/" + name)
        try Data(script.utf8).write(to: URL(fileURLWithPath: text))
        let install = Process()
        install.executableURL = URL(fileURLWithPath: "/usr/bin/install")
        install.arguments = ["-m", "755", text, program]
        try install.run()
        install.waitUntilExit()
        #expect(install.terminationStatus == 0)
        return program
    }

    /// What a hub's death leaves: nothing is told to stop, the next one has to find its way.
    func close() async {
        await engine.stop()
        await journal.close()
    }

    func project() async throws -> Project {
        try await engine.createProject(CreateProject(path: repository, initialise: true), by: Self.by).value
    }

    func card(_ title: String, _ prompt: String = "", in project: Project) async throws -> Card {
        try await engine.createCard(project.id, CreateCard(title: title, prompt: prompt), by: Self.principal).value
    }

    /// A board whose cards are worked on in two steps.
    /// - Returns: its columns: `Ideas`, then `Build` and `Check` with their prompts.
    func pipeline(in project: Project) async throws -> [BoardColumn] {
        let columns = [
            CreateColumn(name: "Ideas", type: .backlog), CreateColumn(name: "Build", type: .active, prompt: "build it"),
            CreateColumn(name: "Check", type: .active, prompt: "check it"),
        ]
        let board = try await engine.createBoard(
            project.id, CreateBoard(name: "Pipeline", columns: columns), by: Self.principal
        ).value
        return try await journal.read { try $0.columns(of: board.id) }
    }

    func command(_ argv: String..., in project: Project, card: Card? = nil) async throws -> Run {
        try await engine.createRun(
            project.id,
            CreateRun(cardId: card?.id, provider: .command, options: RunOptions(argv: argv), start: true), by: Self.by
        ).value
    }

    func run(_ id: Run.ID) async throws -> Run { try #require(try await journal.read { try $0.get(id) }) }
    func entries(of id: Run.ID) async throws -> [Entry] { try await journal.read { try $0.entries(of: id) } }

    /// Waits until a run is as wanted. Looks again and again: processes take their own time.
    @discardableResult
    func wait(
        for id: Run.ID, _ what: String = "settled", until isSo: (Run) -> Bool = { $0.status.isSettled },
        _ place: SourceLocation = #_sourceLocation
    ) async throws -> Run {
        for _ in 0..<3_000 {
            let run = try await run(id)
            if isSo(run) { return run }
            try await Task.sleep(for: .milliseconds(20))
        }
        let run = try await run(id)
        Issue.record("run is \(run.status), not \(what): \(String(describing: run.failure))", sourceLocation: place)
        return run
    }

    /// The same for anything else.
    func wait(_ what: String, _ place: SourceLocation = #_sourceLocation, until isSo: () async throws -> Bool)
        async throws
    {
        for _ in 0..<3_000 {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("never: \(what)", sourceLocation: place)
    }

    /// Waits on a thread of its own: those of the tests are few.
    func git(_ arguments: String...) async throws -> String {
        let repository = repository
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try Self.git(["-C", repository] + arguments) })
            }
        }
    }

    private static func git(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git"] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}

/// Unique over several workshops in one folder.
final class RandomIDs: IdentifierSource {
    private let seeded = SeededIDs(seed: .random(in: 0...(.max)))
    private let start = UInt64(Date().timeIntervalSince1970 * 1_000)

    func next() -> ULID {
        let next = seeded.next()
        return ULID(
            milliseconds: start + next.milliseconds, randomHigh: next.randomHigh, randomLow: next.randomLow)
    }
}

/// The programs that were built beside this test.
enum Programs {
    static func path(of name: String) -> String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let candidates = [Bundle.main.bundlePath, CommandLine.arguments[0], own].map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent(name).path
        }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? name
    }
}
