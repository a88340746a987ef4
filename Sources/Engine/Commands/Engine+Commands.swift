import Dispatch
import Journal
package import Model

extension Engine {
    /// The slash commands that a project's own folder has for agents, as it is now.
    package func slashCommands(of project: Project.ID) async throws -> [SlashCommand] {
        let project = try await journal.read { try $0.required(project) }
        // Hundreds of files may be looked at: no thread of the pool waits for that.
        return await withCheckedContinuation { waiter in
            DispatchQueue.global().async { waiter.resume(returning: CommandFolder(project.path).commands()) }
        }
    }
}
