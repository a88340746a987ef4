import Agents
import Engine
import Journal
import Keeper
import Logging
import Model
import Repository
import RoostTesting

extension Engine {
    /// An engine that has not been started: verbs change rows, and nothing is launched.
    static func forTesting(_ journal: Journal, clock: any TimeSource, log: Logger, dataFolder folder: String) throws
        -> Engine
    {
        let settings = EngineSettings(dataFolder: folder, roots: ["/srv"])
        return Engine(
            journal: journal, git: Git(settings: GitSettings(environment: [:], scratchFolder: folder), time: clock),
            catalog: AgentCatalog([.command: AgentSettings()]), host: NoProcesses(), webhooks: NoWebhooks(),
            clock: clock, ids: SeededIDs(seed: 2), settings: settings, log: log, live: { _ in })
    }
}

private struct NoProcesses: ProcessHost {
    func launch(
        _ specification: LaunchSpecification, in folder: KeeperFolder
    ) async throws -> KeeperFolder.Status {
        throw HubError(.internal, "nothing is launched in this test")
    }

    func link(to folder: KeeperFolder) -> any ProcessLink { NoLink() }
}

private struct NoWebhooks: WebhookSender {
    func check(_ url: String) throws(HubError) {}
    func makeSecret() -> [UInt8] { Array(repeating: 7, count: 32) }
    func send(_ message: WebhookMessage) async throws -> WebhookAnswer {
        throw HubError(.internal, "nothing is sent in this test")
    }
}

private struct NoLink: ProcessLink {
    let events = AsyncStream<KeeperEvent> { $0.finish() }
    func attach() async throws -> KeeperState { throw HubError(.internal, "there is no process") }
    func send(_ bytes: [UInt8], at offset: UInt64) async throws -> UInt64 { offset }
    func closeInput() async throws {}
    func signal(_ signal: Int32) async throws {}
    func resize(_ size: TerminalSize) async throws { throw KeeperLinkError.disconnected }
    func terminate(graceMs: UInt64) async throws {}
    func close() async {}
}
