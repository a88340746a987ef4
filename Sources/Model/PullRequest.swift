/// A run's branch, offered to its target at a host: what the host said of it last.
package struct PullRequest: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case open, merged, closed
    }

    package let number: Int
    package let url: String
    package let title: String
    package let state: State
    package let isDraft: Bool
    package let baseBranch: String
    /// The commit that it became at the host.
    package let mergeCommit: String?

    package init(
        number: Int, url: String, title: String, state: State, isDraft: Bool, baseBranch: String, mergeCommit: String?
    ) {
        self.number = number
        self.url = url
        self.title = title
        self.state = state
        self.isDraft = isDraft
        self.baseBranch = baseBranch
        self.mergeCommit = mergeCommit
    }
}

extension Run {
    /// What its `merge` is when nothing else is to be said of it.
    package var restingMerge: Merge {
        switch pullRequest?.state {
        case .open: .prOpen
        case .merged: .prMerged
        case .closed: .prClosed
        case nil: .none
        }
    }
}
