import Model
import Repository

/// Runs something that asks git, and turns what git refuses into the caller's terms.
func inHubTerms<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
        return try await body()
    } catch let error as RepositoryError {
        throw HubError(error.code, "\(error)")
    } catch let error as GitFailure {
        throw HubError(.gitFailed, "\(error)", members: ["command": .string(error.subcommand)])
    }
}

extension RepositoryError {
    fileprivate var code: HubError.Code {
        switch self {
        case .commitNotFound(let name) where name.hasPrefix(Snapshot.refPrefix): .snapshotNotFound
        case .notADirectory, .parentMissing, .notARepository, .bare, .insideAnotherRepository: .notARepository
        case .commitNotFound: .commitNotFound
        case .branchExists: .alreadyExists
        case .nothingInProgress, .commitNotOurs: .illegalTransition
        case .patchUnreadable: .validationFailed
        case .patchStale: .patchStale
        case .remoteNotFound: .remoteFailed
        case .invalidBranchName, .branchNotFound, .branchInUse, .branchNotMerged,
            .remoteNotTrusted, .pathOccupied, .unknownWorktree, .worktreeDirty, .worktreeUnreachable,
            .worktreeHasSubmodules, .worktreeNotSaved, .largeFilesStay:
            .gitFailed
        case .operationInProgress: .operationInProgress
        case .filesInTheWay: .targetBusy
        case .snapshotNotFound: .snapshotNotFound
        case .removalNotFound: .worktreeNotFound
        case .branchMoved: .gitFailed
        case .fileNotFound: .fileNotFound
        }
    }
}
