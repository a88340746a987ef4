import Foundation
import Model

extension Git {
    /// Clones a repository. It is made beside its place and moved there when it is whole; what is half-made is removed, and
    /// where that fails has a name that tells it (`partSuffix`).
    /// - Parameters:
    ///   - path: where nothing is yet, in a folder that is there.
    ///   - mark: one of its own for every try: git may live on for a moment after whoever started it has been killed.
    ///   - branch: the one to check out; nil: the other side's choice.
    /// - Throws: `GitFailure`; `RepositoryError.pathOccupied`.
    package func clone(
        _ address: CloneAddress, to path: String, mark: String, branch: String?, watch: TransferWatch
    ) async throws -> RepositoryInfo {
        if let branch { try await validateBranchName(branch) }
        guard !Paths.exists(path) else { throw RepositoryError.pathOccupied(path) }
        let (parent, name) = Paths.split(path)
        let part = parent + "/" + name + "." + mark + Self.partSuffix
        var arguments = ["clone", "--progress", "--origin", "origin", "--template=", "--no-recurse-submodules"]
        if address.scheme == .file {
            arguments += ["--no-local", "--upload-pack=git \(RemoteAddress.farEndSettings) upload-pack"]
        }
        if let branch { arguments += ["--branch", branch] }
        // A place in a row of folders that may be somebody's repository is still none of that repository's.
        var command = GitCommand(arguments: arguments + ["--", address.text, part], folder: parent, access: .writing)
        command.environment["GIT_CEILING_DIRECTORIES"] = parent
        watch.follow(&command)
        do {
            _ = try await transfer(reaching(command, by: address.scheme.rawValue))
            // What is on the disk is what its first user finds after a loss of power.
            _ = try await inspect(part)
            try FileManager.default.moveItem(atPath: part, toPath: path)
        } catch {
            try await uninterrupted { try await Scratch.removeTree(part) }
            throw error
        }
        return try await inspect(path)
    }

    package static let partSuffix = ".part"

    /// Brings what a remote has of a branch into it, where that only goes ahead. The worktree that has it checked out follows,
    /// unless anything in it is not committed.
    /// - Throws: `RepositoryError` `.branchNotFound` when the remote has no such branch.
    package func followRemote(
        _ repository: String, branch: String, remote: String, watch: TransferWatch
    ) async throws -> FollowOutcome {
        _ = try await fetch(repository, from: remote, watch: watch)
        let place = try await place(repository)
        return try await turns.withKey(place.commonFolder) {
            guard let theirs = try await commit(named: "refs/remotes/\(remote)/\(branch)", at: place) else {
                throw RepositoryError.branchNotFound("\(remote)/\(branch)")
            }
            let ours = try await requireBranchCommit(branch, at: place)
            let distance = try await distance(of: ours, to: theirs, at: place)
            if distance.behind == 0 { return .upToDate(ahead: distance.ahead) }
            guard distance.ahead == 0 else { return .diverged(ahead: distance.ahead, behind: distance.behind) }
            let holder = try await worktrees(at: place).first { $0.branch == branch && Paths.isFolder($0.path) }
            if let holder {
                let worktree = try await self.place(holder.path)
                let files = try await statusEntries(at: worktree).map(\.path)
                // Unless they are what an earlier try has left, which was killed.
                guard try await areAlready(files, asIn: theirs, or: ours, in: worktree) else {
                    return .busy(.localChanges(files: files))
                }
            }
            let landing = try await uninterrupted {
                try await land(theirs, on: branch, from: ours, reason: "pull \(remote)", at: place)
            }
            switch landing {
            case .landed: return .followed(from: ours, to: theirs, commits: distance.behind)
            case .busy(let why): return .busy(why)
            case .moved: return .busy(.moving)
            }
        }
    }

    /// Of what goes over a network: its words without the numbers that went before them, and without the token.
    func transfer(_ command: GitCommand) async throws -> GitReply {
        do {
            return try await run(command)
        } catch let failure as GitFailure {
            let words = TransferWords.withoutNumbers(failure.words)
            throw GitFailure(
                subcommand: failure.subcommand, reason: failure.reason, words: token?.redact(words) ?? words)
        }
    }
}
