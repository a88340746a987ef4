import Agents
import Keeper
import Logging
package import Model

/// Knows which agents this machine has, and asks each for its version when somebody wants to know and what is known is old.
///
/// Asking means starting the program, under a keeper like any other, so it may hang or print without an end: it has some
/// seconds, and nobody waits for it longer than for a moment.
package actor ProviderDesk {
    /// 10 min: programs are updated by hand, or by themselves about once a day.
    private static let freshSeconds: Int64 = 600
    /// 2 s for an answer with versions; then it says which are being asked.
    static let waitMs = 2_000
    /// 50 ms between two looks at a program that has been asked.
    private static let lookIntervalMs = 50
    /// 64 KiB: a version is a line.
    private static let outputBytesMax: UInt64 = 64 << 10
    /// What of a version is told.
    private static let versionCharactersMax = 200

    struct Known: Sendable {
        let path: String
        let version: String?
        let at: Timestamp
    }

    private let catalog: AgentCatalog
    private let host: any ProcessHost
    private let clock: any TimeSource
    private let settings: EngineSettings
    private let log: Logger
    private var known: [Provider: Known] = [:]
    private var underWay: [Provider: Task<Void, Never>] = [:]

    init(
        catalog: AgentCatalog, host: any ProcessHost, clock: any TimeSource, settings: EngineSettings, log: Logger
    ) {
        self.catalog = catalog
        self.host = host
        self.clock = clock
        self.settings = settings
        self.log = log
    }

    /// All that this hub offers.
    /// - Parameter isFresh: whether each is asked again, however new what is known is.
    package func list(isFresh: Bool) async throws -> [ProviderInfo] {
        try await infos(of: catalog.programs, isFresh: isFresh)
    }

    /// - Throws: `HubError` `.providerUnavailable` for one that this hub does not offer.
    package func info(of provider: Provider, isFresh: Bool) async throws -> ProviderInfo {
        let infos = try await infos(of: [try catalog.program(for: provider)], isFresh: isFresh)
        guard let info = infos.first else { preconditionFailure("no answer about \(provider)") }
        return info
    }

    /// What was asked is ended.
    func stop() async {
        for task in underWay.values { task.cancel() }
        for task in Array(underWay.values) { await task.value }
    }

    private func infos(of programs: [any AgentProgram], isFresh: Bool) async throws -> [ProviderInfo] {
        for program in programs { ask(program, isFresh: isFresh) }
        let asked = Set(programs.map(\.provider))
        let deadline = clock.now().adding(milliseconds: Int64(Self.waitMs))
        while !asked.isDisjoint(with: underWay.keys), clock.now() < deadline {
            try await clock.sleep(for: .milliseconds(Self.lookIntervalMs))
        }
        return programs.map(info)
    }

    private func place(of program: any AgentProgram) -> String? {
        program.executable.flatMap { catalog.locate($0, environment: settings.environment) }
    }

    private func info(_ program: any AgentProgram) -> ProviderInfo {
        let path = place(of: program)
        let known = known[program.provider].flatMap { $0.path == path ? $0 : nil }
        let state: ProviderInfo.VersionState =
            if path == nil || program.versionArguments == nil { .none } else if let known {
                known.version == nil ? .failed : .known
            } else { .checking }
        return ProviderInfo(
            id: program.provider, title: program.provider.title,
            available: program.executable == nil || path != nil, path: path, version: known?.version,
            versionState: state, checkedAt: known?.at, interfaces: program.interfaces, interface: program.interface,
            models: program.models, permissionModes: program.permissionModes, supports: program.abilities)
    }

    // MARK: Asking

    private func ask(_ program: any AgentProgram, isFresh: Bool) {
        let provider = program.provider
        guard underWay[provider] == nil, let path = place(of: program), let arguments = program.versionArguments else {
            return
        }
        if !isFresh, let known = known[provider], known.path == path {
            let age = clock.now().millisecondsSince1970 - known.at.millisecondsSince1970
            guard age >= Self.freshSeconds * 1_000 else { return }
        }
        let environment = catalog.environment(
            for: provider, start: TurnStart(prompt: ""), inherited: settings.environment)
        underWay[provider] = Task {
            var version: String?
            do {
                version = try await firstLine(of: [path] + arguments, as: provider, environment)
            } catch {
                log.debug("An agent did not tell its version", metadata: ["agent": "\(provider)", "why": "\(error)"])
            }
            told(provider, Known(path: path, version: version, at: clock.now()))
        }
    }

    private func told(_ provider: Provider, _ answer: Known) {
        known[provider] = answer
        underWay[provider] = nil
    }

    private func firstLine(
        of argv: [String], as provider: Provider, _ environment: [String: String]
    ) async throws -> String? {
        let path = settings.processFolder(ofProbe: provider)
        let place = FolderOnDisk(path)
        try place.removeIfThere()
        let folder = KeeperFolder(path: path)
        let seconds = settings.limits.providerProbeSeconds
        let launch = LaunchSpecification(
            arguments: argv, environment: environment, workingDirectory: settings.dataFolder,
            outputByteCountMax: Self.outputBytesMax, wallMsMax: UInt64(seconds) * 1_000)
        var status = try await host.launch(launch, in: folder)
        while case .running = status {
            try await clock.sleep(for: .milliseconds(Self.lookIntervalMs))
            status = try folder.status()
        }
        defer { removed(place) }
        if case .exited(let record) = status, record.stopped == .timeLimit {
            log.warning(
                "An agent did not say its version in time",
                metadata: ["agent": "\(provider)", "limit": "providerProbeSeconds"])
        }
        guard case .exited(let record) = status, record.ending == .exited(code: 0), record.stopped == nil else {
            return nil
        }
        var spool = folder.spool(.stdout)
        let lines = try spool.lines(from: 0, isFinal: true).lines
        return lines.map { String(decoding: $0.bytes, as: UTF8.self) }.first { !$0.isEmpty }.map {
            String($0.prefix(Self.versionCharactersMax))
        }
    }

    private func removed(_ place: FolderOnDisk) {
        do {
            try place.removeIfThere()
        } catch {
            log.warning("What an agent said of its version was not removed", metadata: ["why": "\(error)"])
        }
    }
}
