import Foundation
import Journal
import Model
import Repository

/// What a job does that clones a project. Done again, it uses what is there.
struct CloneWork: Sendable {
    let context: RunContext
    /// Whose credentials it gets.
    let actor: Actor
    let project: Project.ID
    let address: String
    let path: String
    /// nil: what the other side calls its default.
    let branch: String?

    /// What stands for a project's default branch until it is known.
    static let theirChoice = "HEAD"

    private var journal: Journal { context.journal }

    func run(_ reporter: JobReporter) async throws -> JSONValue? {
        let job = reporter.job
        do {
            try await change(job) { $0.status = .cloning }
            let info = try await inHubTerms { try await repository(reporter) }
            let name = branch ?? info.defaultBranch ?? "main"
            try await change(job) {
                ($0.status, $0.jobId, $0.error, $0.defaultBranch) = (.ready, nil, nil, name)
            }
            return ["path": .string(info.path), "branch": .string(name)]
        } catch let error as CancellationError {
            // By whoever cancelled the job, who has said so in the row; or the hub goes down, and the next one goes on.
            throw error
        } catch {
            let reason = (error as? HubError)?.detail ?? "\(error)"
            try await journal.change(.project(project), by: .system) { try $0.endClone(job, because: reason) }
            throw error
        }
    }

    private func repository(_ reporter: JobReporter) async throws -> RepositoryInfo {
        let git = try await context.remoteGit(for: project, by: actor)
        let secondsMax = context.settings.jobs.cloneSecondsMax
        let parent = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(
            atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if FolderOnDisk(path).exists {
            do {
                let info = try await git.inspect(path)
                try await reporter.say("what is there is used")
                return info
            } catch is RepositoryError {
                // Nothing that may hold somebody's work is removed.
                try FileManager.default.moveItem(atPath: path, toPath: path + ".before-" + reporter.job.id.rawValue)
                try await reporter.say("what is there is no repository, and was put aside")
            }
        }
        try await reporter.say("from \(address)")
        let address: CloneAddress
        do {
            address = try CloneAddress(self.address)
        } catch {
            throw HubError.invalid("/repositoryUrl", error.reason)
        }
        let info = try await Engine.transferring(secondsMax, reporter) { [path, branch] watch in
            try await git.clone(address, to: path, mark: reporter.job.id.rawValue, branch: branch, watch: watch)
        }
        _ = try await git.ensureInitialCommit(info.path)
        return info.hasCommit ? info : try await git.inspect(info.path)
    }

    /// - Throws: `CancellationError` when the job was ended meanwhile.
    private func change(_ job: Job, _ body: @escaping @Sendable (inout Project) -> Void) async throws {
        try await journal.change(.project(project), by: .system) { tx in
            var project = try tx.required(project)
            guard project.jobId == job.id, try !tx.required(job.id).status.isOver else { throw CancellationError() }
            body(&project)
            project.touch(at: tx.now)
            try tx.put(project, as: .projectUpdated)
        }
    }
}
