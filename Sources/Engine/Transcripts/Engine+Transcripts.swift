import Agents
package import Journal
package import Model

extension Engine {
    /// The newest sessions in agents' own files.
    /// - Parameter provider: nil: all whose files can be read.
    package func transcripts(of provider: Provider?, limit: Int) async throws -> [TranscriptFile] {
        var found: [TranscriptFile] = []
        for shelf in shelves where provider == nil || shelf.provider == provider {
            for item in try shelf.items().prefix(limit) {
                guard let head = try shelf.head(of: item), let id = head.id else { continue }
                let place = try await project(of: head)
                let run = try await journal.read { reader in
                    try place.flatMap { try reader.run(of: shelf.provider, session: id, in: $0)?.id }
                }
                found.append(
                    TranscriptFile(
                        provider: shelf.provider, sessionId: id, path: item.path, byteCount: item.byteCount,
                        workingDirectory: head.workingDirectory, startedAt: head.startedAt, updatedAt: item.updatedAt,
                        firstWords: head.firstWords, projectId: place, runId: run))
            }
        }
        return Array(found.sorted { ($0.updatedAt, $0.path) > ($1.updatedAt, $1.path) }.prefix(limit))
    }

    /// Makes a run of a session that was held without the hub: with what was said and done, so that it can be read, searched and gone on
    /// with. Of the same session comes the same run.
    package func importTranscript(_ input: ImportTranscript, by actor: Actor) async throws -> Committed<Run> {
        guard let shelf = shelves.first(where: { $0.provider == input.provider }) else {
            throw HubError.invalid("/provider", "keeps no sessions in files that can be read")
        }
        let name = input.sessionId
        guard !name.isEmpty, !name.contains("/"), let item = try shelf.item(of: name) else {
            throw HubError(.fileNotFound, "there is no session \(name) of \(input.provider.rawValue)")
        }
        let most = settings.limits.transcriptByteCountMax
        guard item.byteCount <= most else {
            throw HubError.limit("transcriptByteCountMax", most, "the session's file has \(item.byteCount) bytes")
        }
        let contents = try shelf.contents(of: item, entriesMax: settings.limits.transcriptEntriesMax)
        // A file was found by the end of its name.
        guard let session = contents.head.id, session == name else {
            throw HubError(.fileNotFound, "\(item.path) does not hold the session \(name)")
        }
        var wanted = input.project
        if let card = input.cardId, wanted == nil {
            wanted = try await journal.read { try $0.required(card).projectId.rawValue }
        }
        let project = try await project(named: wanted, of: contents.head)
        return try await journal.change(.project(project), by: actor) { tx in
            let project = try tx.open(project)
            let card = try input.cardId.map { try tx.card($0, in: project.id) }
            if let known = try tx.run(of: shelf.provider, session: session, in: project.id) { return known }
            let run = Run(
                importing: session, of: shelf.provider, id: tx.make(), into: project, card: card?.id,
                prompt: contents.head.firstWords ?? "",
                from: contents.head.startedAt, to: contents.endedAt ?? item.updatedAt, at: tx.now
            ).with(usage: contents.usage, summary: contents.lastWords, by: actor)
            try tx.put(run, as: .runCreated)
            for (index, entry) in try contents.entries(of: run, tx).enumerated() {
                precondition(entry.index == index, "entries of a session have a hole")
                try tx.put(entry, as: .entryAdded)
            }
            try tx.note(.runImported, about: run.context, data: run)
            return run
        }
    }

    private var shelves: [TranscriptShelf] {
        catalog.programs.compactMap { program in
            let environment = catalog.environment(
                for: program.provider, start: TurnStart(prompt: ""), inherited: settings.environment)
            return SessionFolder(of: program.provider, environment: environment).map {
                TranscriptShelf(provider: program.provider, folder: $0)
            }
        }
    }

    private func project(of head: SessionHead) async throws -> Project.ID? {
        guard let folder = head.workingDirectory, folder.hasPrefix("/") else { return nil }
        do {
            return try await place(of: folder, among: nil).projectId
        } catch let error as HubError where error.code == .fileNotFound {
            return nil
        }
    }

    private func project(named name: String?, of head: SessionHead) async throws -> Project.ID {
        if let name {
            return try await journal.read { reader in
                if let id = Project.ID(name) { return try reader.required(id).id }
                guard let id = try reader.projectID(slug: name) else { throw HubError.notFound(.project, name) }
                return id
            }
        }
        guard let id = try await project(of: head) else {
            let folder = head.workingDirectory ?? "no folder"
            throw HubError.invalid("/project", "is missing, and \(folder) belongs to no project")
        }
        return id
    }
}

extension Reader {
    /// The oldest, where there are several.
    fileprivate func run(of provider: Provider, session: String, in project: Project.ID) throws -> Run? {
        try runs(of: project).last { $0.provider == provider && $0.sessionId == session }
    }
}

extension TranscriptShelf.Contents {
    /// Each entry once, as it was at the end, with the times of its lines.
    fileprivate func entries(of run: Run, _ tx: Transaction) throws -> [Entry] {
        var entries: [Entry] = []
        for (effects, moment) in effects {
            for case .entry(let index, let content) in effects {
                let at = moment ?? run.createdAt
                if index < entries.count {
                    entries[index].content = content
                    entries[index].updatedAt = at
                } else {
                    entries.append(
                        Entry(
                            id: tx.make(), projectId: run.projectId, cardId: run.cardId, runId: run.id, processId: nil,
                            index: index, content: content, at: at))
                }
            }
        }
        return entries
    }
}

extension Run {
    fileprivate func with(usage: Usage?, summary: String?, by actor: Actor) -> Run {
        var run = self
        (run.usage, run.summary, run.createdBy) = (usage, summary, actor)
        return run
    }
}
