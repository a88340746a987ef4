import Agents
import Glibc
import Keeper
import Logging
import Model

/// The commands that an agent has the hub run. Each has a keeper and a folder of its own, so that it outlives the hub
/// like its agent, and ends with its agent.
struct AgentTerminals: Sendable {
    /// 1 MiB of a command's output, from its end: more than a model reads.
    static let outputBytesMax = 1 << 20
    /// 50 ms between two looks at a command that is waited for.
    private static let lookIntervalMs = 50
    /// 200 looks, 10 s, beyond the grace that a command gets: its keeper ends it in some milliseconds then.
    private static let endLooksMax = 200

    private let context: RunContext
    private let process: ChildProcess.ID
    private let folder: String

    init(of process: ChildProcess.ID, context: RunContext) {
        self.context = context
        self.process = process
        folder = context.settings.processFolder(of: process) + "/terminals"
    }

    /// - Parameters:
    ///   - key: the same one leads to the same terminal.
    ///   - agent: how its agent was started, without what keeps it apart: whose environment it gets.
    ///   - run: what keeps this one apart as well.
    /// - Returns: the terminal's name.
    func create(
        _ terminal: AgentTerminal, key: String, beside agent: LaunchSpecification, of run: Run,
        in files: WorktreeFiles
    ) async throws -> String {
        let id = "t" + key.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let place = KeeperFolder(path: folder + "/" + id)
        if FolderOnDisk(place.path).exists {
            // An earlier hub began with it.
            switch try place.status() {
            case .running, .exited: return id
            case .neverStarted: if try await !context.isFree(place) { return id }
            case .lost(let record):
                if try await context.endSurvivors(of: record, in: place) { throw ServiceFailure("it does not end") }
                try FolderOnDisk(place.path).remove()
            }
        }
        let most = context.settings.limits.terminalsMax
        guard try names().count < most else {
            throw ServiceFailure("there are \(most) terminals already (terminalsMax); release one")
        }
        var launch = agent
        // What it says and what it complains of are told as one, in their order.
        let shell = ["/bin/sh", "-c"]
        launch.arguments =
            terminal.arguments.map { shell + [#"exec "$0" "$@" 2>&1"#, terminal.command] + $0 }
            ?? shell + ["exec 2>&1\n" + terminal.command]
        launch.arguments = try Self.setting(terminal.environment) + launch.arguments
        launch.workingDirectory = try files.folder(terminal.directory ?? agent.workingDirectory)
        guard run.isolationKind != .docker else {
            throw ServiceFailure("there are no terminals beside a container; run it inside")
        }
        launch = try context.isolated(launch, of: process, in: run)
        do {
            if !FolderOnDisk(folder).exists { _ = try Directory.create(path: folder) }
            let status = try await context.host.launch(launch, in: place)
            if case .exited(let record) = status, case .notStarted(_, let detail) = record.ending {
                throw ServiceFailure("\(terminal.command) could not be started: \(detail)")
            }
        } catch let error as LaunchRefused {
            throw ServiceFailure("\(terminal.command) cannot be started: \(error)")
        }
        try store(terminal.outputBytesMax, in: place)
        // Its agent was told to stand still meanwhile.
        if case .standStill = try await context.wish(of: process) { await freeze(true, place) }
        return id
    }

    /// Sets variables for what comes behind it: within the walls that are put around it, whose own program must not have
    /// them (`LD_PRELOAD`).
    private static func setting(_ variables: [String: String]) throws -> [String] {
        guard !variables.isEmpty else { return [] }
        if let name = variables.keys.first(where: { $0.isEmpty || $0.contains("=") }) {
            throw ServiceFailure("\"\(name)\" is no name of a variable")
        }
        return ["/usr/bin/env", "--"] + variables.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
    }

    /// Has all of them stand still with their agent, or go on with it.
    func freeze(_ isToFreeze: Bool) async throws {
        for id in try names() { await freeze(isToFreeze, KeeperFolder(path: folder + "/" + id)) }
    }

    private func freeze(_ isToFreeze: Bool, _ place: KeeperFolder) async {
        let link = context.host.link(to: place)
        do {
            guard case .running = try place.status() else { return }
            _ = try await context.attach(link)
            try await link.signal(isToFreeze ? SIGSTOP : SIGCONT)
        } catch {
            context.log.warning(
                "A terminal does not stand still, or not go on",
                metadata: ["folder": "\(place.path)", "why": "\(error)"])
        }
        await link.close()
    }

    /// What it has said so far, without what is too much of it, and how it ended when it has.
    func output(of id: String) throws -> AgentServiceResult {
        let place = try self.place(id)
        let exit = try Self.exit(in: place)
        let bytesMax = try storedBytesMax(in: place)
        let size = try Self.size(of: place)
        let skipped = size > UInt64(bytesMax) ? size - UInt64(bytesMax) : 0
        // A character that begins before what is kept is not half shown.
        let start = skipped > 0 ? min(skipped + 3, size) : 0
        let text = try place.spool(.stdout).text(from: start, count: bytesMax, isFinal: exit != nil).text
        return .output(text, isTruncated: skipped > 0, exit)
    }

    /// Waits until it has ended, however long it takes.
    func exit(of id: String) async throws -> AgentExit {
        let place = try self.place(id)
        while true {
            if let exit = try Self.exit(in: place) { return exit }
            try await context.clock.sleep(for: .milliseconds(Self.lookIntervalMs))
        }
    }

    func end(_ id: String) async throws { try await end(try place(id)) }

    /// Ends it and forgets it.
    func release(_ id: String) async throws {
        let place = try self.place(id)
        try await end(place)
        try FolderOnDisk(place.path).remove()
    }

    /// The agent is gone: nobody wants them any more.
    func endAll() async throws {
        for id in try names() {
            do {
                try await end(KeeperFolder(path: folder + "/" + id))
            } catch let error where error is ServiceFailure || error is KeeperNotReady {
                context.log.error("A terminal did not end", metadata: ["folder": "\(folder)/\(id)", "why": "\(error)"])
            }
        }
    }

    // MARK: Its folder

    private func place(_ id: String) throws -> KeeperFolder {
        guard try names().contains(id) else { throw ServiceFailure("there is no terminal \(id)") }
        return KeeperFolder(path: folder + "/" + id)
    }

    private func names() throws -> [String] {
        try FolderOnDisk(folder).names()
    }

    private func end(_ place: KeeperFolder) async throws {
        let graceMs = UInt64(context.settings.terminateGraceSeconds) * 1_000
        let looksMax = Self.endLooksMax + Int(graceMs) / Self.lookIntervalMs
        var isTold = false
        for _ in 0..<looksMax {
            switch try place.status() {
            case .exited: return
            case .neverStarted:
                // Its keeper may be about to start.
                if try await context.isFree(place) { return }
            case .lost(let record):
                if try await context.endSurvivors(of: record, in: place) { throw ServiceFailure("it does not end") }
                return
            case .running:
                if !isTold { _ = try await context.terminate(place) }
                isTold = true
            }
            try await context.clock.sleep(for: .milliseconds(Self.lookIntervalMs))
        }
        throw ServiceFailure("it does not end")
    }

    private static func exit(in place: KeeperFolder) throws -> AgentExit? {
        switch try place.status() {
        case .running: nil
        case .exited(let record): ProcessEnd.exited(record).asAgentExit
        case .lost: ProcessEnd.lost(hasSurvivors: false).asAgentExit
        case .neverStarted: ProcessEnd.notStarted("it was not started", isOurs: true).asAgentExit
        }
    }

    private static func size(of place: KeeperFolder) throws -> UInt64 {
        let directory = try place.directory()
        guard directory.contains(SpoolStream.stdout.rawValue) else { return 0 }
        return try directory.open(SpoolStream.stdout.rawValue, O_RDONLY).size()
    }

    // MARK: How much of its output is kept

    private static let limitFile = "output-limit"

    private func store(_ bytesMax: Int?, in place: KeeperFolder) throws {
        let limit = min(max(0, bytesMax ?? Self.outputBytesMax), Self.outputBytesMax)
        try place.directory().replace(Self.limitFile, with: Array("\(limit)".utf8))
    }

    private func storedBytesMax(in place: KeeperFolder) throws -> Int {
        let bytes = try place.directory().contents(of: Self.limitFile, byteCountMax: 32)
        return bytes.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? Self.outputBytesMax
    }
}
