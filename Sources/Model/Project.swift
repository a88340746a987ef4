/// A git repository on this hub, and the rules for the agents that work in it.
package struct Project: ProjectEntity {
    package typealias ID = Identifier<Project>
    package static let idPrefix = "prj"
    package static let kind = EntityKind.project

    package enum Status: String, Codable, Sendable, CaseIterable {
        case pending, cloning, indexing, ready, error, archived
    }

    package let id: ID
    /// Unique on the hub; accepted wherever a project's id is.
    package var slug: String
    package var name: String
    /// Absolute path of its working directory: the user's own, which Roost reads and merges into and never removes, or a
    /// clone that Roost has made, below its data folder.
    package var path: String
    package var defaultBranch: String
    package var status: Status
    /// Whose members see it as well; nil: it is nobody's but its own members'.
    package var organizationId: Organization.ID?
    /// Where it was cloned from; nil of a folder that was there before.
    package var repositoryUrl: String?
    /// Why there is no repository, in git's own words, while its status is `error`.
    package var error: String?
    /// The job that clones it, as long as one does.
    package var jobId: Job.ID?
    /// How many of its runs may be at work at once; nil means the hub's default.
    package var maxConcurrentRuns: Int?
    package var scripts: Scripts?
    /// Globs below its folder: files that are not in git and are copied into each new worktree; nil: none.
    package var copyFiles: [String]?
    /// How the branches of its runs are called; nil means `roost/{title}-{id}`.
    package var branchTemplate: String?
    /// What all its runs may consume.
    package var budget: Budget?
    /// nil means the hub's rule.
    package var stall: StallRule?
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp
    package var archivedAt: Timestamp?

    package var projectId: ID { id }
    package var context: EventContext { EventContext() }

    package init(
        id: ID, slug: String, name: String, path: String, defaultBranch: String,
        maxConcurrentRuns: Int? = nil, at now: Timestamp
    ) {
        self.id = id
        self.slug = slug
        self.name = name
        self.path = path
        self.defaultBranch = defaultBranch
        self.status = .ready
        self.maxConcurrentRuns = maxConcurrentRuns
        self.version = 1
        self.createdAt = now
        self.updatedAt = now
    }
}
