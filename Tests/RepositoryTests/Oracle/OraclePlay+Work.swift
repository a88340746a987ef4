import Foundation
import Testing

@testable import Repository

/// What somebody does with the run's own branch.
extension OraclePlay {
    func checkAmend() async throws {
        let plain = plainInWorktree
        let (head, tree) = (try await plain.line("rev-parse", "HEAD"), try await plain.tree())
        let isOwn = try await plain.run(["merge-base", "--is-ancestor", "HEAD", "main"], accepting: [0, 1]).code == 1
        let isSame = try await plain.line("rev-parse", head + "^{tree}") == tree
        let message = meddler.pick([nil, "again"])
        let (parents, author) = (
            try await plain.line("log", "-1", "--format=%P", head),
            try await plain.line("log", "-1", "--format=%an %ad", head)
        )
        try await saveBefore()
        let commit: String?
        do {
            commit = try await safely { try await git.commit(worktree, amending: "main", message: message) }
        } catch RepositoryError.commitNotOurs {
            return try agree("whether there is one to amend", false, isOwn)
        }
        try agree("whether there is one to amend", true, isOwn)
        try agree("whether there is something", commit != nil, message != nil || !isSame)
        guard let commit else { return }
        try agree("its tree", try await plain.line("rev-parse", commit + "^{tree}"), tree)
        try agree("its parents", try await plain.line("log", "-1", "--format=%P", commit), parents)
        try agree("its author", try await plain.line("log", "-1", "--format=%an %ad", commit), author)
    }

    func checkDeleteFile() async throws {
        let plain = plainInWorktree
        let head = try await plain.line("rev-parse", "HEAD")
        let tracked = try await plain.fields("ls-files", "-z").filter { !$0.hasPrefix("nested") && $0 != "module" }
        guard !tracked.isEmpty else { return }
        let file = meddler.pick(tracked)
        note(file.debugDescription)
        let index = sandbox.path("scratch/\(UUID().uuidString)")
        _ = try await plain.run(["read-tree", head], index: index)
        _ = try await plain.run(["update-index", "--force-remove", "--", file], index: index)
        let tree = try await plain.line("write-tree", index: index)
        try await saveBefore()
        let before = try await (plain.tree(), plain.line("ls-files", "--stage"))
        let commit: String?
        do {
            commit = try await safely { try await git.deleteFile(worktree, file: file, message: "gone") }
        } catch RepositoryError.fileNotFound {
            // A folder took its place, or something else that of its folder.
            var folder = worktree
            let isBelow = file.split(separator: "/").dropLast().allSatisfy { name in
                folder += "/" + name
                return Paths.kind(folder) == .folder
            }
            try agree("whether it can be there", isBelow && !Paths.isFolder(worktree + "/" + file), false)
            try agree("what a refusal changes", try await plain.tree(), before.0)
            return try agree("what a refusal changes", try await plain.line("ls-files", "--stage"), before.1)
        }
        let isKnown = try await plain.line("rev-parse", head + "^{tree}") != tree
        try agree("whether there is something to commit", commit != nil, isKnown)
        try agree("the tree", try await plain.line("rev-parse", "HEAD^{tree}"), tree)
        try agree("whether git knows it", try await plain.knows(file), false)
        try agree("whether it is there", Paths.exists(worktree + "/" + file), false)
    }

    func checkRenameBranch() async throws {
        let head = try await plain.line("rev-parse", "refs/heads/run")
        let before = try await plainInWorktree.fields("status", "--porcelain=v1", "-z")
        let name = meddler.pick(["other", "a/b", "run/under", "ü"])
        do {
            try await safely { try await git.renameBranch(sandbox.repository, from: "run", to: name) }
        } catch let failure as GitFailure {
            throw Disagreement("\(name): \(failure)")
        }
        try agree("the branch", try await plain.line("rev-parse", "refs/heads/" + name), head)
        try agree("the worktree's", try await plainInWorktree.line("symbolic-ref", "HEAD"), "refs/heads/" + name)
        try agree("its files", try await plainInWorktree.fields("status", "--porcelain=v1", "-z"), before)
        try await git.renameBranch(sandbox.repository, from: name, to: "run")
        try agree("the branches", try await plain.line("for-each-ref", "--format=%(refname)", "refs/heads/\(name)"), "")
    }

