package import Model

/// Exactly one of `path` and `repositoryUrl`.
package struct CreateProject: Codable, Sendable {
    /// Absolute path of a git repository's top folder.
    package var path: String?
    /// Where it is cloned from, into a folder of the hub's own.
    package var repositoryUrl: String?
    /// Make the folder and the repository when they are not there.
    package var initialise: Bool?
    package var name: String?
    package var slug: String?
    package var defaultBranch: String?
    package var organizationId: Organization.ID?
    package var copyFiles: [String]?
    package var branchTemplate: String?

    private enum CodingKeys: String, CodingKey {
        case path
        case initialise = "init"
        case repositoryUrl, name, slug, defaultBranch, organizationId, copyFiles, branchTemplate
    }

    package init(
        path: String? = nil, repositoryUrl: String? = nil, initialise: Bool? = nil, name: String? = nil,
        slug: String? = nil, defaultBranch: String? = nil, copyFiles: [String]? = nil,
        branchTemplate: String? = nil
    ) {
        self.path = path
        self.repositoryUrl = repositoryUrl
        self.initialise = initialise
        self.name = name
        self.slug = slug
        self.defaultBranch = defaultBranch
        self.copyFiles = copyFiles
        self.branchTemplate = branchTemplate
    }
}

package struct UpdateProject: Codable, Sendable {
    package var name: String?
    package var organizationId: Organization.ID?
    /// One that the repository has.
    package var defaultBranch: String?
    package var maxConcurrentRuns: Int?
    /// Replaces those that there are.
    package var copyFiles: [String]?
    /// The standard one is none of its own.
    package var branchTemplate: String?
    /// Those that are named are replaced; one without arguments is removed.
    package var scripts: Scripts?
    /// Without members: none.
    package var budget: Budget?
    package var stall: StallRule?
    /// The version that the change is based on.
    package var version: Int?

    package init(
        name: String? = nil, maxConcurrentRuns: Int? = nil, scripts: Scripts? = nil, budget: Budget? = nil,
        stall: StallRule? = nil, copyFiles: [String]? = nil, defaultBranch: String? = nil,
        branchTemplate: String? = nil, version: Int? = nil
    ) {
        self.name = name
        self.maxConcurrentRuns = maxConcurrentRuns
        self.scripts = scripts
        self.budget = budget
        self.stall = stall
        self.copyFiles = copyFiles
        self.defaultBranch = defaultBranch
        self.branchTemplate = branchTemplate
        self.version = version
    }
}

package struct ImportProject: Codable, Sendable {
    /// The name of an archive in the hub's folder of exports.
    package var export: String
    /// Where its repository is here; nil: it comes archived, to be read.
    package var path: String?
    /// nil: the exported project's.
    package var name: String?
    /// nil: the exported project's, or the first free one like it.
    package var slug: String?

    package init(export: String, path: String? = nil, name: String? = nil, slug: String? = nil) {
        self.export = export
        self.path = path
        self.name = name
        self.slug = slug
    }
}
