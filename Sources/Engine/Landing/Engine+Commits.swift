package import Journal
package import Model
import Repository

extension Engine {
    /// Commits what a run's worktree holds to its branch.
    /// - Throws: `HubError` `.nothingToCommit`, `.reviewRequired`, `.operationInProgress`, `.fileNotFound`;
    ///   `.illegalTransition` while its agent is at work, or when there is none of its own to amend.
    package func commit(_ id: Run.ID, _ input: CommitRun, by actor: Actor) async throws -> Committed<Run> {
        let author = try Self.author(of: input)
        try requireFew(input.files?.count, "files")
        return try await withWork(of: id, to: "commit") { run, project, worktree in
            let wasApproved = try await requireReview(of: run, in: project, to: "commit") != nil
            let amending = input.amend == true ? run.baseCommit : nil
            if amending != nil { try await saveBefore("a commit was amended", at: .run(run.id), in: worktree) }
            let message = input.message ?? (amending == nil ? CommitMessage.make(for: run) : nil)
            let made = try await git.commit(
                worktree, files: input.files, amending: amending, message: message, author: author)
            // Made by a hub that died before it could say so.
            let head = try await git.headCommit(worktree)
            guard made != nil || head != run.headCommit else {
                throw HubError(.nothingToCommit, "the worktree of run \(id) holds nothing that is not committed")
            }
            return try await tell(.commitCreated, of: run, in: worktree, by: actor) {
                // The same work, a commit further.
                if wasApproved, let head = $0.headCommit { $0.approvedWork?.head = head }
            }
        }
    }

    /// Takes a file out of a run's worktree and commits that.
    /// - Throws: as `commit`.
    package func deleteFile(
        _ path: String, of id: Run.ID, message: String?, by actor: Actor
    ) async throws -> Committed<Run> {
        try await withWork(of: id, to: "delete") { run, project, worktree in
            try await requireReview(of: run, in: project, to: "commit")
            try await saveBefore("\(path) was deleted", at: .run(run.id), in: worktree)
            _ = try await git.deleteFile(
                worktree, file: path, message: message ?? "Delete \(path)\n\nRoost-Run: \(id)\n")
            return try await tell(.commitCreated, of: run, in: worktree, by: actor) { $0.review = .none }
        }
    }

    /// - Throws: `HubError` `.commitNotFound`.
    func commitInfo(_ name: String, of id: Run.ID) async throws -> RunCommit {
        try await withWorktree(of: id) { run, project in
            RunCommit(try await git.commitInfo(Self.place(of: run, in: project), of: name))
        }
    }

    /// How a run's branch stands to a commit.
    /// - Throws: `HubError` `.commitNotFound`; `.illegalTransition` for a run without a branch.
    package func compareCommit(_ name: String, of id: Run.ID) async throws -> CommitComparison {
        try await withWorktree(of: id) { run, project in
            let place = Self.place(of: run, in: project)
            guard let head = run.worktreeOnDisk == nil ? run.headCommit ?? run.baseCommit : "HEAD" else {
                throw HubError.illegal("compare", "run \(id), which has no branch,", currentStatus: run.status.rawValue)
            }
            let (first, second, distance) = try await git.compareCommits(place, head, with: name)
            return CommitComparison(
                head: first, commit: second, ahead: distance.ahead, behind: distance.behind,
                isLinear: distance.behind == 0)
        }
    }

    /// Whose lines of a file they are.
    /// - Throws: `HubError` `.fileNotFound`; `.illegalTransition` for a run without a worktree.
    package func blame(_ path: String, of id: Run.ID, lines: ClosedRange<Int>) async throws -> [RunBlameLine] {
        try await withWorktree(of: id) { run, _ in
            guard let worktree = run.worktreeOnDisk else {
                throw HubError.illegal("blame", "run \(id), which has no worktree,", currentStatus: run.status.rawValue)
            }
            return try await git.blame(worktree, file: path, lines: lines).map(RunBlameLine.init)
        }
    }

    private static func author(of input: CommitRun) throws -> Identity? {
        switch (input.authorName, input.authorEmail) {
        case (nil, nil): nil
        case (let name?, let email?): Identity(name: name, email: email)
        case (nil, _?): throw HubError.invalid("/authorName", "is missing beside /authorEmail")
        case (_?, nil): throw HubError.invalid("/authorEmail", "is missing beside /authorName")
        }
    }
}
