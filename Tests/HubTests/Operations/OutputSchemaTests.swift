import Agents
import Engine
import Journal
import Model
import Testing
import Wire

@testable import Hub

/// The output schemas are written by hand beside the entities; here they are held against what the entities encode to.
@Suite("Output schemas")
struct OutputSchemaTests {
    static let ulid = ULID(milliseconds: 1, randomHigh: 2, randomLow: 3)
    static let time = "2026-01-01T00:00:00.000Z"
    static let now = Timestamp(millisecondsSince1970: 1_700_000_000_000)

    /// Every entity with all that it can have, and bare.
    static let samples: [(String, Schema, JSONValue)] = {
        do { return try makeSamples() } catch { return [("\(error)", .empty, nil)] }
    }()

    @Test("fit a whole entity, and name no member that it does not have", arguments: samples)
    func whole(name: String, schema: Schema, sample: JSONValue) {
        #expect(schema.validate(sample) == [], "\(name)")
        let optional = Set(schema.fields.filter { !$0.isRequired }.map(\.name))
        let bare = sample.object?.filter { !optional.contains($0.key) } ?? [:]
        #expect(schema.validate(.object(bare)) == [], "\(name) without what is optional")
        let known = Set(schema.fields.map(\.name)).subtracting(Self.lateMembers)
        #expect(known.isSubset(of: Set((sample.object ?? [:]).keys)), "\(name)")
    }

    /// Set by the lifecycle's own rules only, which no sample can play at once.
    private static let lateMembers: Set = [
        "waitingFor", "waitingUntil", "failure", "interruptedReason", "pause", "retries", "runningMs", "runningSince",
    ]

    private static func draft(of run: Run) -> Draft {
        var draft = Draft(
            id: .init(ulid), of: run, type: .retry, text: "t", version: 2, by: Actor(.user), at: now)
        (draft.processId, draft.resetGit, draft.queued, draft.sentAt) = (.init(ulid), true, true, now)
        return draft
    }

    private static func json(_ value: some Encodable) throws -> JSONValue {
        try WireJSON.parse(try WireJSON.encode(value))
    }

