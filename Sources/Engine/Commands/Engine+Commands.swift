import Journal
package import Model

extension Engine {
    /// The stored slash commands, and those that a project's own folder has for agents, as it is now. The project's come before
    /// the hub's of the same name, which are not meant then.
    package func slashCommands(of project: Project.ID) async throws -> [SlashCommand] {
        let (project, own, common) = try await journal.read { reader in
            (
                try reader.required(project), try reader.tags(of: project, type: .command),
                try reader.tags(of: nil, type: .command)
            )
        }
        let names = Set(own.map(\.name))
        let stored = (own + common.filter { !names.contains($0.name) }).map(SlashCommand.init)
        // Hundreds of files may be looked at: no thread of the pool waits for that.
        let found = try await blocking { _ in CommandFolder(project.path).commands() }
        return stored.sorted { $0.name < $1.name } + found
    }
}
