package import Journal
package import Model
import Repository

extension Engine {
    /// Takes a repository into the hub, with a board to begin with.
    /// - Throws: `HubError` `.pathForbidden`, `.notARepository`, `.alreadyExists`, `.validationFailed`.
    package func createProject(_ input: CreateProject, by actor: Actor) async throws -> Committed<Project> {
        try input.copyFiles?.requireCopyPatterns(at: "/copyFiles")
        var input = input
        input.branchTemplate = try await checkedBranchTemplate(input.branchTemplate)
        switch (input.path, input.repositoryUrl) {
        case (let path?, nil): return try await takeProject(path, input, by: actor)
        case (nil, let address?): return try await cloneProject(from: address, input, by: actor)
        case (nil, nil): throw HubError.invalid("/path", "or /repositoryUrl is required")
        case (_?, _?): throw HubError.invalid("/repositoryUrl", "cannot be given beside /path")
        }
    }

    private func takeProject(
        _ path: String, _ input: CreateProject, by actor: Actor
    ) async throws -> Committed<Project> {
        let place = try await ProjectPath(settings: settings, git: git).prepare(path, input)
        let id: Project.ID = ids.make()
        return try await journal.change(.project(id), by: actor) { tx in
            try tx.requireFree(place)
            let name = input.name ?? place.folderName
            let slug = try Slug.free(wanted: input.slug, from: name) { try tx.isTaken(slug: $0) }
            var project = Project(
                id: id, slug: slug, name: name, path: place.path, defaultBranch: place.defaultBranch, at: tx.now)
            project.organizationId = try input.organizationId.map { try tx.required($0).id }
            (project.copyFiles, project.branchTemplate) = (input.copyFiles.unlessEmpty, input.branchTemplate)
            try tx.put(project, as: .projectCreated)
            try tx.makeBoard(CreateBoard(name: "Board"), in: id, position: 1)
            return project
        }
    }

    /// - Parameter leavesOrganization: it becomes nobody's but its own members'.
    /// - Throws: `HubError` `.validationFailed`; `.projectNotReady` for a `defaultBranch` before there is a repository.
    package func updateProject(
        _ id: Project.ID, _ input: UpdateProject, leavesOrganization: Bool = false, by actor: Actor
    ) async throws -> Committed<Project> {
        try input.copyFiles?.requireCopyPatterns(at: "/copyFiles")
        if let branch = input.defaultBranch { try await requireBranch(branch, of: id) }
        let template = try await checkedBranchTemplate(input.branchTemplate)
        let updated = try await journal.change(.project(id), by: actor) { tx in
            var project = try tx.open(id)
            try requireVersion(input.version, project.version, of: "project \(id)")
            if let name = input.name { project.name = name }
            if let branch = input.defaultBranch { project.defaultBranch = branch }
            if input.branchTemplate != nil { project.branchTemplate = template }
            if input.copyFiles != nil { project.copyFiles = input.copyFiles.unlessEmpty }
            if leavesOrganization { project.organizationId = nil }
            if let organization = input.organizationId { project.organizationId = try tx.required(organization).id }
            if let count = input.maxConcurrentRuns { project.maxConcurrentRuns = count }
            if let changed = input.scripts { try project.take(changed) }
            if let budget = input.budget { project.budget = budget.isEmpty ? nil : budget }
            if let stall = input.stall { project.stall = stall }
            project.touch(at: tx.now)
            try tx.put(project, as: .projectUpdated)
            return project
        }
        scheduler.kick()
        return updated
    }

    private func requireBranch(_ name: String, of id: Project.ID) async throws {
        let path = try await journal.read { try $0.ready(id).path }
        guard try await inHubTerms({ try await git.branchExists(path, branch: name) }) else {
            throw HubError.invalid("/defaultBranch", "the repository has no branch \(name)")
        }
    }

    /// Closes a project. Its rows and the user's own folder stay; the worktrees of its runs go, their work being on
    /// branches. Refused while any of its runs is queued, at work or paused.
    package func archiveProject(
        _ id: Project.ID, version: Int? = nil, by actor: Actor
    ) async throws -> Committed<Project> {
        let archived = try await journal.change(.project(id), by: actor) { tx in
            var project = try tx.open(id)
            try requireVersion(version, project.version, of: "project \(id)")
            let busy = try tx.runs(of: id, statuses: [.queued, .running, .waiting, .paused], limit: 1)
            if let run = busy.first {
                throw HubError.illegal("archive", "run \(run.id) of project \(id)", currentStatus: run.status.rawValue)
            }
            if let process = try tx.processes(statuses: [.queued, .running]).first(where: { $0.projectId == id }) {
                throw HubError.illegal(
                    "archive", "process \(process.id) of project \(id)", currentStatus: process.status.rawValue)
            }
            if project.status == .pending || project.status == .cloning {
                throw HubError.illegal("archive", "project \(id)", currentStatus: project.status.rawValue)
            }
            project.status = .archived
            project.archivedAt = tx.now
            project.touch(at: tx.now)
            try tx.put(project, as: .projectArchived)
            return project
        }
        await scheduler.cleanUp(project: id)
        return archived
    }
}

extension [String]? {
    var unlessEmpty: [String]? { self?.isEmpty == true ? nil : self }
}

extension Project {
    mutating func touch(at now: Timestamp) {
        version += 1
        updatedAt = now
    }

    fileprivate mutating func take(_ changed: Scripts) throws {
        var scripts = scripts ?? Scripts()
        for kind in Script.Kind.allCases {
            if let script = changed[kind] { scripts[kind] = script.argv.isEmpty ? nil : script }
        }
        if let own = changed.own {
            for (index, script) in own.enumerated() {
                let name = script.name ?? ""
                guard Script.Choice(name) == .own(name), own.firstIndex(where: { $0.name == name }) == index else {
                    throw HubError.invalid("/scripts/own/\(index)/name", "is another script's, or a purpose's")
                }
                guard !script.argv.isEmpty else {
                    throw HubError.invalid("/scripts/own/\(index)/argv", "must not be empty")
                }
            }
            scripts.own = own.isEmpty ? nil : own
        }
        self.scripts = scripts == Scripts() ? nil : scripts
    }
}
