import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("How a run's work lands")
struct LandingTests {
    private func ended(
        _ script: String, limits: EngineLimits = EngineLimits()
    ) async throws -> (shop: Workshop, run: Run, worktree: String) {
        let shop = try await Workshop(limits: limits)
        let run = try await shop.command("sh", "-c", script, in: try await shop.project())
        let ended = try await shop.wait(for: run.id)
        return (shop, ended, try #require(ended.worktreePath))
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test("commits of chosen files and amended ones are told with what the branch then holds")
    func commits() async throws {
        let (shop, run, worktree) = try await ended("echo one > note.txt")
        try write("two\n", to: worktree + "/note.txt")
        try write("x\n", to: worktree + "/other.txt")
        let made = try await shop.engine.commit(
            run.id, CommitRun(message: "Two", files: ["note.txt"], authorName: "Ada", authorEmail: "a@b.c"),
            by: Workshop.by)
        #expect(made.value.headCommit != run.headCommit && made.value.diff?.filesChanged == 2)
        let amended = try await shop.engine.commit(run.id, CommitRun(message: "Both", amend: true), by: Workshop.by)
        let log = try await shop.git("log", "--format=%s|%an", "\(run.baseCommit ?? "")..\(run.branch ?? "")")
        #expect(log.hasPrefix("Both|Ada\n"))
        #expect(amended.value.headCommit == (try await shop.git("rev-parse", run.branch ?? "")).dropLast().description)
        let nothing = await Result.of { try await shop.engine.commit(run.id, CommitRun(), by: Workshop.by) }.hubError
        #expect(nothing?.code == .nothingToCommit)
        #expect(try await shop.engine.snapshots(at: .run(run.id)).map(\.note) == ["Before a commit was amended"])
        let info = try await shop.engine.commitInfo("HEAD", at: .run(run.id))
        #expect(info.subject == "Both")
        let comparison = try await shop.engine.compareCommit("main", of: run.id)
        #expect(comparison.isLinear && comparison.ahead == 2)
        let blame = try await shop.engine.blame("note.txt", of: run.id, lines: 1...1)
        #expect(blame.map(\.commit) == [amended.value.headCommit])
        await shop.close()
    }

    @Test("a policy that wants a review holds back commit, merge and push until one approves")
    func gates() async throws {
        let (shop, run, worktree) = try await ended("echo one > note.txt")
        let engine = shop.engine
        try write("two\n", to: worktree + "/note.txt")
        _ = try await engine.updatePolicy(
            of: run.projectId, UpdatePolicy(requireReview: true, autoGitPush: true), by: Workshop.by)
        func codes() async throws -> [HubError.Code?] {
            [
                await Result.of { try await engine.commit(run.id, CommitRun(), by: Workshop.by) }.hubError?.code,
                await Result.of { try await engine.push(run.id, PushRun(), by: Workshop.by) }.hubError?.code,
                await Result.of { try await engine.merge(run.id, MergeRun(), by: Workshop.principal) }.hubError?.code,
            ]
        }
        #expect(try await codes() == [.reviewRequired, .reviewRequired, .reviewRequired])
        let review = try await engine.submitReview(
            of: run.id, SubmitReview(verdict: .approved, notes: "Good", commit: true), by: Workshop.by)
        #expect(review.value.isTold == false)
        let approved = try await shop.run(run.id)
        #expect(approved.review == .approved && approved.headCommit != run.headCommit, "and committed")
        #expect(try await codes() == [.nothingToCommit, .remoteFailed, nil])
        #expect(try await shop.journal.read { try $0.reviews(of: run.id) }.map(\.notes) == ["Good"])
        await shop.close()
    }

    @Test(
        "an approval is of the commit and the files that it was given for: what comes after it lands under no approval",
        arguments: ["note.txt", "new.txt", ".git"])
    func approvals(changed: String) async throws {
        let (shop, run, worktree) = try await ended("echo one > note.txt")
        let engine = shop.engine
        _ = try await engine.updatePolicy(of: run.projectId, UpdatePolicy(requireReview: true), by: Workshop.by)
        try write("two\n", to: worktree + "/more.txt")
        _ = try await engine.submitReview(of: run.id, SubmitReview(verdict: .approved), by: Workshop.by)
        // By a person through the hub, by anybody on the disk, or by git: the same files under another commit.
        switch changed {
        case "note.txt":
            let input = try JSONDecoder().decode(
                WriteFile.self, from: Data(#"{"path": "note.txt", "text": "three"}"#.utf8))
            _ = try await engine.writeFile(at: .run(run.id), input)
        case "new.txt": try write("x\n", to: worktree + "/" + changed)
        default:
            _ = try await shop.git("-C", worktree, "rm", "--quiet", "--cached", "note.txt")
            _ = try await shop.git(
                "-C", worktree, "-c", "user.name=n", "-c", "user.email=e", "commit", "--quiet", "--message", "gone")
        }
        for verb in ["commit", "merge", "delete"] {
            let refused = await Result.of {
                switch verb {
                case "commit": _ = try await engine.commit(run.id, CommitRun(), by: Workshop.by)
                case "merge": _ = try await engine.merge(run.id, MergeRun(), by: Workshop.principal)
                default: _ = try await engine.deleteFile("more.txt", of: run.id, message: nil, by: Workshop.by)
                }
            }.hubError
            #expect(refused?.code == .reviewStale, "\(verb)")
        }
        _ = try await engine.submitReview(of: run.id, SubmitReview(verdict: .approved), by: Workshop.by)
        _ = try await engine.merge(run.id, MergeRun(), by: Workshop.principal)
        #expect(try await shop.git("show", "main:more.txt") == "two\n")
        await shop.close()
    }

    @Test(
        "an approval outlives what the hub itself does with the work: commits of some of it, amendments, a clean rebase"
    )
    func approvalsStay() async throws {
        let (shop, run, worktree) = try await ended("echo one > note.txt")
        let engine = shop.engine
        _ = try await engine.updatePolicy(of: run.projectId, UpdatePolicy(requireReview: true), by: Workshop.by)
        for name in ["two", "three"] { try write(name + "\n", to: worktree + "/" + name) }
        _ = try await engine.submitReview(of: run.id, SubmitReview(verdict: .approved), by: Workshop.by)
        _ = try await engine.commit(run.id, CommitRun(files: ["two"]), by: Workshop.by)
        _ = try await engine.commit(run.id, CommitRun(message: "Other", amend: true), by: Workshop.by)
        try write("main\n", to: shop.repository + "/elsewhere")
        _ = try await shop.git("add", "--all")
        _ = try await shop.git("-c", "user.name=n", "-c", "user.email=e", "commit", "--quiet", "--message", "main")
        _ = try await engine.rebase(run.id, RebaseRun(), by: Workshop.by)
        #expect(try await shop.run(run.id).review == .approved)
        _ = try await engine.merge(run.id, MergeRun(strategy: .fastForward), by: Workshop.principal)
        #expect(try await shop.git("show", "main:three") == "three\n")
        await shop.close()
    }

    @Test("an approval that is to commit is none while an agent is there") func approvalOfFrozen() async throws {
        let shop = try await Workshop()
        let run = try await shop.command("sh", "-c", "echo x; exec sleep 1000", in: try await shop.project())
        try await shop.wait("it has begun") { try await !shop.entries(of: run.id).isEmpty }
        #expect(try await shop.engine.pauseRun(run.id, by: Workshop.by).value.pause?.agent == .frozen)
        let refused = await Result.of {
            try await shop.engine.submitReview(
                of: run.id, SubmitReview(verdict: .approved, commit: true), by: Workshop.by)
        }.hubError
        #expect(refused?.code == .illegalTransition)
        #expect(try await shop.journal.read { try $0.reviews(of: run.id) }.isEmpty)
        #expect(try await shop.run(run.id).review == .none)
        _ = try await shop.engine.cancelRun(run.id, by: Workshop.by)
        await shop.close()
    }

    @Test("a squash that was made by a hub that died before it could say so has landed") func squashedBefore()
        async throws
    {
        let (shop, run, _) = try await ended("echo one > note.txt")
        _ = try await shop.git("merge", "--squash", "--quiet", run.branch ?? "")
        _ = try await shop.git("-c", "user.name=n", "-c", "user.email=e", "commit", "--quiet", "--message", "squash")
        let main = try await shop.git("rev-parse", "main").dropLast().description
        let merged = try await shop.engine.merge(run.id, MergeRun(strategy: .squash), by: Workshop.principal).value
        #expect(merged.merge == .merged && merged.mergeCommit == main)
        await shop.close()
    }

    @Test("a tag that is named like the target is not the target") func tagLikeTarget() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        for name in ["main", "release"] { _ = try await shop.git("tag", name) }
        for name in ["one", "two"] {
            try write("x\n", to: shop.repository + "/" + name)
            _ = try await shop.git("add", "--all")
            _ = try await shop.git("-c", "user.name=n", "-c", "user.email=e", "commit", "--quiet", "--message", name)
            if name == "one" { _ = try await shop.git("branch", "release", "refs/heads/main") }
        }
        let run = try await shop.wait(for: shop.command("sh", "-c", "ls > list.txt", in: project).id)
        #expect(run.baseCommit == (try await shop.git("rev-parse", "refs/heads/main")).dropLast().description)
        #expect(try await shop.git("show", (run.branch ?? "") + ":list.txt") == "list.txt\none\ntwo\n")
        // What lies between the old target and the run's own commits is not the run's.
        let rebased = try await shop.engine.rebase(run.id, RebaseRun(onto: "release"), by: Workshop.by).value
        #expect(rebased.diff?.filesChanged == 1 && rebased.targetBranch == "release")
        await shop.close()
    }

    @Test("pushes leave this machine only where the policy says so, and say what the remote says")
    func pushes() async throws {
        let (shop, run, worktree) = try await ended("echo one > note.txt")
        let bare = shop.repository + ".git"
        _ = try await shop.git("clone", "--quiet", "--bare", ".", bare)
        _ = try await shop.git("remote", "add", "origin", bare)
        let denied = await Result.of { try await shop.engine.push(run.id, PushRun(), by: Workshop.by) }.hubError
        #expect(denied?.code == .deniedByPolicy && denied?.members["rule"] == "autoGitPush")
        _ = try await shop.engine.updatePolicy(of: run.projectId, UpdatePolicy(autoGitPush: true), by: Workshop.by)
        _ = try await shop.engine.push(run.id, PushRun(), by: Workshop.by)
        #expect(try await shop.git("--git-dir", bare, "rev-parse", run.branch ?? "") == (run.headCommit ?? "") + "\n")
        try write("two\n", to: worktree + "/note.txt")
        _ = try await shop.engine.commit(run.id, CommitRun(amend: true), by: Workshop.by)
        let refused = await Result.of { try await shop.engine.push(run.id, PushRun(), by: Workshop.by) }.hubError
        #expect(refused?.code == .pushRejected && refused?.detail.contains("non-fast-forward") == true)
        _ = try await shop.engine.push(run.id, PushRun(force: true), by: Workshop.by)
        #expect(try await shop.engine.fetch(run.id, from: nil, by: Workshop.by).branches == ["main"])
        #expect(try await shop.engine.branchStatus(of: run.id).remoteAhead == 0)
        await shop.close()
    }

    @Test("a rebase that conflicts is told by file and kind, called off, and brought together by the agent")
    func conflicts() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        try write("base\n", to: shop.repository + "/note.txt")
        _ = try await shop.git("add", "--all")
        _ = try await shop.git("-c", "user.name=T", "-c", "user.email=t@t", "commit", "--quiet", "-m", "base")
        let script = """
            if git ls-files -u | grep -q note; then echo both > note.txt; git add note.txt
            GIT_EDITOR=true git -c user.name=A -c user.email=a@a rebase --continue; else echo run > note.txt; fi
            """
        let created = try await shop.command("sh", "-c", script, in: project)
        let run = try await shop.wait(for: created.id)
        try write("main\n", to: shop.repository + "/note.txt")
        _ = try await shop.git("-c", "user.name=T", "-c", "user.email=t@t", "commit", "--quiet", "-a", "-m", "main")
        let main = try await shop.git("rev-parse", "main").dropLast().description
        let engine = shop.engine

        let refused = await Result.of { try await engine.rebase(run.id, RebaseRun(), by: Workshop.by) }.hubError
        #expect(refused?.code == .mergeConflict && refused?.members["operation"] == "rebase")
        #expect(refused?.members["conflictedFiles"] == [["path": "note.txt", "kind": "bothModified"]])
        #expect(try await shop.run(run.id).merge == .conflict)
        let again = await Result.of { try await engine.merge(run.id, MergeRun(), by: Workshop.principal) }.hubError
        #expect(again?.code == .operationInProgress)
        let process = try #require(try await shop.journal.read { try $0.processes(of: run.id) }.first)
        let reset = await Result.of {
            try await engine.replaceRun(
                run.id, ReplaceRun(processId: process.id, text: "x", resetGit: true), by: Workshop.by)
        }.hubError
        #expect(reset?.code == .operationInProgress)
        let aborted = try await engine.abortOperation(of: run.id, by: Workshop.by)
        #expect(aborted.value.headCommit == run.headCommit && aborted.value.merge == .none)

        // The merge's own refusal is enough for the agent to be asked.
        let conflict = await Result.of { try await engine.merge(run.id, MergeRun(), by: Workshop.principal) }.hubError
        #expect(conflict?.code == .mergeConflict)
        let asked = try await engine.resolveConflicts(of: run.id, text: "Keep both.", by: Workshop.by)
        #expect(asked.value.nextPrompt?.contains("- note.txt (bothModified)") == true)
        let resolved = try await shop.wait(for: run.id, "resolved") { $0.status == .completed }
        #expect(resolved.merge == .none && resolved.baseCommit == main)
        #expect(try await shop.git("show", "\(run.branch ?? ""):note.txt") == "both\n")
        #expect(
            try await engine.merge(run.id, MergeRun(strategy: .fastForward), by: Workshop.principal).value.merge
                == .merged)
        await shop.close()
    }

    @Test("a branch is renamed, meant for another target, and rebased there")
    func names() async throws {
        let (shop, run, worktree) = try await ended("echo one > note.txt")
        let engine = shop.engine
        _ = try await shop.git("branch", "release")
        let renamed = try await engine.renameBranch(of: run.id, to: "dark-theme", by: Workshop.by)
        #expect(renamed.value.branch == "dark-theme")
        #expect(try await shop.git("-C", worktree, "branch", "--show-current") == "dark-theme\n")
        let taken = await Result.of {
            try await engine.renameBranch(of: run.id, to: "release", by: Workshop.by)
        }.hubError
        #expect(taken?.code == .alreadyExists)
        let target = try await engine.retarget(run.id, to: "release", by: Workshop.by)
        #expect(target.value.targetBranch == "release")
        let missing = await Result.of { try await engine.retarget(run.id, to: "nothing", by: Workshop.by) }.hubError
        #expect(missing?.code == .validationFailed)
        let back = try await engine.rebase(run.id, RebaseRun(onto: "main"), by: Workshop.by)
        #expect(back.value.targetBranch == "main" && back.value.diff?.filesChanged == 1)
        await shop.close()
    }

    @Test("remarks on lines go to the agent as one message; what was rejected is not approved by going on")
    func reviews() async throws {
        let (shop, run, _) = try await ended("echo one >> note.txt")
        let engine = shop.engine
        let nothing = await Result.of {
            try await engine.submitReview(of: run.id, SubmitReview(verdict: .commented), by: Workshop.by)
        }.hubError
        #expect(nothing?.code == .validationFailed)
        let review = try await engine.submitReview(
            of: run.id,
            SubmitReview(
                verdict: .rejected, notes: "Not yet.",
                comments: [
                    .init(path: "note.txt", line: 1, endLine: 2, text: "Say two."),
                    .init(path: "note.txt", side: .old, line: 3, text: "Why?"), .init(path: "a.txt", text: "Missing."),
                ]), by: Workshop.by)
        #expect(review.value.isTold && review.value.headCommit == run.headCommit)
        let told = try await shop.wait(for: run.id, "told") { $0.status == .completed && $0.version > run.version + 2 }
        #expect(told.review == .rejected)
        let prompts = try await shop.journal.read { try $0.processes(of: run.id) }.compactMap(\.prompt)
        #expect(
            prompts.last == """
                Your work was reviewed and needs changes:

                Not yet.

                - note.txt:1-2: Say two.
                - note.txt:3 (as it was before): Why?
                - a.txt: Missing.
                """)
        await shop.close()
    }