    private static func makeSamples() throws -> [(String, Schema, JSONValue)] {
        var project = Project(
            id: .init(ulid), slug: "s", name: "n", path: "/p", defaultBranch: "main", maxConcurrentRuns: 2, at: now)
        (project.archivedAt, project.budget) = (now, budget)
        project.organizationId = .init(ulid)
        (project.repositoryUrl, project.error, project.jobId) = ("https://h/r", "e", .init(ulid))
        (project.copyFiles, project.branchTemplate) = ([".env"], "b/{id}")
        project.stall = StallRule(afterSeconds: 60, action: .nudge)
        project.scripts = Scripts(
            setup: Script(argv: ["sh"], text: "t", timeoutSeconds: 1, terminal: screen),
            own: [Script(name: "n", argv: ["sh"])])
        let column = BoardColumn(
            id: .init(ulid), projectId: project.id, boardId: .init(ulid), name: "c", type: .active, prompt: "p",
            wipLimit: 3, position: 1, at: now)
        var card = Card(
            id: .init(ulid), projectId: project.id, boardId: .init(ulid), columnId: column.id, title: "t", prompt: "p",
            labels: ["l"], position: 1.5, at: now)
        (card.budget, card.autoMode, card.parked) = (budget, true, true)
        (card.parentId, card.blockedBy) = (.init(ulid), [.init(ulid)])
        card.pipeline = [Card.PipelineStep(columnId: column.id, prompt: "p")]
        card.deferred = Deferral(until: now, whenUnblocked: true)
        return [
            ("Project", .project, try json(project)),
            ("Policy", .policy, try json(policy(of: project.id))),
            ("Board", .board, try json(Board(id: .init(ulid), projectId: project.id, name: "b", position: 1, at: now))),
            ("Column", .column, try json(column)), ("Card", .card, try json(card)),
            ("Run", .run, try json(run(card))), ("PullRequest", .pullRequest, try json(pullRequest)),
            ("Spending", .spending, try json(Spending(spent: budget, budget: budget))),
            ("Asked", .asked, try json(AskedRun(run: run(card), answer: "a"))),
            (
                "Profile", .profile,
                try profile(of: project.id)
            ),
            (
                "Provider", .provider,
                try json(
                    ProviderInfo(
                        id: .codex, title: "t", available: true, path: "/p", version: "1", versionState: .known,
                        checkedAt: now, interfaces: ["a"], interface: "a", models: ["m"], permissionModes: ["plan"],
                        supports: AgentAbilities()))
            ),
            (
                "BotAssignment", .botAssignment,
                try json(
                    BotAssignment(
                        lease: lease, run: run(card), processId: .init(ulid), prompt: "p",
                        attachments: [.init(ulid)], sessionId: "s", workingDirectory: "/w"))
            ),
            (
                "BotOrders", .botOrders,
                try json(
                    BotOrders(
                        lease: lease, status: .running, state: .work,
                        messages: [["type": "message", "text": "t"], ["type": "interrupt"]], next: 3))
            ),
            (
                "BotReceipt", .botReceipt,
                try json(BotReceipt(lease: lease, status: .running, state: .work, received: 2))
            ),
            (
                "TranscriptFile", .transcriptFile,
                try json(
                    TranscriptFile(
                        provider: .codex, sessionId: "s", path: "/p", byteCount: 1, workingDirectory: "/w",
                        startedAt: now, updatedAt: now, firstWords: "w", projectId: project.id, runId: .init(ulid)))
            ),
            ("Process", .process, try json(process(card))),
            ("Approval", .approval, try json(approval(card))), ("Entry", .entry, try json(entry(card))),
            ("Consumer", .consumer, try json(consumer(card))),
            (
                "Attachment", .attachment,
                try json(
                    Model.Attachment(
                        id: .init(ulid), projectId: card.projectId, cardId: card.id, filename: "f",
                        contentType: "text/plain", byteCount: 1,
                        hash: ContentHash(digest: Array(0..<32)), at: now))
            ),
            ("SearchHit", .searchHit, try searchHit(card)),
            (
                "ProcessOutput", .processOutput,
                ["stream": "stdout", "offset": 0, "text": "t", "nextOffset": 1, "isEnd": false]
            ),
            ("Credential", .credential, try credential(card)),
            ("Draft", .draft, try json(draft(of: run(card)))),
            (
                "Tag", .tag,
                try json(
                    Model.Tag(
                        id: .init(ulid), project: project.id, type: .command, name: "n", description: "d",
                        content: "c", at: now))
            ),
            (
                "Template", .template,
                try json(
                    Template(id: .init(ulid), name: "n", columns: [.init(name: "c", type: .done)], at: now))
            ),
            (
                "Preference", .preference,
                try json(
                    Preference(
                        id: .init(ulid), of: .init(ulid), project: project.id, key: "k", value: ["a": 1], at: now))
            ),
            (
                "CardView", .cardView,
                try json(CardView(id: "cvw_1", projectId: project.id, cardId: card.id, version: 2, viewedAt: now))
            ),
            (
                "ExpandedPrompt", .expandedPrompt, try json(ExpandedPrompt(text: "t", used: ["/a"]))
            ),
            (
                "BoardTemplate", .boardTemplate,
                try json(BoardTemplate(id: "i", name: "n", columns: [.init(name: "c", type: .done)], version: 1))
            ),
            ("Job", .job, try job(card.projectId)),
            ("JobLine", .jobLine, try json(JobLine(index: 0, ts: now, text: "t"))),
            ("User", .user, try json(user)), ("Token", .token, try json(token)),
            (
                "Member", .member,
                try json(Member(id: .init(ulid), projectId: project.id, user: user, role: .editor, at: now))
            ),
            (
                "AuthStatus", .authStatus,
                try json(AuthStatus(needsSetup: false, isAuthenticated: true, user: user))
            ),
            ("PasswordMade", .passwordMade, try json(PasswordMade(user: user, generatedPassword: "p"))),
            ("UserFound", .userFound, try json(UserFound(user))),
            ("Organization", .organization, try json(Organization(id: .init(ulid), name: "o", at: now))),
            ("Seat", .seat, try json(Seat(id: .init(ulid), in: .init(ulid), user: user, role: .owner, at: now))),
            ("Snapshot", .snapshot, try decoded(WorkSnapshot.self, from: snapshot)),
            ("Commit", .runCommit, try decoded(RunCommit.self, from: commit)),
            ("Branch", .runBranch, try decoded(RunBranch.self, from: branch)),
            (
                "DiffUpdate", .diffUpdate,
                try decoded(
                    DiffUpdate.self,
                    from: [
                        "id": "dif_1", "runId": .string("run_\(ulid)"), "filesChanged": 1, "additions": 2,
                        "deletions": 3,
                    ])
            ),
            (
                "ChangedFiles", .changedFiles,
                try decoded(
                    ChangedFiles.self,
                    from: [
                        "id": "fch_1", "runId": .string("run_\(ulid)"), "count": 2,
                        "files": [["path": "p", "kind": "added"]],
                    ])
            ),
            (
                "FileListing", .fileListing,
                try decoded(
                    FileListing.self,
                    from: ["files": [["path": "p", "kind": "file", "byteCount": 1]], "truncated": false])
            ),
            (
                "FileText", .fileText,
                try decoded(
                    FileText.self,
                    from: ["path": "p", "byteCount": 1, "offset": 0, "text": "t", "base64": "dA==", "tag": "1-2"])
            ),
            (
                "FileMatches", .fileMatches,
                try decoded(
                    FileMatches.self, from: ["matches": [["path": "p", "line": 1, "text": "t"]], "truncated": true])
            ),
            ("FileChange", .fileChange, try decoded(FileChange.self, from: ["path": "p", "tag": "1", "undo": "s"])),
            (
                "FolderListing", .folderListing,
                try decoded(
                    FolderListing.self,
                    from: [
                        "path": "/p", "parent": "/", "truncated": false,
                        "folders": [["name": "n", "path": "/p/n", "repository": true, "modifiedAt": .string(time)]],
                        "files": [["name": "f", "path": "/p/f", "byteCount": 1, "modifiedAt": .string(time)]],
                    ])
            ),
            (
                "CardState", .cardState,
                try decoded(
                    CardState.self,
                    from: [
                        "id": .string("crd_\(ulid)"), "title": "t", "status": "done",
                        "boardId": .string("brd_\(ulid)"), "columnId": .string("col_\(ulid)"), "columnName": "c",
                        "position": 1, "version": 1, "hasActiveRun": true, "hasMergedRun": true,
                        "lastRunFailed": true,
                        "runs": [
                            [
                                "id": .string("run_\(ulid)"), "status": "failed", "provider": "demo",
                                "merge": "merged",
                            ]
                        ],
                    ])
            ),
            (
                "RepositoryListing", .repositoryListing,
                try decoded(RepositoryListing.self, from: ["repositories": ["/p"], "truncated": false])
            ),
            (
                "ProjectBranch", .projectBranch,
                try decoded(
                    ProjectBranch.self,
                    from: [
                        "name": "b", "remote": true, "current": false, "commit": "c",
                        "committedAt": "2026-01-01T00:00:00.000Z", "subject": "s",
                    ])
            ),
            (
                "FoundPlace", .foundPlace,
                try decoded(
                    FoundPlace.self,
                    from: [
                        "projectId": .string("prj_\(ulid)"), "runId": .string("run_\(ulid)"), "top": "/t", "path": "p",
                    ])
            ),
            ("FileComparison", .runFile, try decoded(RunFile.self, from: ["path": "p", "old": file, "new": file])),
            ("Review", .review, try json(review(card))),
            ("Session", .session, try json(session(card))),
            ("RunSummary", .runSummary, try decoded(RunSummary.self, from: summary)),
            ("CommitComparison", .commitComparison, try decoded(CommitComparison.self, from: comparison)),
            ("BlameLine", .blameLine, try decoded(RunBlameLine.self, from: blame)),
            ("Diff", .diff, try json(try WireJSON.decode(RunDiff.self, from: diff))),
        ]
    }

