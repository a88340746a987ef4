import Agents
import Broker
import Dashboard
import Engine
import Foundation
import Hub
import Journal
import Logging
import Model
import Repository
import Transport
import WebCodec

/// The whole hub, put together: the only place where the parts know of one another.
struct Composition {
    let settings: HubSettings
    let journal: Journal
    let engine: Engine
    let server: Server
    let readiness: Readiness
    let accessLog: AccessLog?
    let log: Logger
    /// What goes on for as long as the hub runs: old events are forgotten, the search index follows.
    let housekeeping: [Task<Void, Never>]
    let manager: ServiceManager

    static func start(
        _ settings: HubSettings, environment: [String: String], isDemonstration: Bool, takesOver: Bool = false,
        echoesWebSockets: Bool = false
    ) async throws -> Composition {
        var settings = settings
        let accessLog = try openAccessLog(settings)
        let folder = try DataFolder(at: settings.dataFolder)
        let demonstrationFolder = folder.path + "-demo"
        if isDemonstration { settings.roots.append(demonstrationFolder) }
        let (clock, ids) = (SystemClock(), SystemIDs())
        let hubLog = HubLog(limits: settings.limits.live, clock: clock)
        let log = makeLog(settings.logLevel, hubLog)
        let accessGuard = AccessGuard(hosts: Set(settings.hosts), origins: Set(settings.origins))
        let metrics = Metrics(accessLog: accessLog)
        let configuration = serverConfiguration(settings, metrics, ids, log)
        let readiness = Readiness()
        let rooms = Promise<FrontDoor.Rooms>()
        let door = FrontDoor(
            accessGuard: accessGuard, page: StaticPage(try Dashboard.load(), now: clock.now()), readiness: readiness,
            rooms: rooms)
        let manager = try ServiceManager(environment: environment, pid: getpid())
        let opening = Opening(
            takesOver: takesOver,
            holder: try HubProcess(shardCount: settings.shards, watchdogMicroseconds: manager.watchdogMicroseconds),
            manager: manager, clock: clock, log: log)
        let opened = try await opening.open(
            configuration, door, drainSeconds: settings.limits.drainSeconds
        ) { [durability = settings.durability] holder in
            try Journal(
                .file(folder.journal), durability: durability, clock: clock, ids: ids, coding: WireJournalCoding(),
                log: log, holder: "\(holder)")
        }
        let (journal, server) = (opened.journal, opened.server)
        watch(opened, for: manager, clock, log)
        let relay = LiveRelay()
        let engine = try makeEngine(settings, folder, environment, journal, clock, ids, log, relay)
        let about = description(settings, environment, clock)
        let access = Access(clock: clock, log: log)
        let operations = Operations(
            engine: engine, access: access, about: about, rates: settings.limits.rates, clock: clock, log: log)
        let live = LiveHub(
            journal: journal, access: access, operations: operations, about: about, transport: configuration.limits,
            limits: settings.limits.live, broker: settings.limits.broker, clock: clock, ids: ids, log: log,
            hubLog: hubLog, viewing: { [worktrees = engine.worktrees] in worktrees.view($0, $1) })
        relay.connect(to: live)
        journal.observe { [bell = engine.bell, worktrees = engine.worktrees] in
            live.ingest($0)
            bell.ring($0)
            worktrees.take($0)
        }
        // Nobody asks the engine anything before it knows which processes live: requests wait for the rooms.
        do {
            try await access.load(from: journal)
            try requireUsers(access, for: settings.listeners, log)
            if !settings.trustedProxies.isEmpty, !access.hasUsers {
                log.warning("the hub has no users: whoever the trusted proxies let through is its administrator")
            }
            try await engine.start()
        } catch {
            await journal.close()
            throw error
        }
        let (attachments, jobs) = (AttachmentDoor(operations), JobDoor(operations, live))
        let exports = ExportDoor(operations)
        let agents = AgentDoor(operations, live, log: log) { [readiness] in readiness.isDraining }
        let metricsDoor = MetricsDoor(
            metrics, broker: { live.broker.statistics }, journal: { journal.statistics }, process: { .current() })
        rooms.keep(
            FrontDoor.Rooms(access: access, rest: RESTDoor(operations), metrics: metricsDoor) { request, caller in
                if echoesWebSockets, let response = WebSocketEcho.respond(to: request.head) { return response }
                if let response = await attachments.respond(to: request, for: caller) { return response }
                if let response = await jobs.respond(to: request, for: caller) { return response }
                if let response = await exports.respond(to: request, for: caller) { return response }
                if let response = await agents.respond(to: request, for: caller) { return response }
                return await live.respond(to: request, for: caller)
            })
        if isDemonstration { try await Demonstration(engine: engine, folder: demonstrationFolder).begin() }
        let housekeeping = [
            Task { [kept = settings.retention] in await journal.keep(within: kept, clock: clock) },
            Task { await journal.keepSearch(clock: clock) },
            Task { await live.publishLog() },
        ]
        readiness.become(.ready)
        return Composition(
            settings: settings, journal: journal, engine: engine, server: server, readiness: readiness,
            accessLog: accessLog, log: log, housekeeping: housekeeping, manager: manager)
    }