    @Test("hunks, files and all are taken back, with a snapshot of what was there")
    func reverts() async throws {
        let (shop, run, worktree) = try await ended("echo one > note.txt; echo x > other.txt")
        let engine = shop.engine
        let diff = try await engine.diff(of: run.id)
        let patch = try #require(diff.files.first { $0.path == "note.txt" }?.patch)
        let reverted = try await engine.revert(run.id, RevertRun(patch: patch, hunks: [0]), by: Workshop.by)
        #expect(reverted.value.diff?.filesChanged == 1)
        #expect(!FileManager.default.fileExists(atPath: worktree + "/note.txt"))
        let stale = await Result.of {
            try await engine.revert(run.id, RevertRun(patch: patch), by: Workshop.by)
        }.hubError
        #expect(stale?.code == .patchStale)
        let snapshot = try #require(try await engine.snapshots(at: .run(run.id)).last)
        #expect(try await shop.git("show", snapshot.ref + ":note.txt") == "one\n")
        let all = try await engine.revert(run.id, RevertRun(), by: Workshop.by)
        #expect(all.value.diff?.filesChanged == 0)
        _ = try await engine.restoreSnapshot(snapshot.id, at: .run(run.id), by: Workshop.by)
        let deleted = try await engine.deleteFile("other.txt", of: run.id, message: nil, by: Workshop.by)
        #expect(deleted.value.diff?.filesChanged == 1)
        await shop.close()
    }