    private static let budget = Budget(tokens: 1, costUsd: 0.5, runningMs: 2, outputBytes: 3)

    private static let lease = BotLeaseTold(token: 1, leaseMs: 30_000, dueAt: now)

    private static let user = {
        var user = User(id: .init(ulid), name: "ada", type: .person, role: .admin, at: now)
        user.mustChangePassword = true
        return user
    }()

    private static let token = {
        var token = Token(id: .init(ulid), userId: user.id, name: "t", at: now)
        (token.abilities, token.projects, token.expiresAt) = ([.projectRead], [.init(ulid)], now)
        return token
    }()

    private static func consumer(_ card: Card) -> Consumer {
        var consumer = Consumer(
            id: .init(ulid), projectId: card.projectId, name: "c",
            filter: .init(topics: ["card"], types: ["card.moved"], cardId: card.id, runId: .init(ulid)),
            ackWaitMs: 1_000, inFlightMax: 1, deliveriesMax: 1, webhookUrl: "https://receiver.example", at: now)
        let position = JournalPosition(epoch: "k3v9x2qa", seq: 1)
        consumer.gap = Consumer.Gap(from: position, to: position, reason: .epoch)
        consumer.statusReason = "r"
        return consumer
    }

    private static func searchHit(_ card: Card) throws -> JSONValue {
        let hit = SearchHit(
            subject: .entry(entry(card)), title: SearchParts(marked: "t"), snippet: SearchParts(marked: "s"), rank: 0.5)
        return try WireJSON.parse(hit.json)
    }

