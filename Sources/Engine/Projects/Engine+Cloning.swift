import Foundation
package import Journal
import Logging
package import Model
import Repository

// Repositories that the hub brings onto its machine. A clone is a job; what the project's row says of it (`status`, `jobId`,
// `error`) is changed in the unit of work that changes the job, or found and put right by the next hub.
extension Engine {
    /// Makes a project that is cloned by a job, with a board to begin with.
    func cloneProject(
        from address: String, _ input: CreateProject, by actor: Actor
    ) async throws -> Committed<Project> {
        if input.initialise == true { throw HubError.invalid("/init", "is for a /path, which may be new") }
        let address = try checked(address)
        let id: Project.ID = ids.make()
        let path = settings.clonePath(of: id)
        try await jobs.requireTaking()
        let made = try await journal.change(.project(id), by: actor) { [jobs] tx in
            let name = input.name ?? address.name
            let slug = try Slug.free(wanted: input.slug, from: name) { try tx.isTaken(slug: $0) }
            var project = Project(
                id: id, slug: slug, name: name, path: path, defaultBranch: input.defaultBranch ?? CloneWork.theirChoice,
                at: tx.now)
            (project.status, project.repositoryUrl) = (.pending, address.text)
            project.organizationId = try input.organizationId.map { try tx.required($0).id }
            (project.copyFiles, project.branchTemplate) = (input.copyFiles.unlessEmpty, input.branchTemplate)
            let job: Job.ID = tx.make()
            project.jobId = job
            try tx.put(project, as: .projectCreated)
            try tx.makeBoard(CreateBoard(name: "Board"), in: id, position: 1)
            _ = try jobs.file(.clone, as: job, in: id, by: actor, tx)
            return project
        }
        try await beginClone(of: made.value, by: actor)
        return made
    }

    /// Clones a project again that has no repository, or that was archived: what is there of a clone is kept and used.
    /// - Throws: `HubError` `.illegalTransition` from any other status, and for a project that was never cloned.
    package func recloneProject(_ id: Project.ID, by actor: Actor) async throws -> Committed<Job> {
        try await jobs.requireTaking()
        let made = try await journal.change(.project(id), by: actor) { [jobs, settings] tx in
            var project = try tx.required(id)
            guard let address = project.repositoryUrl else {
                throw HubError(
                    .illegalTransition, "clone is not possible: project \(id) has no repositoryUrl",
                    members: ["currentStatus": .string(project.status.rawValue)])
            }
            guard project.status == .error || project.status == .archived else {
                throw HubError.illegal("clone", "project \(id)", currentStatus: project.status.rawValue)
            }
            _ = try self.checked(address)
            let job = try jobs.file(.clone, as: tx.make(), in: id, by: actor, tx)
            // It may have been the branch that was not there.
            if project.status == .error { project.defaultBranch = CloneWork.theirChoice }
            (project.status, project.jobId, project.error) = (.pending, job.id, nil)
            (project.path, project.archivedAt) = (settings.clonePath(of: id), nil)
            project.touch(at: tx.now)
            try tx.put(project, as: .projectUpdated)
            return job
        }
        let project = try await journal.read { try $0.required(id) }
        try await beginClone(of: project, by: actor)
        return made
    }

    /// Brings what the remote has of the default branch into the project's folder, where that only goes ahead and nothing in
    /// it is uncommitted: a job.
    /// - Throws: `HubError` `.projectNotReady`, `.projectArchived`.
    package func pullProject(_ id: Project.ID, by actor: Actor) async throws -> Committed<Job> {
        let project = try await journal.read { try $0.ready(id) }
        let (context, secondsMax) = (context, settings.jobs.cloneSecondsMax)
        return try await jobs.submit(.pull, in: id, by: actor) { reporter in
            let git = try await context.remoteGit(for: id, by: actor)
            return try await inHubTerms {
                let (path, branch) = (project.path, project.defaultBranch)
                let remote = try await git.remote(of: branch, in: path)
                try await reporter.say("\(branch) from \(remote)")
                try await self.saveBefore("a pull from \(remote)", at: .project(id), in: path)
                let outcome = try await Self.transferring(secondsMax, reporter) { watch in
                    try await git.followRemote(path, branch: branch, remote: remote, watch: watch)
                }
                return try outcome.result(of: branch, from: remote)
            }
        }
    }

