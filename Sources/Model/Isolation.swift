/// How far a run's processes are kept from the rest of the machine.
package struct Isolation: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// In a worktree of its own, with all rights of the hub's user.
        case worktree
        /// In the project's own folder, without branch or worktree; only where the policy allows it.
        case host
        /// In a worktree of its own that is all it can write; much of the rest it does not see.
        case sandbox
        /// In a container that has the worktree.
        case docker
    }

    package var kind: Kind
    /// `sandbox` and `docker`: whether it reaches the network; nil is yes.
    package var network: Bool?
    /// `docker` only.
    package var image: String?

    package init(_ kind: Kind, network: Bool? = nil, image: String? = nil) {
        self.kind = kind
        self.network = network
        self.image = image
    }

    package var hasNetwork: Bool { network ?? true }
}