    private static func job(_ project: Project.ID) throws -> JSONValue {
        var job = Job(id: .init(ulid), kind: .backup, projectId: project, by: .local, at: now)
        try job.begin(at: now)
        try job.fail(Job.Failure(.failed, "d"), at: now)
        guard case .object(var members) = try json(job) else { return nil }
        // No job has both.
        members["result"] = ["backup": "b"]
        return .object(members)
    }

    private static func decoded<Value: Codable>(_: Value.Type, from sample: JSONValue) throws -> JSONValue {
        try json(try WireJSON.decode(Value.self, from: sample))
    }

    private static let snapshot: JSONValue = [
        "id": "snp_01JD6Z5Z0A0000000000000000", "projectId": .string("prj_\(ulid)"),
        "runId": .string("run_\(ulid)"), "kind": "auto", "note": "n",
        "ref": "r", "commit": "c", "head": "h", "createdAt": "2026-11-25T18:15:02.417Z",
    ]

    private static let commit: JSONValue = [
        "id": "c", "parents": ["p"], "authorName": "n", "authorEmail": "e", "authoredAt": "2026-11-25T18:15:02.417Z",
        "committedAt": "2026-11-25T18:15:02.417Z", "subject": "s", "body": "b",
    ]

    private static let branch: JSONValue = [
        "id": "bst_1", "runId": .string("run_\(ulid)"), "branch": "b", "head": "h", "targetBranch": "main", "ahead": 1,
        "behind": 2, "upstream": "origin/b",
        "remoteAhead": 1, "remoteBehind": 2, "changed": 1, "untracked": 1, "operation": "rebase",
        "conflictedFiles": [["path": "p", "kind": "bothModified"]],
    ]

    private static let comparison: JSONValue = ["head": "a", "commit": "b", "ahead": 1, "behind": 0, "isLinear": true]

