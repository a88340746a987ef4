package import Model

/// What a run's own branch gets.
package struct CommitRun: Codable, Sendable {
    /// Absent: the run's first words; of an amended one: its own.
    package var message: String?
    /// Absent: all that git does not ignore.
    package var files: [String]?
    package var amend: Bool?
    /// Both or none. Absent: whoever git knows on this machine.
    package var authorName: String?
    package var authorEmail: String?

    package init(
        message: String? = nil, files: [String]? = nil, amend: Bool? = nil, authorName: String? = nil,
        authorEmail: String? = nil
    ) {
        self.message = message
        self.files = files
        self.amend = amend
        self.authorName = authorName
        self.authorEmail = authorEmail
    }
}

package struct RebaseRun: Codable, Sendable {
    package enum OnConflict: String, Codable, Sendable, CaseIterable {
        /// It waits in the worktree for somebody to bring the files together.
        case keep
        /// All is as it was before.
        case abort
    }
    /// Absent: the run's target branch. Another one becomes it.
    package var onto: String?
    /// Where the branch's own commits begin. Absent: where it and its target meet.
    package var from: String?
    package var onConflict: OnConflict?

    package init(onto: String? = nil, from: String? = nil, onConflict: OnConflict? = nil) {
        self.onto = onto
        self.from = from
        self.onConflict = onConflict
    }
}

package struct PushRun: Codable, Sendable {
    /// Absent: the one that the branch follows, else `origin`.
    package var remote: String?
    /// Replaces what the remote has, if that is still what was fetched last.
    package var force: Bool?

    package init(remote: String? = nil, force: Bool? = nil) {
        self.remote = remote
        self.force = force
    }
}

package struct PullRun: Codable, Sendable {
    package var remote: String?
    /// Where both have commits, those of the run are done over on those of the remote.
    package var rebase: Bool?

    package init(remote: String? = nil, rebase: Bool? = nil) {
        self.remote = remote
        self.rebase = rebase
    }
}

package struct CreatePullRequest: Codable, Sendable {
    /// Absent: the card's title, or the run's first words.
    package var title: String?
    /// Absent: what its agent said at the end.
    package var body: String?
    /// Absent: the run's target branch.
    package var baseBranch: String?
    package var draft: Bool?
    /// Absent: the one that the branch follows, else `origin`.
    package var remote: String?

    package init(
        title: String? = nil, body: String? = nil, baseBranch: String? = nil, draft: Bool? = nil, remote: String? = nil
    ) {
        self.title = title
        self.body = body
        self.baseBranch = baseBranch
        self.draft = draft
        self.remote = remote
    }
}

/// Which worktrees of a project go.
package struct CleanWorktrees: Codable, Sendable {
    /// Absent: those of all runs that are over.
    package var runs: [Run.ID]?
    /// Those with files that git ignores stay, because no commit has such files.
    package var keepIgnored: Bool?
    /// Nothing is done; it is told what would be.
    package var preview: Bool?

    package init(runs: [Run.ID]? = nil, keepIgnored: Bool? = nil, preview: Bool? = nil) {
        self.runs = runs
        self.keepIgnored = keepIgnored
        self.preview = preview
    }
}

package struct SubmitReview: Codable, Sendable {
    package var verdict: Review.Verdict
    package var notes: String?
    package var comments: [Review.Comment]?
    /// Whether the agent is told what was said, as one message. Absent: when something was, and it is no approval.
    package var tell: Bool?
    /// With an approval: what is not committed yet is.
    package var commit: Bool?

    package init(
        verdict: Review.Verdict, notes: String? = nil, comments: [Review.Comment]? = nil, tell: Bool? = nil,
        commit: Bool? = nil
    ) {
        self.verdict = verdict
        self.notes = notes
        self.comments = comments
        self.tell = tell
        self.commit = commit
    }
}

package struct RevertRun: Codable, Sendable {
    /// As the run's diff shows it.
    package var patch: String?
    /// Of the patch, counted from 0. Absent: all.
    package var hunks: [Int]?
    /// Instead of a patch: these files become those of the base again. Absent as well: all files.
    package var files: [String]?

    package init(patch: String? = nil, hunks: [Int]? = nil, files: [String]? = nil) {
        self.patch = patch
        self.hunks = hunks
        self.files = files
    }
}
