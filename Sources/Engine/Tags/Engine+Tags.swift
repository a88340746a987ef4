package import Journal
package import Model

extension Engine {
    /// - Parameter project: nil: it is for all projects of the hub.
    package func createTag(
        of project: Project.ID?, _ input: CreateTag, by actor: Actor
    ) async throws -> Committed<Tag> {
        try requireNoShell(input.content, in: input.type)
        let most = settings.limits.tagsPerOwnerMax
        return try await journal.change(project.map { .project($0) } ?? .hub, by: actor) { tx in
            if let project { _ = try tx.open(project) }
            let known = try tx.tags(of: project)
            try requireRoom(known.count, most, "tagsPerOwnerMax", "tags of a project or the hub")
            let tag = Tag(
                id: tx.make(), project: project, type: input.type, name: input.name,
                description: input.description.flatMap { $0.isEmpty ? nil : $0 }, content: input.content, at: tx.now)
            try requireFree(tag, among: known)
            try tx.put(tag, as: .tagCreated)
            return tag
        }
    }

    package func updateTag(_ id: Tag.ID, _ input: UpdateTag, by actor: Actor) async throws -> Committed<Tag> {
        try await journal.change(of: id, by: actor) { tx in
            var tag = try tx.required(id)
            try requireVersion(input.version, tag.version, of: "tag \(id)")
            tag.name = input.name ?? tag.name
            if let description = input.description { tag.description = description.isEmpty ? nil : description }
            tag.content = input.content ?? tag.content
            try requireNoShell(tag.content, in: tag.type)
            try requireFree(tag, among: tx.tags(of: tag.projectId))
            tag.version += 1
            tag.updatedAt = tx.now
            try tx.put(tag, as: .tagUpdated)
            return tag
        }
    }

    package func deleteTag(_ id: Tag.ID, version: Int? = nil, by actor: Actor) async throws -> Committed<Tag> {
        try await journal.change(of: id, by: actor) { tx in
            let tag = try tx.required(id)
            try requireVersion(version, tag.version, of: "tag \(id)")
            try tx.delete(tag, as: .tagDeleted)
            return tag
        }
    }
}

private func requireFree(_ tag: Tag, among tags: [Tag]) throws {
    guard !tags.contains(where: { $0.id != tag.id && ($0.type, $0.name) == (tag.type, tag.name) }) else {
        throw HubError(.alreadyExists, "there is a \(tag.type.rawValue) named \(tag.name) already")
    }
}

/// A command of a repository may have the agent run something before it is read (an exclamation mark before words in backticks).
/// Here nobody would be asked, and whoever may write a prompt would have the hub run it: it is refused when it is written, so that
/// no prompt comes to be that is not what it says.
private func requireNoShell(_ content: String, in type: Tag.Purpose) throws {
    guard type == .command, content.contains("!`") else { return }
    throw HubError.invalid("/content", "has a command for a shell (!`…`), which the hub does not run")
}
