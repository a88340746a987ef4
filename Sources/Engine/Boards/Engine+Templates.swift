package import Journal
package import Model

extension Engine {
    package func createTemplate(_ input: CreateTemplate, by actor: Actor) async throws -> Committed<Template> {
        let most = settings.limits.boardTemplatesMax
        return try await journal.change(.hub, by: actor) { tx in
            let known = try tx.templates()
            try requireRoom(known.count, most, "boardTemplatesMax", "stored board templates")
            try requireFree(input.name, among: known)
            let template = Template(id: tx.make(), name: input.name, columns: input.columns, at: tx.now)
            try tx.put(template, as: .templateCreated)
            return template
        }
    }

    /// Boards that began with it stay as they are.
    package func updateTemplate(
        _ id: Template.ID, _ input: UpdateTemplate, by actor: Actor
    ) async throws -> Committed<Template> {
        try await journal.change(of: id, by: actor) { tx in
            var template = try tx.required(id)
            try requireVersion(input.version, template.version, of: "board template \(id)")
            if let name = input.name, name != template.name {
                try requireFree(name, among: tx.templates())
                template.name = name
            }
            template.columns = input.columns ?? template.columns
            template.version += 1
            template.updatedAt = tx.now
            try tx.put(template, as: .templateUpdated)
            return template
        }
    }

    package func deleteTemplate(
        _ id: Template.ID, version: Int? = nil, by actor: Actor
    ) async throws -> Committed<Template> {
        try await journal.change(of: id, by: actor) { tx in
            let template = try tx.required(id)
            try requireVersion(version, template.version, of: "board template \(id)")
            try tx.delete(template, as: .templateDeleted)
            return template
        }
    }
}

private func requireFree(_ name: String, among templates: [Template]) throws {
    guard !(templates.map(\.name) + BoardTemplate.all.map(\.name)).contains(name) else {
        throw HubError(.alreadyExists, "there is a board template named \(name) already")
    }
}
