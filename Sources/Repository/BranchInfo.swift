package import Model

/// A branch of a repository, or of its remote as it was when it was fetched last.
package struct BranchInfo: Sendable, Equatable {
    /// `main`, `origin/main`
    package let name: String
    package let isRemote: Bool
    /// It is checked out in the place that was asked.
    package let isCurrent: Bool
    package let commit: String
    package let committedAt: Timestamp
    /// The first line of its newest commit.
    package let subject: String
}

extension Git {
    private static let branchFormat =
        "%(refname)%00%(HEAD)%00%(objectname)%00%(committerdate:unix)%00%(contents:subject)%00%(symref)"

    /// Local and remote branches whose name holds `text`, in any case of letters: those with the newest commits first.
    package func branches(_ repository: String, matching text: String, countMax: Int) async throws -> [BranchInfo] {
        let place = try await place(repository)
        let list = place.command(
            "for-each-ref", "--sort=-committerdate", "--format=" + Self.branchFormat, "refs/heads", "refs/remotes")
        let wanted = text.lowercased()
        var branches: [BranchInfo] = []
        for line in try await run(list).lines {
            let fields = line.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 6, let seconds = Int64(fields[3]) else {
                throw GitFailure(subcommand: "for-each-ref", reason: .unreadable, words: "")
            }
            // The remote's HEAD is another name of one of the others.
            guard fields[5].isEmpty else { continue }
            let isRemote = fields[0].hasPrefix("refs/remotes/")
            let name = String(fields[0].dropFirst(isRemote ? "refs/remotes/".count : "refs/heads/".count))
            guard wanted.isEmpty || name.lowercased().contains(wanted) else { continue }
            branches.append(
                BranchInfo(
                    name: name, isRemote: isRemote, isCurrent: fields[1] == "*", commit: fields[2],
                    committedAt: Timestamp(secondsSince1970: seconds), subject: fields[4]))
            if branches.count == countMax { break }
        }
        return branches
    }
}
