import Journal
package import Model
import Repository

// What can be seen of a project's own folder as of a run's worktree: diffs between its states, and its history.
extension Engine {
    /// What one state of a project's folder holds that another does not; absent, what is not committed there. Those who ask for the
    /// same at the same time share one look.
    /// - Throws: `HubError` `.snapshotNotFound`, `.commitNotFound`.
    package func diff(of id: Project.ID, _ comparison: Comparison = Comparison()) async throws -> RunDiff {
        let project = try await journal.read { try $0.required(id) }
        let sides = Self.sides(of: comparison, in: project)
        let key = DiffKey(
            place: .project(id), version: project.version, lookCount: 0, changeCount: nil, from: sides.from,
            to: sides.to, patches: comparison.patches ?? true)
        return try await inHubTerms { try await sharedDiff(key, in: project.path) }
    }

    /// One file of a project's folder in two states.
    /// - Throws: as `diff`; `.fileNotFound` when neither state has it.
    package func compareFile(
        _ path: String, oldPath: String?, of id: Project.ID, _ comparison: Comparison
    ) async throws -> RunFile {
        let project = try await journal.read { try $0.required(id) }
        let sides = Self.sides(of: comparison, in: project)
        return try await inHubTerms {
            RunFile(
                path: path,
                try await git.compareFile(
                    project.path, file: path, oldFile: oldPath, from: sides.from, to: sides.to))
        }
    }

    /// The history of a project's repository, the newest first.
    /// - Parameters:
    ///   - head: where the first page began; nil for the first page.
    ///   - skipped: how many the pages before had.
    /// - Returns: where this page began, and its commits; none before the first commit.
    /// - Throws: `HubError` `.commitNotFound`.
    package func log(
        of id: Project.ID, _ query: LogQuery, from head: String?, skipping skipped: Int, countMax: Int
    ) async throws -> (head: String?, commits: [RunCommit]) {
        let path = try await journal.read { try $0.required(id).path }
        return try await inHubTerms {
            let now: String? =
                if let head { head } else if let branch = query.branch {
                    try await git.commitInfo(path, of: branch).id
                } else { try await git.headCommit(path) }
            guard let now else { return (nil, []) }
            let commits = try await git.commits(
                path, of: now, path: query.path, text: query.q, skipping: skipped, countMax: countMax)
            return (now, commits.map(RunCommit.init))
        }
    }

    /// - Throws: `HubError` `.commitNotFound`.
    package func commitInfo(_ name: String, at place: FilePlace) async throws -> RunCommit {
        switch place {
        case .run(let id): return try await commitInfo(name, of: id)
        case .project(let id):
            let path = try await journal.read { try $0.required(id).path }
            return try await inHubTerms { RunCommit(try await git.commitInfo(path, of: name)) }
        }
    }

    private static func sides(
        of comparison: Comparison, in project: Project
    ) -> (from: ContentState, to: ContentState) {
        func state(_ name: String) -> ContentState {
            switch name {
            case "worktree": .worktree
            case "head": .commit("HEAD")
            case _ where name.hasPrefix(WorkSnapshot.idPrefix):
                .commit(Snapshot.ref(scope: project.id.rawValue, name: name))
            default: .commit(name)
            }
        }
        return (state(comparison.from ?? "head"), state(comparison.to ?? "worktree"))
    }
}

/// Which commits of a history are wanted.
package struct LogQuery: Codable, Sendable, Equatable {
    /// A branch, or any commit; absent: what the project's own folder is at.
    package var branch: String?
    /// Of a file or a folder.
    package var path: String?
    /// What their message holds.
    package var q: String?

    package init(branch: String? = nil, path: String? = nil, q: String? = nil) {
        (self.branch, self.path, self.q) = (branch, path, q)
    }
}