    /// Also where HEAD is on no branch: agents check out what they like.
    func checkSaveWork() async throws {
        let plain = plainInWorktree
        let isDetached = Bool.random(using: &meddler.random)
        if isDetached { _ = try await plain.run(["checkout", "--quiet", "--detach"]) }
        let (head, tree) = (try await plain.line("rev-parse", "HEAD"), try await plain.tree())
        let saved = try await safely(takesStaged: true) { try await git.saveWork(worktree, message: "work") }
        try agree(
            "whether there is something", saved != nil, try await plain.line("rev-parse", head + "^{tree}") != tree)
        try agree("what is saved", try await plain.line("rev-parse", "HEAD^{tree}"), tree)
        try agree("what is left", try await plain.tree(), tree)
        guard isDetached else { return }
        let holders = try await plain.line("for-each-ref", "--contains", "HEAD")
        try agree("whether a ref holds it", holders.isEmpty, false)
        _ = try await plain.run(["checkout", "--quiet", "-B", "run"])
    }

    func checkRewind() async throws {
        let plain = plainInWorktree
        let commits = try await plain.line("rev-list", "--max-count=6", "HEAD", "--").split(separator: "\n").map(
            String.init)
        let target = meddler.pick(commits + [try await plain.line("rev-parse", "main")])
        let tree = try await plain.tree()
        let kept: String?
        do {
            kept = try await safely(takesStaged: true) { try await git.rewind(worktree, to: target, message: "work") }
        } catch RepositoryError.filesInTheWay {
            return try agree("what a refusal changes", try await plain.tree(), tree)
        }
        try agree("HEAD", try await plain.line("rev-parse", "HEAD"), target)
        try agree(
            "what differs",
            try await plain.fields("status", "--porcelain=v1", "-z", "--untracked-files=no")
                .filter { !$0.hasSuffix("module") && !$0.contains("nested") }, [])
        if let kept { try agree("what is kept", try await plain.line("rev-parse", kept + "^{tree}"), tree) }
    }

    /// A worktree that is taken away and brought back is what it was.
    func checkRemoval() async throws {
        let plain = plainInWorktree
        if Bool.random(using: &meddler.random) { try await saveAll() }
        let isDetached = Int.random(in: 0..<4, using: &meddler.random) == 0
        if isDetached { _ = try await plain.run(["checkout", "--quiet", "--detach"]) }
        let takesChanges = Int.random(in: 0..<4, using: &meddler.random) > 0
        let (head, tree) = (try await plain.line("rev-parse", "HEAD"), try await plain.tree())
        let lines = try await plain.fields("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
        let name = newName()
        do {
            _ = try await safely(in: [self.plain, plain], takesIgnored: true) {
                try await git.removeWorktree(
                    sandbox.repository, path: worktree, scope: "run", name: name, takesChanges: takesChanges)
            }
            try agree("whether it may go", lines.isEmpty || takesChanges, true)
            try agree("whether it is gone", Paths.exists(worktree), false)
            try agree(
                "what the list has", try await self.plain.line("worktree", "list").contains(worktree + " "), false)
            let back = try await safely(in: [self.plain]) {
                try await git.bringBackWorktree(sandbox.repository, scope: "run", name: name)
            }
            try agree("HEAD", back.head, head)
            try agree("its branch", back.branch, isDetached ? nil : "run")
        } catch RepositoryError.worktreeDirty where !takesChanges {
            try agree("whether it has changes", lines.isEmpty, false)
        } catch RepositoryError.worktreeHasSubmodules {
            let repositories = ["nested0", "nested1", "module"].filter { Paths.exists(worktree + "/" + $0) }
            try agree("whether repositories are inside", repositories.isEmpty, false)
        } catch RepositoryError.worktreeNotSaved {
            // A repository inside that has no commit, or a conflict of a stash that was taken out.
        }
        try agree("HEAD", try await plain.line("rev-parse", "HEAD"), head)
        try agree("its files", try await plain.files(of: try await plain.tree()), try await plain.files(of: tree))
        if isDetached { _ = try await plain.run(["checkout", "--quiet", "-B", "run"]) }
    }
}