    /// Nobody from elsewhere reaches a hub that asks nobody who he is.
    private static func requireUsers(_ access: Access, for listeners: [Listener], _ log: Logger) throws {
        for listener in listeners {
            guard case .tcp(let host, let port) = listener.place,
                !RemoteAddress(host: host, port: port).isLoopback
            else { continue }
            guard access.hasUsers else {
                throw SettingError(
                    "setting listen: \(listener.place) is reached from other machines, and the hub has no users: "
                        + "`roost token --user NAME` makes the first")
            }
            if listener.tls == nil {
                log.warning("tokens come in plain text", metadata: ["listen": "\(listener.place)"])
            }
        }
    }

    private static func serverConfiguration(
        _ settings: HubSettings, _ observer: any TransportObserver, _ ids: SystemIDs, _ log: Logger
    ) -> ServerConfiguration {
        var configuration = ServerConfiguration(log: log) { Int64(Date().timeIntervalSince1970) }
        configuration.listeners = settings.listeners
        configuration.shardCount = settings.shards
        configuration.trustedProxies = TrustedProxies(settings.trustedProxies)
        configuration.limits = settings.limits.transport
        configuration.limits.deflatesWebSockets = settings.webSocketCompression
        configuration.observer = observer
        configuration.makeRequestID = { "req_\(ids.next())" }
        return configuration
    }

    private static func makeEngine(
        _ settings: HubSettings, _ folder: DataFolder, _ environment: [String: String], _ journal: Journal,
        _ clock: SystemClock, _ ids: SystemIDs, _ log: Logger, _ relay: LiveRelay
    ) throws -> Engine {
        let git = Git(
            settings: gitSettings(settings, environment, scratchFolder: try folder.emptyScratch()),
            time: clock)
        return Engine(
            journal: journal, git: git, catalog: catalog(settings),
            host: try KeeperHost(program: Companions.path(of: "roost-keeper")), webhooks: try webhookSender(log),
            clock: clock, ids: ids, settings: engineSettings(settings, folder, environment), log: log,
            jobLog: { relay.publish($0) },
            output: OutputViewers(
                isWatched: { relay.wantsOutput(of: $0, in: $1) }, show: { relay.publish($0) }),
            live: { relay.publish($0) })
    }

    private static func gitSettings(
        _ hub: HubSettings, _ environment: [String: String], scratchFolder: String
    ) -> GitSettings {
        var settings = GitSettings(environment: environment, scratchFolder: scratchFolder)
        settings.concurrentTransfersMax = hub.limits.engine.gitTransfersMax
        settings.trustedFilters = Set(hub.trustedFilters)
        let folders = environment["PATH"]?.split(separator: ":") ?? []
        settings.ripgrep = folders.map { $0 + "/rg" }.first {
            $0.hasPrefix("/") && FileManager.default.isExecutableFile(atPath: $0)
        }
        return settings
    }

    /// For as long as the process lives, also while it goes away.
    private static func watch(
        _ opened: Opening.Opened, for manager: ServiceManager, _ clock: SystemClock, _ log: Logger
    ) {
        guard let interval = opened.holder.watchdogMicroseconds else { return }
        var parts = opened.server.shards.enumerated().map { index, shard in
            Watchdog.Part(name: "loop \(index)") { await shard.answer() }
        }
        parts.append(Watchdog.Part(name: "journal") { [journal = opened.journal] in await journal.answer() })
        let watchdog = Watchdog(intervalMicroseconds: interval, parts: parts, log: log) { manager.tell(.alive, log) }
        Task { await watchdog.run(on: clock) }
    }

