import Foundation
import Model
import Repository

/// Finds out whether a folder may become a project, and makes it one where that was asked.
struct ProjectPath {
    let settings: EngineSettings
    let git: Git

    struct Place: Sendable {
        var path: String
        var defaultBranch: String
        var folderName: String { String(path.split(separator: "/").last ?? "project") }
    }

    /// - Parameter path: the input's.
    func prepare(_ path: String, _ input: CreateProject = CreateProject()) async throws -> Place {
        guard path.hasPrefix("/") else {
            throw HubError.invalid("/path", "must be an absolute path")
        }
        guard !path.utf8.contains(0) else { throw HubError.invalid("/path", "must not hold NUL") }
        let path = resolve(path)
        try requireInsideRoots(path)
        return try await inHubTerms {
            let found =
                input.initialise == true
                ? try await git.initialise(path, branch: input.defaultBranch ?? "main") : try await git.inspect(path)
            // A path may lead through links to a repository that lies elsewhere.
            try requireInsideRoots(found.path)
            // Whoever sees a project sees its files.
            guard !settings.dataFolder.hasPrefix(found.path == "/" ? "/" : found.path + "/") else {
                throw HubError(.pathForbidden, "\(found.path) contains the hub's own data folder")
            }
            _ = try await git.ensureInitialCommit(found.path)
            guard let branch = input.defaultBranch ?? found.defaultBranch else {
                throw HubError.invalid("/defaultBranch", "is required: the repository is on no branch")
            }
            guard try await git.branchExists(found.path, branch: branch) else {
                throw HubError.invalid("/defaultBranch", "the repository has no branch \(branch)")
            }
            return Place(path: found.path, defaultBranch: branch)
        }
    }

    /// A folder that may be looked into, with symlinks resolved.
    func allowed(_ path: String) throws -> String {
        let path = resolve(path)
        try requireInsideRoots(path)
        return path
    }

    /// The path with symlinks resolved as far as it exists, so that a link inside a root cannot lead out of it.
    private func resolve(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }

    private func requireInsideRoots(_ path: String) throws {
        let inside = settings.roots.contains { root in root == "/" || path == root || path.hasPrefix(root + "/") }
        guard inside else {
            throw HubError(
                .pathForbidden, "\(path) is outside the configured roots (setting `roots`)",
                members: ["roots": .array(settings.roots.map { .string($0) })])
        }
        let own = settings.dataFolder
        guard path != own, !path.hasPrefix(own + "/") else {
            throw HubError(.pathForbidden, "\(path) is inside the hub's own data folder")
        }
    }
}