    private static let blame: JSONValue = [
        "line": 1, "commit": "c", "originalLine": 2, "authorName": "n", "authorEmail": "e",
        "authoredAt": "2026-11-25T18:15:02.417Z", "subject": "s", "text": "t",
    ]

    private static func review(_ card: Card) -> Review {
        Review(
            id: .init(ulid), of: run(card), verdict: .rejected, notes: "n",
            comments: [.init(path: "p", side: .old, line: 1, endLine: 2, text: "t")], isTold: true, by: .local, at: now)
    }

    private static func session(_ card: Card) -> Session {
        var session = Session(id: .init(ulid), of: run(card), about: card, by: .local, at: now)
        session.proposal = "p"
        _ = session.close(as: .accepted, at: now)
        return session
    }

    private static let summary: JSONValue = [
        "id": "sum_1", "runId": .string("run_\(ulid)"), "runVersion": 1, "asked": "a", "status": "failed",
        "failure": ["class": "agent", "message": "m", "until": "2026-11-25T18:15:02.417Z"], "interruptedReason": "r",
        "lastWords": "w", "stats": ["filesChanged": 1, "additions": 2, "deletions": 0],
        "changedFiles": [["path": "p", "kind": "added", "additions": 1, "deletions": 0]], "tests": ["t"], "docs": ["d"],
        "commands": [["line": "l", "status": "failed", "exitCode": 1]],
        "processes": [
            ["id": .string("prc_\(ulid)"), "reason": "codingagent", "status": "completed", "exitCode": 0]
        ],
        "approvals": ["approved": 1, "denied": 2, "unanswered": 3, "pending": 0],
        "usage": [
            "inputTokens": 1, "outputTokens": 2, "cacheReadTokens": 3, "cacheCreationTokens": 4,
            "costUsd": .number(0.5),
        ],
        "runningMs": 1, "risks": ["r"], "truncated": true, "text": "t", "textRunId": .string("run_\(ulid)"),
    ]

    private static let file: JSONValue = ["kind": "file", "byteCount": 1, "text": "t", "binary": false]

    private static let diff: JSONValue = [
        "stats": ["filesChanged": 1, "additions": 2, "deletions": 0], "truncated": false,
        "files": [
            [
                "path": "b", "oldPath": "a", "kind": "renamed", "additions": 2, "deletions": 0, "binary": false,
                "patch": "+x", "truncated": false,
            ]
        ],
    ]

    private static func run(_ card: Card) -> Run {
        var run = Run(
            id: .init(ulid), projectId: card.projectId, cardId: card.id, provider: .claudeCode,
            options: RunOptions(
                model: "m", argv: ["a"], permissionMode: "plan", arguments: ["--x"],
                mcpServers: [
                    "s": MCPServer(argv: ["p"], environment: ["E": "v"], url: "http://h", headers: ["H": "v"])
                ],
                bot: "b", onLeaseLost: .interrupt),
            prompt: "p", targetBranch: "main", at: now)
        run.profile = "careful"
        run.pullRequest = pullRequest
        (run.review, run.approvedWork) = (.approved, Run.ApprovedWork(head: "h", tree: "t"))
        (run.merge, run.conflict) = (
            .conflict, Run.Conflict(operation: "rebase", files: [.init(path: "p", kind: "bothModified")])
        )
        (run.attachments, run.nextAttachments, run.kind) = ([.init(ulid)], [.init(ulid)], .imported)
        (run.branch, run.baseCommit, run.headCommit, run.mergeCommit) = ("b", "c", "d", "e")
        run.isolation = Isolation(.docker, network: false, image: "i")
        (run.worktreePath, run.sessionId, run.summary, run.nextPrompt) = ("/w", "s", "t", "n")
        run.sessionCostUsd = 0.5
        run.usage = Usage(inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheCreationTokens: 4, costUsd: 0.5)
        (run.pinnedFrom, run.approvesAll, run.setUpPath, run.createdBy) = (1, true, "/w", .local)
        (run.relaunchOf, run.summaryRunId, run.purpose) = (.init(ulid), .init(ulid), .plan)
        run.queue = .init(position: 1, heldBy: .quota, heldUntil: now)
        (run.budget, run.priority, run.outputBytes, run.stalledSince) = (budget, 1, 5, now)
        run.diff = DiffStats(filesChanged: 1, additions: 2, deletions: 3)
        (run.queuedAt, run.startedAt, run.endedAt) = (now, now, now)
        return run
    }