    /// The first lines on standard output are the addresses: programs wait for it.
    func announce(isDemonstration: Bool) {
        for place in server.places {
            switch place {
            case .tcp: print("\(settings.tls == nil ? "http" : "https")://\(place)")
            case .unix: print(place)
            }
        }
        if isDemonstration {
            print("The demonstration is at work: open the address in a browser, or `roost watch demo`.")
        }
        fflush(nil)
    }

    func tell(_ news: ServiceManager.News) { manager.tell(news, log) }

    func stop(because signal: Int32) async {
        log.notice("going down; agents go on", metadata: ["signal": "\(signal)"])
        if signal == HubProcess.handOver {
            do { try await SystemClock().sleep(for: Opening.handOverDuration) } catch {}
        }
        readiness.become(.draining)
        engine.bell.ringAll()
        for task in housekeeping { task.cancel() }
        // Their streams end with them, and hold nothing up.
        await engine.jobs.stop()
        await server.stop(deadlineSeconds: settings.limits.drainSeconds)
        await engine.stop()
        await journal.close()
        accessLog?.drain()
    }

    /// What SIGHUP asks for.
    func reload() {
        server.reloadCertificates()
        do throws(AccessLogError) {
            try accessLog?.reopen()
        } catch {
            log.error("the access log could not be opened anew; the old file stays", metadata: ["reason": "\(error)"])
        }
    }

    private static func openAccessLog(_ settings: HubSettings) throws(SettingError) -> AccessLog? {
        guard let place = settings.accessLog else { return nil }
        do throws(AccessLogError) {
            return try AccessLog(place, clock: SystemClock())
        } catch {
            throw SettingError("setting accessLog: \(error)")
        }
    }

    /// The agents that this hub offers: all there are, set up as the file says.
    static func catalog(_ settings: HubSettings) -> AgentCatalog {
        var agents: [Provider: AgentSettings] = [:]
        for provider in Provider.allCases { agents[provider] = settings.agents[provider] ?? AgentSettings() }
        if agents[.demo]?.command.isEmpty == true {
            agents[.demo]?.command = [Companions.path(of: "roost-demo-agent")]
        }
        return AgentCatalog(agents)
    }

    /// Receivers' certificates are judged by the machine's own list of authorities.
    private static func webhookSender(_ log: Logger) throws -> HTTPWebhookSender {
        HTTPWebhookSender(
            client: try HTTPClient(log: log), tls: try TLSContext(authoritiesPath: nil),
            userAgent: "roost/\(RoostVersion.text)")
    }

    private static func makeLog(_ level: Logger.Level, _ hubLog: HubLog) -> Logger {
        var log = Logger(label: "roost") { label in
            MultiplexLogHandler([StreamLogHandler.standardError(label: label), HubLogHandler(hubLog)])
        }
        log.logLevel = level
        return log
    }

    private static func engineSettings(
        _ settings: HubSettings, _ folder: DataFolder, _ environment: [String: String]
    ) -> EngineSettings {
        var engine = EngineSettings(
            dataFolder: folder.path, roots: settings.roots, concurrentRunsPerHub: settings.concurrentRunsPerHub,
            concurrentRunsPerProject: settings.concurrentRunsPerProject,
            approvalExpirySeconds: settings.approvalExpirySeconds, environment: environment)
        engine.attachments = settings.limits.attachments
        engine.jobs = settings.limits.jobs
        engine.limits = settings.limits.engine
        engine.watch = settings.limits.watch
        engine.gitHubProgram = settings.githubProgram
        engine.files = settings.limits.files
        return engine
    }

    private static func description(
        _ settings: HubSettings, _ environment: [String: String], _ clock: SystemClock
    ) -> HubDescription {
        let catalog = catalog(settings)
        let providers = catalog.programs.map { program in
            let isThere = program.executable.map { catalog.locate($0, environment: environment) != nil } ?? true
            return ProviderState(id: program.provider, available: isThere)
        }
        return
            HubDescription(
                version: RoostVersion.text, node: ProcessInfo.processInfo.hostName, startedAt: clock.now(),
                durability: settings.durability.rawValue, providers: providers,
                limits: settings.limits.forClients.merging([
                    "concurrentRunsPerHub": settings.concurrentRunsPerHub,
                    "concurrentRunsPerProject": settings.concurrentRunsPerProject,
                    "approvalExpirySeconds": settings.approvalExpirySeconds,
                ]) { $1 })
    }
}
