package import Model

/// An agent that the hub knows how to drive.
package struct ProviderState: Encodable, Sendable {
    package var id: Provider
    /// Whether its program was found when the hub started.
    package var available: Bool

    package init(id: Provider, available: Bool) {
        self.id = id
        self.available = available
    }
}

/// What the hub says about itself to whoever asks.
package struct HubDescription: Encodable, Sendable {
    package var name = "roost"
    package var version: String
    /// Of the wire protocol.
    package var `protocol` = 1
    /// This machine's name among hubs.
    package var node: String
    package var startedAt: Timestamp
    /// What an acknowledged change survives: `full` or `normal`.
    package var durability: String
    package var providers: [ProviderState]
    /// By their names, which errors use.
    package var limits: [String: Int]

    package init(
        version: String, node: String, startedAt: Timestamp, durability: String,
        providers: [ProviderState] = [], limits: [String: Int] = [:]
    ) {
        self.version = version
        self.node = node
        self.startedAt = startedAt
        self.durability = durability
        self.providers = providers
        self.limits = Self.inputLimits.merging(limits) { $1 }
    }

    private static let inputLimits = [
        "nameCharactersMax": Limits.nameCharactersMax, "titleCharactersMax": Limits.titleCharactersMax,
        "promptBytesMax": Limits.promptBytesMax, "pathBytesMax": Limits.pathBytesMax, "labelsMax": Limits.labelsMax,
        "labelCharactersMax": Limits.labelCharactersMax, "argumentsMax": Limits.argumentsMax,
        "copyPatternsMax": Limits.copyPatternsMax,
        "columnsPerBoardMax": Limits.columnsPerBoardMax, "boardsPerProjectMax": Limits.boardsPerProjectMax,
        "searchCharactersMax": Limits.searchCharactersMax, "searchTermsMax": Limits.searchTermsMax,
        "pageMax": Limits.pageMax, "eventPageMax": Limits.eventPageMax,
    ]
}
