/// Where a verb works: a worktree (the user's own, or one of ours), checked to be the top of one.
struct Place: Sendable {
    let top: String
    /// The git folder that all worktrees of the repository share.
    let commonFolder: String
    /// Takes the place of what the repository's own configuration would run.
    let configuration: [String: String]

    func command(
        _ arguments: String..., access: GitCommand.Access = .reading, accepting codes: Set<Int32> = [0]
    ) -> GitCommand {
        command(arguments, access: access, accepting: codes)
    }

    func command(
        _ arguments: [String], access: GitCommand.Access = .reading, accepting codes: Set<Int32> = [0]
    ) -> GitCommand {
        GitCommand(
            arguments: arguments, folder: top, configuration: configuration, access: access, codesAccepted: codes)
    }
}
