/// What cannot be done with a repository as it is. What git itself refuses is a `GitFailure`.
package enum RepositoryError: Error, Sendable, Equatable {
    case notADirectory(String)
    case parentMissing(String)
    case notARepository(String)
    case bare(String)
    /// The path is inside of a repository, whose top is `top`.
    case insideAnotherRepository(String, top: String)
    case invalidBranchName(String)
    case branchNotFound(String)
    case commitNotFound(String)
    /// Work on the branch goes on in another worktree.
    case branchInUse(String, worktree: String)
    case branchNotMerged(String, into: String)
    /// Something is there that this hub did not make.
    case pathOccupied(String)
    case unknownWorktree(String)
    case worktreeDirty(String, files: Int)
    /// No branch or other ref reaches the worktree's head: without the worktree, its commits would be lost.
    case worktreeUnreachable(String, head: String)
    /// The worktree holds repositories of its own (submodules, clones), whose work nobody can vouch for.
    case worktreeHasSubmodules(String)
    /// git cannot read or take some of the worktree's files, with its own words.
    case worktreeNotSaved(String, words: String)
    /// A merge, rebase, cherry-pick, revert or `am` waits there for its end.
    case operationInProgress(WorktreeOperation, worktree: String)
    /// Files that no commit holds, most often because git ignores them, stand where others should be put.
    case filesInTheWay([String])
    case snapshotNotFound(String)
    case removalNotFound(String)
    /// The branch is no longer where the worktree was.
    case branchMoved(String, from: String)
    case branchExists(String)
    /// Nothing waits there for its end.
    case nothingInProgress(worktree: String)
    /// The newest commit is the base's, and not one of the branch's own.
    case commitNotOurs(String)
    case patchUnreadable
    /// What the patch brought is not there as it says.
    case patchStale(String)
    case remoteNotFound(String)
    /// The repository's own configuration says how remotes are reached: by programs, or past others.
    case remoteNotTrusted(keys: [String])
    /// Contents that LFS keeps would not come to the remote, because it is not installed here.
    case largeFilesStay([String])
    /// Neither side of a comparison has it.
    case fileNotFound(String)
}

extension RepositoryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notADirectory(let path): "\(path) is not a folder"
        case .parentMissing(let path): "the folder around \(path) does not exist"
        case .notARepository(let path): "\(path) is not a git repository"
        case .bare(let path): "\(path) is a bare repository"
        case .insideAnotherRepository(let path, let top): "\(path) is inside of the repository \(top)"
        case .invalidBranchName(let name): "“\(name)” is not a valid branch name"
        case .branchNotFound(let name): "there is no branch \(name)"
        case .commitNotFound(let name): "“\(name)” names no commit"
        case .branchInUse(let name, let worktree): "the branch \(name) is checked out in \(worktree)"
        case .branchNotMerged(let name, let target): "the branch \(name) is not merged into \(target)"
        case .pathOccupied(let path): "\(path) exists and is not this branch's worktree"
        case .unknownWorktree(let path): "\(path) is not a worktree of the repository"
        case .worktreeDirty(let path, let files): "\(path) has \(files) uncommitted files"
        case .worktreeUnreachable(let path, let head): "no branch holds the commit \(head) that \(path) is at"
        case .worktreeHasSubmodules(let path): "\(path) has submodules with content, or other repositories in it"
        case .worktreeNotSaved(let path, let words): "not all that \(path) holds can be saved: \(words)"
        case .operationInProgress(let operation, let worktree): "a \(operation.rawValue) is in progress in \(worktree)"
        case .filesInTheWay(let files): "files that git does not keep are in the way: \(files.joined(separator: ", "))"
        case .branchExists(let name): "there is a branch \(name) already"
        case .nothingInProgress(let worktree): "nothing is in progress in \(worktree)"
        case .commitNotOurs(let commit): "the commit \(commit) is not one of the branch's own"
        case .patchUnreadable: "it is no patch of git's, or has no such hunk"
        case .patchStale(let words): "the patch is not one of what is there: \(words)"
        case .remoteNotFound(let name): "there is no remote \(name)"
        case .remoteNotTrusted(let keys):
            "the repository's own configuration says how its remotes are reached (\(keys.joined(separator: ", "))), which belongs into the user's"
        case .largeFilesStay(let files):
            "git-lfs is not installed on the hub's machine, and without it these files would not come to the remote as LFS keeps them: \(files.prefix(20).joined(separator: ", "))\(files.count > 20 ? " and \(files.count - 20) more" : "")"
        case .snapshotNotFound(let id): "there is no snapshot \(id)"
        case .removalNotFound(let name): "there is no removed worktree \(name)"
        case .branchMoved(let branch, let old):
            "the branch \(branch) is no longer at \(old), where the worktree was"
        case .fileNotFound(let path): "there is no file \(path)"
        }
    }
}