    @Test("a file is deleted only if the snapshot that is told of has it as it is, and that is not the one too many")
    func deletions() async throws {
        var limits = EngineLimits()
        limits.snapshotsMax = 2
        let (shop, run, worktree) = try await ended("echo one > note.txt; echo one > hidden.txt", limits: limits)
        let engine = shop.engine
        for number in 1...2 {
            _ = try await engine.makeSnapshot(at: .run(run.id), note: "\(number)", by: Workshop.by)
        }
        try write("two\n", to: worktree + "/note.txt")
        let gone = try await engine.deleteFile(at: .run(run.id), "note.txt")
        let undo = try #require(gone.undo)
        _ = try await engine.restoreFile(at: .run(run.id), "note.txt", from: undo)
        #expect(try String(contentsOfFile: worktree + "/note.txt", encoding: .utf8) == "two\n")

        for mark in ["assume-unchanged", "skip-worktree"] {
            _ = try await shop.git("-C", worktree, "update-index", "--\(mark)", "hidden.txt")
            try write("precious\n", to: worktree + "/hidden.txt")
            let refused = await Result.of { try await engine.deleteFile(at: .run(run.id), "hidden.txt") }.hubError
            #expect(refused?.code == .targetBusy, "\(mark)")
            #expect(try String(contentsOfFile: worktree + "/hidden.txt", encoding: .utf8) == "precious\n")
            try write("one\n", to: worktree + "/hidden.txt")
            _ = try await engine.deleteFile(at: .run(run.id), "hidden.txt")
            try write("one\n", to: worktree + "/hidden.txt")
            _ = try await shop.git("-C", worktree, "update-index", "--no-\(mark)", "hidden.txt")
        }
        await shop.close()
    }
}
