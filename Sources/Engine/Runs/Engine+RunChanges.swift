import Agents
package import Journal
package import Model

// What of a run is changed beside its state.
extension Engine {
    /// Pins a run or lets it go: events of a pinned one stay readable, from the oldest that is kept now. Changes how soon it
    /// starts, and what it may consume; of a draft also what it is told, by whom it is done and where its work is to go.
    package func updateRun(_ id: Run.ID, _ input: UpdateRun, by actor: Actor) async throws -> Committed<Run> {
        try requirePriority(input.priority)
        if input.changesTask { try await check(input, of: id) }
        let updated = try await change(id, by: actor, verb: "update") { [catalog] run, tx in
            try requireVersion(input.version, run.version, of: "run \(id)")
            if input.changesTask {
                guard run.status == .draft else { throw Run.notADraft(run) }
                // Somebody else may have given it to another agent meanwhile.
                let (provider, options) = (input.provider ?? run.provider, input.options(of: run))
                let wrong = try catalog.program(for: provider).check(options)
                guard wrong.isEmpty else { throw HubError.invalid(wrong) }
                run.hand(to: provider, with: options)
                if input.provider != nil || input.options != nil { run.profile = nil }
                if let prompt = input.prompt { run.prompt = prompt }
                if let branch = input.targetBranch { run.targetBranch = branch }
            }
            switch input.pinned {
            case true?: if run.pinnedFrom == nil { run.pinnedFrom = try tx.oldestSeq(of: .project(run.projectId)) }
            case false?: run.pinnedFrom = nil
            case nil: break
            }
            if let priority = input.priority { run.priority = priority == 0 ? nil : priority }
            if let budget = input.budget { run.budget = budget.isEmpty ? nil : budget }
            run.touch(at: tx.now)
            try tx.put(run, as: .runUpdated)
        }
        scheduler.kick()
        return updated
    }

    /// Before anything is changed: what a draft is to be must be possible on this machine.
    private func check(_ input: UpdateRun, of id: Run.ID) async throws {
        let run = try await journal.read { try $0.required(id) }
        guard run.status == .draft else { throw Run.notADraft(run) }
        let program = try catalog.program(for: input.provider ?? run.provider)
        let wrong = program.check(input.options(of: run))
        guard wrong.isEmpty else { throw HubError.invalid(wrong) }
        try requireAvailable(program)
        try await requireIsolation(run.isolation, in: run.projectId, for: program.provider)
        if let branch = input.targetBranch { try await requireBranch(branch, in: run.projectId) }
        guard input.prompt?.isEmpty != true || program.provider == .command else {
            throw HubError.invalid("/prompt", "must not be empty")
        }
    }
}

extension Run {
    fileprivate static func notADraft(_ run: Run) -> HubError {
        .illegal("changing what it is to do", "run \(run.id)", currentStatus: run.status.rawValue)
    }
}

extension UpdateRun {
    fileprivate var changesTask: Bool {
        prompt != nil || provider != nil || options != nil || targetBranch != nil
    }

    /// Another agent's options are its own.
    fileprivate func options(of run: Run) -> RunOptions {
        options ?? (provider ?? run.provider == run.provider ? run.options : RunOptions())
    }
}
