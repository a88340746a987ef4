import Agents
import Journal
import Keeper
import Model
import Repository

// The beginning of a process: its worktree, its command line, its first words.
extension RunContext {
    enum Preparation {
        case ready
        case refused(ProcessEnd)
    }

    /// Makes the worktree, and writes down what the process will be started with and told. Done again after a crash,
    /// it finds what is there and goes on.
    func prepare(_ process: ChildProcess) async throws -> Preparation {
        let (run, project, card) = try await journal.read { reader in
            let run = try reader.required(process.runId)
            return (run, try reader.required(run.projectId), try run.cardId.flatMap { try reader.get($0) })
        }
        guard run.holdsPlace else {
            return .refused(.notStarted("the run was ended before its agent was started", isOurs: true))
        }
        let place: Place
        do {
            place = try await makePlace(for: run, in: project, title: card?.title ?? run.prompt)
        } catch let error as HubError {
            return .refused(.notStarted("the worktree could not be made: \(error.detail)", isOurs: true))
        }
        var left: String?
        // Made again after a hub died here, it gets what is missing.
        if run.worktreePath == nil, run.purpose == nil, let worktree = place.worktree {
            do {
                left = try await copyFiles(of: project, into: worktree)
            } catch let error as HubError {
                // Trying again does not help: somebody has to put it right.
                return .refused(
                    .notStarted("the project's copyFiles could not be copied: \(error.detail)", isOurs: false))
            }
        }
        let folder = place.worktree ?? project.path
        let given = run.nextPrompt == nil ? run.attachments : run.nextAttachments
        let files: [TurnFile]
        do {
            let store = PromptFiles(settings)
            let rows = try await promptFiles(given)
            files = try store.given(rows, in: folder)
            let launch = try catalog.program(for: run.provider).launch(
                TurnStart(prompt: "", options: run.options, workingDirectory: folder))
            try store.place(rows, and: launch.files, in: folder)
        } catch let error as HubError {
            return .refused(.notStarted("its files could not be put where it works: \(error.detail)", isOurs: true))
        }
        // A worktree that has just been made holds nothing but its branch.
        var isSaved = false
        if run.worktreePath != nil, let worktree = place.worktree {
            isSaved = await saveBeforeTurn(process, in: worktree)
        }
        let preparation: Preparation? = try await journal.change(.project(project.id), by: .system) {
            [catalog, settings, isSaved, left] tx in
            var run = try tx.required(run.id)
            guard var process = try tx.get(process.id), process.status == .queued else { return .ready }
            // Somebody has said more meanwhile, with other files.
            guard !run.holdsPlace || (run.nextPrompt == nil ? run.attachments : run.nextAttachments) == given else {
                return nil
            }
            run.move(into: place)
            guard run.holdsPlace else {
                // What it was to be told is there for whoever is started next.
                run.touch(at: tx.now)
                try tx.put(run, as: .runUpdated)
                return .refused(.notStarted("the run was ended before its agent was started", isOurs: true))
            }
            let start = TurnStart(
                prompt: run.nextPrompt ?? run.prompt, options: run.options, resume: run.sessionId,
                nextIndex: try tx.entryCount(of: run.id), costBefore: run.sessionCostUsd,
                workingDirectory: folder, files: files.isEmpty ? nil : files)
            (run.nextPrompt, run.nextAttachments) = (nil, nil)
            run.touch(at: tx.now)
            try tx.put(run, as: isSaved ? .snapshotCreated : .runUpdated)
            let program = try catalog.program(for: run.provider)
            process.argv = program.launch(start).argv
            (process.prompt, process.attachments) = (start.prompt, given)
            process.beforeCommit = run.headCommit ?? place.base
            process.status = .running
            process.updatedAt = tx.now
            try tx.put(process, as: .processUpdated)
            var turn = try Turn(
                starting: process, of: run, in: try tx.required(run.projectId), with: program.dialogue(start), tx: tx,
                settings: settings)
            if let left { try turn.note(.systemMessage, left) }
            try turn.store()
            return .ready
        }.value
        guard let preparation else { return try await prepare(process) }
        return preparation
    }

    /// Where a run's agent works: nothing of it for one that works in the project's own folder.
    fileprivate struct Place {
        var branch: String?
        var worktree: String?
        var base: String?
    }

    private func makePlace(for run: Run, in project: Project, title: String) async throws -> Place {
        guard run.isolationKind != .host else { return Place() }
        let branch = try run.branch ?? project.branchName(for: run, title: title)
        let path = run.worktreePath ?? settings.worktreePath(of: run)
        let base = try await inHubTerms {
            // By its whole name: a tag may have the same short one.
            try await git.addWorktree(
                project.path, path: path, branch: branch, from: "refs/heads/" + run.targetBranch)
        }
        return Place(branch: branch, worktree: path, base: base)
    }

    /// What the keeper is told; nil when the run was ended meanwhile.
    func launchSpecification(of process: ChildProcess.ID) async throws -> LaunchSpecification? {
        guard let (launch, run) = try await plainLaunch(of: process) else { return nil }
        return try isolated(launch, of: process, in: run)
    }

    /// The same without what keeps it apart.
    func plainLaunch(of process: ChildProcess.ID) async throws -> (LaunchSpecification, Run)? {
        let found = try await journal.read { reader in
            try reader.get(process).map { process in
                let run = try reader.required(process.runId)
                return (process, run, try reader.required(run.projectId), try secrets(of: run, reader))
            }
        }
        guard let (process, run, project, secrets) = found, run.holdsPlace,
            let folder = run.workingDirectory(in: project)
        else { return nil }
        let start = TurnStart(
            prompt: process.prompt ?? run.prompt, options: run.options, resume: run.sessionId, workingDirectory: folder,
            files: try PromptFiles(settings).given(try await promptFiles(process.attachments), in: folder))
        let environment = catalog.environment(for: run.provider, start: start, inherited: settings.environment)
        let launch = LaunchSpecification(
            arguments: process.argv, environment: environment.merging(secrets) { $1 }, workingDirectory: folder,
            outputByteCountMax: UInt64(settings.processOutputBytesMax),
            wallMsMax: UInt64(settings.limits.agentProcessSeconds) * 1_000, secrets: Array(secrets.values))
        return (launch, run)
    }

    /// Notes the process's number once it runs.
    func started(_ process: ChildProcess.ID, pid: Int) async throws {
        let known = try await journal.read { try $0.get(process) }
        guard let known, known.pid != pid else { return }
        try await journal.change(.project(known.projectId), by: .system) { tx in
            guard var row = try tx.get(process) else { return }
            row.pid = pid
            row.updatedAt = tx.now
            try tx.put(row, as: .processUpdated)
        }
    }
}

extension Run {
    /// Has its next agent work there. What had landed, or was nothing, is over once one begins.
    fileprivate mutating func move(into place: RunContext.Place) {
        // Its branch is gone, and this is a new one of the same name.
        let isNew = worktreePath == nil && mayLoseBranch
        let head = isNew ? nil : headCommit
        if isNew || (holdsPlace && merge.hasLanded) { forgetWork() }
        (branch, worktreePath, headCommit) = (place.branch, place.worktree, head)
        baseCommit = baseCommit ?? place.base
    }
}
