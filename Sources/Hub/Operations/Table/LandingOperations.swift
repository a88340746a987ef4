import Engine
import Journal
import Model
import Wire

// What is done with a run's branch until its work has landed; `runs.merge` stands with the verbs on runs.
extension OperationTable {
    static let landing: [Operation] = [
        Operation(
            "runs.commit", .post("/api/runs/{run}/commit"),
            summary: "Commits what a run's worktree holds to its branch, all of it or the files that are named.",
            input: [
                .subject(Run.self),
                .optional("message", .prompt, "Absent: the run's first words; of an amended commit: its own."),
                .optional("files", .filePaths, "Relative to the top. Absent: all that git does not ignore."),
                .optional("amend", .boolean, "The newest commit of the run's own is replaced."),
                .optional("authorName", .name, "With `authorEmail`. Absent: whoever git knows on this machine."),
                .optional("authorEmail", .name),
            ], output: .run, ability: .gitCommit, events: [.commitCreated],
            example: ["run": exampleRun, "message": "Add a dark theme", "files": ["style.css"]]
        ) { call in
            try .changed(await call.engine.commit(try call.id(), try call.decode(CommitRun.self), by: call.actor))
        },
        Operation(
            "runs.rebase", .post("/api/runs/{run}/rebase"),
            summary:
                "Does a run's commits over on another base; 409 with `conflictedFiles` and `operation` where somebody has to bring files together.",
            input: [
                .subject(Run.self),
                .optional("onto", .branch, "A branch. Absent: the run's target; another one becomes it."),
                .optional("from", .branch, "Where its own commits begin. Absent: where it and its target meet."),
                .optional(
                    "onConflict", .choice(of: RebaseRun.OnConflict.self),
                    "`keep` (absent): it waits in the worktree; `abort`: all is as it was."),
            ], output: .run, ability: .gitCommit, events: [.branchUpdated, .branchConflict],
            example: ["run": exampleRun, "onto": "main"]
        ) { call in
            try .changed(await call.engine.rebase(try call.id(), try call.decode(RebaseRun.self), by: call.actor))
        },
        Operation(
            "conflicts.resolve", .post("/api/runs/{run}/conflicts/resolve"),
            summary: "Has a run's agent bring together what conflicts: a further turn, with the list of the files.",
            input: [.subject(Run.self), .optional("text", .message, "What it is told besides.")], output: .run,
            ability: .gitCommit, rateGroup: .starting, events: [.runQueued, .branchConflict, .branchUpdated],
            example: ["run": exampleRun, "text": "Ours is the newer way to do it."]
        ) { call in
            try .changed(
                await call.engine.resolveConflicts(of: try call.id(), text: call.text("text"), by: call.actor))
        },
        Operation(
            "conflicts.continue", .post("/api/runs/{run}/conflicts/continue"),
            summary:
                "Goes on with a rebase or merge whose conflicts are brought together; 409 with those that are left.",
            input: [.subject(Run.self)], output: .run, ability: .gitCommit, events: [.branchUpdated, .branchConflict],
            example: ["run": exampleRun]
        ) { call in try .changed(await call.engine.continueOperation(of: try call.id(), by: call.actor)) },
        Operation(
            "conflicts.abort", .post("/api/runs/{run}/conflicts/abort"),
            summary: "Calls off a rebase or merge: branch and files are what they were before it.",
            input: [.subject(Run.self)], output: .run, ability: .gitCommit, events: [.branchUpdated],
            example: ["run": exampleRun]
        ) { call in try .changed(await call.engine.abortOperation(of: try call.id(), by: call.actor)) },
        Operation(
            "runs.retarget", .post("/api/runs/{run}/target"),
            summary: "Says that a run's work is meant for another branch.",
            input: [.subject(Run.self), .required("targetBranch", .branch)], output: .run, ability: .gitCommit,
            events: [.branchUpdated], example: ["run": exampleRun, "targetBranch": "release"]
        ) { call in
            try .changed(
                await call.engine.retarget(try call.id(), to: call.text("targetBranch") ?? "", by: call.actor))
        },
        Operation(
            "runs.rename", .post("/api/runs/{run}/rename-branch"), summary: "Gives a run's branch another name.",
            input: [.subject(Run.self), .required("branch", .branch)], output: .run, ability: .gitCommit,
            events: [.branchUpdated], example: ["run": exampleRun, "branch": "dark-theme"]
        ) { call in
            try .changed(
                await call.engine.renameBranch(of: try call.id(), to: call.text("branch") ?? "", by: call.actor))
        },
        Operation(
            "runs.push", .post("/api/runs/{run}/push"),
            summary: "Puts a run's branch on a remote; the policy must allow it, and may want a review.",
            input: [
                .subject(Run.self),
                .optional("remote", .name, "Absent: the one that the branch follows, else `origin`."),
                .optional("force", .boolean, "Replaces what is there, if that is still what was fetched last."),
            ], output: .run, ability: .gitPush, events: [.pushCompleted], example: ["run": exampleRun]
        ) { call in
            try .changed(await call.engine.push(try call.id(), try call.decode(PushRun.self), by: call.actor))
        },
        Operation(
            "pullrequests.create", .post("/api/runs/{run}/pull-request"),
            summary:
                "Pushes a run's branch, as `runs.push` does, and offers it to its target as a pull request, by way of `gh`. One that is open is taken.",
            input: [
                .subject(Run.self), .optional("title", .title, "Absent: the card's, or the run's first words."),
                .optional("body", .message, "Absent: what the agent said at the end."),
                .optional("baseBranch", .branch, "Absent: the run's target branch."), .optional("draft", .boolean),
                .optional("remote", .name, "Absent: the one that the branch follows, else `origin`."),
            ], output: .run, ability: .gitPush, events: [.prCreated, .prUpdated],
            example: ["run": exampleRun, "title": "Add a dark theme"]
        ) { call in
            try .changed(
                await call.engine.createPullRequest(
                    of: try call.id(), try call.decode(CreatePullRequest.self), by: call.actor))
        },
        Operation(
            "pullrequests.attach", .post("/api/runs/{run}/pull-request/attach"),
            summary:
                "Finds the pull request of a run's branch, an open one or else the newest. Asked again, it looks how that stands now.",
            input: [.subject(Run.self), .optional("remote", .name)], output: .run, ability: .gitPush,
            events: [.prCreated, .prUpdated], example: ["run": exampleRun]
        ) { call in
            try .changed(
                await call.engine.attachPullRequest(of: try call.id(), remote: call.text("remote"), by: call.principal))
        },
        Operation(
            "runs.fetch", .post("/api/runs/{run}/fetch"), summary: "Gets what a remote has.",
            input: [.subject(Run.self), .optional("remote", .name)], output: .fetched, ability: .gitCommit,
            events: [.branchUpdated], example: ["run": exampleRun]
        ) { call in
            let fetched = try await call.engine.fetch(call.id(), from: call.text("remote"), by: call.actor)
            return OperationAnswer(
                data: WireJSON.encode([
                    "remote": .string(fetched.remote), "branches": .array(fetched.branches.map { .string($0) }),
                ]))
        },
        Operation(
            "runs.pull", .post("/api/runs/{run}/pull"),
            summary: "Brings what others have put on a run's branch at a remote into its worktree.",
            input: [
                .subject(Run.self), .optional("remote", .name),
                .optional("rebase", .boolean, "Where both have commits, the run's are done over on the others."),
            ], output: .run, ability: .gitCommit, events: [.branchUpdated, .branchConflict],
            example: ["run": exampleRun, "rebase": true]
        ) { call in
            try .changed(await call.engine.pull(try call.id(), try call.decode(PullRun.self), by: call.actor))
        },
        Operation(
            "runs.revert", .post("/api/runs/{run}/revert"),
            summary:
                "Takes changes out of a run's worktree again: hunks of its diff, files, or all. What was there is kept by a snapshot.",
            input: [
                .subject(Run.self),
                .optional("patch", .patch, "One or more files' `patch` of the run's diff."),
                .optional(
                    "hunks",
                    .array(
                        .integer(0...Int64(Int32.max)), max: .items(Limits.filesPerCommandMax, "filesPerCommandMax")),
                    "Of the patch, counted from 0. Absent: all."),
                .optional(
                    "files", .filePaths, "Instead of a patch: these become those of the base. Absent as well: all."),
            ], output: .run, ability: .gitCommit, events: [.branchUpdated],
            example: ["run": exampleRun, "files": ["style.css"]]
        ) { call in
            try .changed(await call.engine.revert(try call.id(), try call.decode(RevertRun.self), by: call.actor))
        },
        Operation(
            "runs.deletefile", .post("/api/runs/{run}/delete-file"),
            summary: "Takes a file out of a run's worktree, and commits that.",
            input: [.subject(Run.self), .required("path", .filePath), .optional("message", .prompt)], output: .run,
            ability: .gitCommit, events: [.commitCreated], example: ["run": exampleRun, "path": "src/unused.ts"]
        ) { call in
            try .changed(
                await call.engine.deleteFile(
                    call.text("path") ?? "", of: try call.id(), message: call.text("message"), by: call.actor))
        },
        Operation(
            "commits.get", .get("/api/runs/{run}/commits/{commit}"), .get("/api/projects/{project}/commits/{commit}"),
            summary: "Shows a commit of a project's repository.",
            input: filePlace + [.required("commit", .branch, "Its id, or any name of it.")], output: .runCommit,
            ability: .projectRead, example: ["run": exampleRun, "commit": "HEAD"]
        ) { call in
            let commit = try await call.engine.commitInfo(call.text("commit") ?? "", at: call.filePlace())
            return OperationAnswer(data: try WireJSON.encode(commit))
        },
        Operation(
            "commits.compare", .get("/api/runs/{run}/commits/{commit}/compare"),
            summary: "Shows how a run's branch stands to a commit.",
            input: [.subject(Run.self), .required("commit", .branch)], output: .commitComparison, ability: .projectRead,
            example: ["run": exampleRun, "commit": "main"]
        ) { call in
            let comparison = try await call.engine.compareCommit(call.text("commit") ?? "", of: call.id())
            return OperationAnswer(data: try WireJSON.encode(comparison))
        },
        Operation(
            "runs.blame", .get("/api/runs/{run}/blame"),
            summary: "Shows which commits the lines of a file are of, as the worktree has it.",
            input: [
                .subject(Run.self), .required("path", .filePath), .optional("line", .lineNumber, "Absent: 1."),
                .optional("count", .integer(1...Int64(Limits.eventPageMax)), "Lines; absent: 1."),
            ], output: .array(.blameLine, max: nil), ability: .projectRead,
            example: ["run": exampleRun, "path": "Sources/main.swift", "line": 12]
        ) { call in
            let first = call.input["line"]?.integer.map(Int.init) ?? 1
            let count = call.input["count"]?.integer.map(Int.init) ?? 1
            let lines = try await call.engine.blame(
                call.text("path") ?? "", of: call.id(), lines: first...(first + count - 1))
            return OperationAnswer(data: try WireJSON.encode(lines))
        },
        Operation(
            "reviews.submit", .post("/api/runs/{run}/reviews"),
            summary: "Approves or rejects a run's work, or remarks on it; remarks go to the agent as one message.",
            input: [
                .subject(Run.self), .required("verdict", .choice(of: Review.Verdict.self)),
                .optional("notes", .message),
                .optional(
                    "comments",
                    .array(.reviewComment, max: .items(Limits.reviewCommentsMax, "reviewCommentsMax")),
                    "On lines of the run's diff."),
                .optional(
                    "tell", .boolean, "Whether the agent is told. Absent: where something is said, but in an approval."),
                .optional("commit", .boolean, "With an approval: what is not committed yet is."),
            ], output: .review, success: .created, ability: .gitCommit, rateGroup: .starting,
            events: [.reviewSubmitted, .runUpdated, .runQueued, .commitCreated],
            example: [
                "run": exampleRun, "verdict": "rejected",
                "comments": [["path": "style.css", "line": 12, "text": "Use the variable."]],
            ]
        ) { call in
            let review = try await call.engine.submitReview(
                of: try call.id(), try call.decode(SubmitReview.self), by: call.actor)
            return OperationAnswer(
                data: try review.json ?? WireJSON.encode(review.value), position: review.position,
                location: "/api/runs/\(review.value.runId)/reviews")
        },
        Operation(
            "reviews.list", .get("/api/runs/{run}/reviews"), summary: "Lists the reviews of a run, the newest first.",
            input: [.subject(Run.self)], output: .array(.review, max: nil), ability: .projectRead,
            example: ["run": exampleRun]
        ) { call in
            let id: Run.ID = try call.id()
            return try await call.read { reader in
                let run = try reader.required(id)
                return .list(try reader.reviews(of: id, as: Stored<Review>.self), at: try reader.position(of: run))
            }
        },
    ]
}