    private static let pullRequest = PullRequest(
        number: 1, url: "https://github.com/o/r/pull/1", title: "t", state: .open, isDraft: true, baseBranch: "main",
        mergeCommit: "c")

    private static func process(_ card: Card) -> ChildProcess {
        var process = ChildProcess(
            id: .init(ulid), projectId: card.projectId, cardId: card.id, runId: .init(ulid), reason: .codingagent,
            argv: ["a"], at: now)
        (process.pid, process.exitCode, process.signal, process.detail) = (1, -1, 9, "d")
        (process.ports, process.stopAt, process.terminal) = ([8080], now, screen)
        process.usage = ProcessUsage(userMs: 1, systemMs: 2, wallMs: 3, residentBytesMax: 4)
        (process.beforeCommit, process.afterCommit, process.endedAt) = ("b", "a", now)
        (process.droppedAt, process.bot, process.attachments) = (now, "b", [.init(ulid)])
        process.script = "s"
        return process
    }

    private static func credential(_ card: Card) throws -> JSONValue {
        let owner = CredentialOwner.card(card.id, in: card.projectId)
        let credential = Credential(id: .init(ulid), of: owner, variable: "V", name: "n", at: now)
        guard case .object(var members) = try json(credential) else { return nil }
        // No credential has all.
        members["userId"] = .string(user.id.rawValue)
        members["organizationId"] = .string("org_\(ulid)")
        return .object(members)
    }

    private static func profile(of project: Project.ID) throws -> JSONValue {
        let profile = Profile(
            id: .init(ulid), of: .project(project), name: "n", provider: .codex, options: RunOptions(), at: now)
        guard case .object(var members) = try json(profile) else { return nil }
        // It is of one or the other.
        members["organizationId"] = .string("org_\(ulid)")
        return .object(members)
    }

    private static func policy(of project: Project.ID) -> Policy {
        var policy = Policy(of: project, at: now)
        (policy.allowHost, policy.requireReview, policy.autoGitPush) = (true, true, true)
        return policy
    }

    private static let screen = ScreenSize(columns: 80, rows: 24)

    private static let asked: JSONValue = [
        "questions": [["question": "q", "header": "h", "options": [["label": "l", "description": "d"]]]]
    ]

    private static func approval(_ card: Card) throws -> Approval {
        var approval = Approval(
            id: .init(ulid), projectId: card.projectId, cardId: card.id, runId: .init(ulid), processId: .init(ulid),
            requestKey: "k", type: .question, title: "t", tool: "Bash", input: asked, at: now, expiresAt: now)
        try approval.decide(
            .init(.approve, scope: .once, reason: "r", edited: ["command": "ls -l"], answers: ["q": "a"]), by: .local,
            rule: "r", at: now)
        return approval
    }

    private static func entry(_ card: Card) -> Entry {
        let tool = ToolUse(
            name: "Bash", action: .commandRun, status: .success, title: "ls", input: ["command": "ls"], output: "x")
        let content = EntryContent(
            .toolUse, text: "t", tool: tool, items: [PlanItem(text: "i", status: .inProgress)],
            usage: Usage(costUsd: 1), stream: .stdout)
        return Entry(
            id: .init(ulid), projectId: card.projectId, cardId: card.id, runId: .init(ulid), processId: .init(ulid),
            index: 0, content: content, at: now)
    }
}
