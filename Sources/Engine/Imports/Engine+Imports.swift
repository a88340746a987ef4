package import Journal
internal import Logging
package import Model

extension Engine {
    /// Begins the import of an archive that is in the hub's folder of exports: a job. It is another project than the one that
    /// was exported, with identifiers of its own.
    ///
    /// - Throws: `HubError` `.exportNotFound`; `.pathForbidden`, `.notARepository`, `.alreadyExists` for where it is to be.
    package func importProject(_ input: ImportProject, by actor: Actor) async throws -> Committed<Job> {
        _ = try exports.file(input.export)
        let place = try await place(for: input)
        return try await jobs.submit(.import, by: actor) { [self] reporter in
            let file = try exports.file(input.export)
            let project = try await bringIn(file, input, place, by: actor, reporter)
            try await reporter.say("project \(project.slug), \(project.status.rawValue)")
            return ["projectId": .string(project.id.rawValue), "slug": .string(project.slug)]
        }
    }

    /// What an earlier hub began to bring in, and what came of it, goes.
    func removeBrokenImports() async throws {
        for project in try await journal.read({ try $0.importedProjects() }) {
            log.notice("a project was not imported to its end, and is removed", metadata: ["project": "\(project)"])
            try await ImportWriting.remove(project, from: journal)
        }
    }

    private func place(for input: ImportProject) async throws -> ProjectPath.Place? {
        guard let path = input.path else { return nil }
        let place = try await ProjectPath(settings: settings, git: git).prepare(path)
        try await journal.read { try $0.requireFree(place) }
        return place
    }

    private func bringIn(
        _ file: KeptFile, _ input: ImportProject, _ place: ProjectPath.Place?, by actor: Actor, _ reporter: JobReporter
    ) async throws -> Project {
        let archive: ImportArchive
        do {
            archive = try ImportArchive(file, coding: journal.coding, limits: settings.jobs)
        } catch let refused as TarIndex.Refused {
            throw HubError.notAnExport(refused.reason)
        }
        let rows = try await rows(of: archive, input, place, by: actor)
        try await Blocking.run(reporter) { step in
            var check = ImportCheck(archive, rows)
            try check.run(step)
        }
        let writing = ImportWriting(
            journal: journal, archive: archive, rows: rows, folder: attachments, importer: actor
        ) { progress, message in
            try await reporter.advance(to: progress, message)
        }
        do {
            return try await writing.run { reader in
                if let place { try reader.requireFree(place) }
            }.value
        } catch {
            // Also of a job that was cancelled; what does not go now goes when a hub starts.
            try await Task { try await writing.remove() }.value
            throw error
        }
    }

    private func rows(
        of archive: ImportArchive, _ input: ImportProject, _ place: ProjectPath.Place?, by actor: Actor
    ) async throws -> ImportedRows {
        let mapping = IdentifierMapping(ids.next())
        var lines = archive.lines(of: .project)
        guard let line = try lines.next() else { throw HubError.notAnExport("project.jsonl has no line") }
        var project: Project
        do {
            project = try journal.coding.decode(Project.self, from: mapping.map(line))
        } catch let error as HubError {
            throw HubError.notAnExport("project.jsonl, line 1: is no project: \(error.detail)")
        }
        guard Project.ID(project.id.rawValue) != nil else {
            throw HubError.notAnExport("project.jsonl, line 1: has no identifier")
        }
        let now = clock.now()
        project.name = input.name ?? String(project.name.prefix(Limits.nameCharactersMax))
        let base = project.slug
        project.slug = try await journal.read { reader in
            try Slug.free(wanted: input.slug, from: base) { try reader.isTaken(slug: $0) }
        }
        project.settle(at: place, now: now)
        return ImportedRows(
            coding: journal.coding, mapping: mapping, project: project, importer: actor, now: now,
            attachments: settings.attachments,
            tagsMax: settings.limits.tagsPerOwnerMax)
    }
}

extension Project {
    /// Without a repository there is nothing to work in: it can be read, and that is all.
    fileprivate mutating func settle(at place: ProjectPath.Place?, now: Timestamp) {
        if let place {
            (path, defaultBranch, status, archivedAt) = (place.path, place.defaultBranch, .ready, nil)
            repositoryUrl = nil
        } else {
            (status, archivedAt) = (.archived, archivedAt ?? now)
        }
        // Of the hub that it comes from.
        organizationId = nil
        (jobId, error) = (nil, nil)
        touch(at: now)
    }
}

extension Reader {
    /// - Throws: `HubError` `.alreadyExists` when another open project has the folder.
    func requireFree(_ place: ProjectPath.Place) throws {
        guard let known = try project(path: place.path), known.status != .archived else { return }
        throw HubError(
            .alreadyExists, "\(place.path) is project \(known.slug)",
            members: ["projectId": .string(known.id.rawValue)])
    }
}
