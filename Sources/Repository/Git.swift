// git, as the hub uses it: the program's own command line, by argument vector, never through a shell.
//
// The verbs are methods of one value, `Git`, grouped by concern in `Git+….swift`. Each starts by finding its `Place`,
// which also says how the repository's own configuration is kept from running programs: a worktree's agent can write
// that configuration, and must not thereby run something in the hub's name. Verbs that write take turns, repository by
// repository. What git refuses is a `GitFailure` in git's own words; what we refuse is a `RepositoryError`.
//
// Git+Remotes.swift and Git+Clone.swift alone go to a network. Nothing here removes what it has not saved or been shown
// to be saved.

package import Model

/// Runs git. Copies share the admission limits and the turns.
package struct Git: Sendable {
    let settings: GitSettings
    let time: any TimeSource
    let admission: Gate
    /// For what goes to a network, so that a slow remote keeps nobody from a status; `GitHub` shares it.
    let transfers: Gate
    /// Keyed by the folder that all worktrees of a repository share.
    let turns = KeyedGates()
    let places = PlaceBook()
    private(set) var urgency = Urgency.interactive
    private(set) var token: HostToken?

    /// The same, showing a token to the host that it is for, and to no other.
    package func showing(_ token: HostToken?) -> Git {
        var copy = self
        copy.token = token
        return copy
    }

    /// The same, for what nobody waits for: its processes start behind those of all others.
    package var inBackground: Git {
        var copy = self
        copy.urgency = .background
        return copy
    }

    package init(settings: GitSettings, time: any TimeSource) {
        self.settings = settings
        self.time = time
        admission = Gate(places: settings.concurrentProcessesMax)
        transfers = Gate(places: settings.concurrentTransfersMax)
    }

    /// Goes on when the caller's task is cancelled: for steps that are harmful by halves.
    func uninterrupted<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await Task { try await body() }.value
    }
}
