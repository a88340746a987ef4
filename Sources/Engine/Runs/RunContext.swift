import Agents
import Journal
import Logging
import Model
import Repository

/// What everything that drives runs is given.
struct RunContext: Sendable {
    let journal: Journal
    let git: Git
    let catalog: AgentCatalog
    let host: any ProcessHost
    let clock: any TimeSource
    let settings: EngineSettings
    let ids: any IdentifierSource
    let log: Logger
    let live: @Sendable ([LiveUpdate]) -> Void
    let output: OutputViewers
}