    /// What an earlier hub was at, and what it left behind.
    func takeUpClones() async throws {
        let folder = FolderOnDisk(settings.clonesFolder)
        for name in try folder.names() where name.hasSuffix(Git.partSuffix) {
            do {
                try FolderOnDisk(settings.clonesFolder + "/" + name).removeIfThere()
            } catch {
                // The git of a hub that was killed may be at it for a moment still; the next start has its turn.
                log.warning("half a clone was left", metadata: ["name": "\(name)", "error": "\(error)"])
            }
        }
        let waiting = try await journal.read { reader in
            try reader.projects(status: .pending) + reader.projects(status: .cloning)
        }
        for project in waiting {
            try await journal.change(.project(project.id), by: .system) { [jobs] tx in
                var project = try tx.required(project.id)
                project.jobId = try jobs.file(.clone, as: tx.make(), in: project.id, by: .system, tx).id
                project.touch(at: tx.now)
                try tx.put(project, as: .projectUpdated)
            }
            try await beginClone(of: try await journal.read { try $0.required(project.id) }, by: .system)
        }
    }

    /// - Throws: `HubError` `.validationFailed`, `.pathForbidden`.
    private func checked(_ text: String) throws -> CloneAddress {
        do {
            let address = try CloneAddress(text)
            guard let path = address.path else { return address }
            // Resolved, so that nothing is exchanged on the way there.
            let allowed = try ProjectPath(settings: settings, git: git).allowed(path)
            return try CloneAddress("file://" + allowed)
        } catch let refused as CloneAddress.Refused {
            throw HubError.invalid("/repositoryUrl", refused.reason)
        }
    }

    private func beginClone(of project: Project, by actor: Actor) async throws {
        guard let id = project.jobId, let address = project.repositoryUrl else { return }
        let job = try await journal.read { try $0.required(id) }
        let work = CloneWork(
            context: context, actor: actor, project: project.id, address: address, path: project.path,
            branch: project.defaultBranch == CloneWork.theirChoice ? nil : project.defaultBranch)
        await jobs.take(job) { try await work.run($0) }
    }

    static func transferring<Result: Sendable>(
        _ secondsMax: Int, _ reporter: JobReporter, _ body: @escaping @Sendable (TransferWatch) async throws -> Result
    ) async throws -> Result {
        // What is said while the journal is busy is only numbers.
        let (steps, continuation) = AsyncStream.makeStream(
            of: TransferStep.self, bufferingPolicy: .bufferingNewest(256))
        async let result: Result = {
            defer { continuation.finish() }
            return try await body(TransferWatch(secondsMax: secondsMax) { continuation.yield($0) })
        }()
        for await step in steps {
            if step.isLine { try await reporter.say(step.text) }
            if let progress = step.progress { try await reporter.advance(to: progress, step.text) }
        }
        return try await result
    }
}

extension FollowOutcome {
    fileprivate func result(of branch: String, from remote: String) throws -> JSONValue {
        switch self {
        case .upToDate: return ["branch": .string(branch), "remote": .string(remote), "commits": 0]
        case .followed(let from, let to, let commits):
            return [
                "branch": .string(branch), "remote": .string(remote), "commits": .integer(Int64(commits)),
                "from": .string(from), "to": .string(to),
            ]
        case .diverged(let ahead, let behind):
            throw HubError(
                .mergeConflict,
                "\(branch) has \(ahead) commits that \(remote) has not, which has \(behind) others: it stays as it is")
        case .busy(let why): throw HubError.busy(why, target: branch)
        }
    }
}

extension Transaction {
    /// A clone that has come to nothing: its project says why.
    func endClone(_ job: Job, because reason: String) throws {
        guard job.kind == .clone, let id = job.projectId, var project = try get(id), project.jobId == job.id,
            project.status == .pending || project.status == .cloning
        else { return }
        (project.status, project.error, project.jobId) = (.error, reason, nil)
        project.touch(at: now)
        try put(project, as: .projectUpdated, severity: .error)
    }
}
