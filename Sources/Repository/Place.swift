/// Where a verb works: a worktree (the user's own, or one of ours), checked to be the top of one.
struct Place: Sendable {
    let top: String
    /// The worktree's own git folder.
    let gitFolder: String
    /// The git folder that all worktrees of the repository share.
    let commonFolder: String
    /// Takes the place of what the repository's own configuration would run.
    var configuration: [String: String]

    /// Where git keeps its index, and what it has begun: each worktree has its own.
    func own(_ name: String) -> String { gitFolder + "/" + name }

    /// Where git keeps its objects and branches: all worktrees of a repository share them.
    func shared(_ name: String) -> String { commonFolder + "/" + name }

    func command(
        _ arguments: String..., access: GitCommand.Access = .reading, accepting codes: Set<Int32> = [0]
    ) -> GitCommand {
        command(arguments, access: access, accepting: codes)
    }

    func command(
        _ arguments: [String], access: GitCommand.Access = .reading, accepting codes: Set<Int32> = [0]
    ) -> GitCommand {
        GitCommand(
            arguments: arguments, folder: top, configuration: configuration, access: access, codesAccepted: codes,
            gitFolders: access == .writing ? [gitFolder, commonFolder] : [])
    }
}
