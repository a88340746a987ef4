package import Agents
package import Model

/// An agent as this machine has it.
package struct ProviderInfo: Codable, Sendable, Equatable {
    package enum VersionState: String, Codable, Sendable, CaseIterable {
        /// It has been asked, and has not answered yet.
        case checking
        case known
        /// It did not say it, or not in time.
        case failed
        /// It has none, or there is nothing to be asked.
        case none
    }

    package let id: Provider
    package let title: String
    /// Whether a run of it could be started now.
    package let available: Bool
    /// The program's file; absent when there is none.
    package let path: String?
    package let version: String?
    package let versionState: VersionState
    package let checkedAt: Timestamp?
    /// The machine interfaces that are known of it, and the one that is spoken.
    package let interfaces: [String]
    package let interface: String
    package let models: [String]
    package let permissionModes: [String]
    package let supports: AgentAbilities

    package init(
        id: Provider, title: String, available: Bool, path: String?, version: String?, versionState: VersionState,
        checkedAt: Timestamp?, interfaces: [String], interface: String, models: [String], permissionModes: [String],
        supports: AgentAbilities
    ) {
        self.id = id
        self.title = title
        self.available = available
        self.path = path
        self.version = version
        self.versionState = versionState
        self.checkedAt = checkedAt
        self.interfaces = interfaces
        self.interface = interface
        self.models = models
        self.permissionModes = permissionModes
        self.supports = supports
    }
}
