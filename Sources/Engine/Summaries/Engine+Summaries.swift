package import Journal
import Logging
package import Model

extension Engine {
    /// What a run came to so far. Of a settled run it is made once for each of its versions.
    package func summary(of id: Run.ID) async throws -> RunSummary {
        let run = try await journal.read { try $0.required(id) }
        var summary: RunSummary
        if let known = summaries.summary(of: run) {
            summary = known
        } else {
            summary = RunSummary(
                of: run, try await journal.read { try RunFacts(of: run, in: $0) }, changes: try await changes(of: run))
            if run.status.isSettled { summaries.keep(summary) }
        }
        if let by = run.summaryRunId, let words = try await journal.read({ try $0.summaryWords(by: by) }) {
            (summary.text, summary.textRunId) = (words, by)
        }
        return summary
    }

    /// Has an agent say in words what a run came to: a run of its own, which changes nothing. Its answer is the summary's text.
    /// - Throws: `HubError` `.illegalTransition` for one that has done nothing yet, or does something now.
    package func summarise(
        _ id: Run.ID, _ input: SummariseRun, by actor: Actor
    ) async throws -> Committed<Run> {
        let summary = try await summary(of: id)
        let told = SummaryPrompt.make(summary)
        let asked = CreateRun(
            provider: input.provider, profile: input.profile, options: input.options, start: true, budget: input.budget)
        let run = try await journal.read { try $0.required(id) }
        let made = try await makeRun(run.projectId, asked, for: .summary, by: actor) { tx in
            let run = try tx.required(id)
            guard run.status.isSettled || run.status == .paused, run.purpose == nil else {
                throw HubError.illegal("summarise", "run \(id)", currentStatus: run.status.rawValue)
            }
            return (nil, told, ())
        } then: { made, _, tx in
            var run = try tx.required(id)
            run.summaryRunId = made.id
            run.touch(at: tx.now)
            try tx.put(run, as: .runUpdated)
            return made
        }
        scheduler.kick()
        return made
    }

    private func changes(of run: Run) async throws -> RunDiff? {
        guard run.baseCommit != nil, run.branch != nil else { return nil }
        do {
            return try await diff(of: run.id, Comparison(patches: false))
        } catch let error as HubError where [.gitFailed, .illegalTransition, .notARepository].contains(error.code) {
            // Its branch may be gone; the rest is told all the same.
            return nil
        }
    }
}

extension RunContext {
    /// Tells what a run came to when a process of it has ended and nothing of it goes on.
    func tellSummary(of id: Run.ID, changes: RunDiff?) async {
        do {
            let found = try await journal.read { reader in
                let run = try reader.required(id)
                return (run, run.status.isSettled && run.purpose == nil ? try RunFacts(of: run, in: reader) : nil)
            }
            guard case (let run, let facts?) = found else { return }
            let summary = RunSummary(of: run, facts, changes: changes)
            try await journal.change(.project(run.projectId), by: .system) { tx in
                try tx.note(.runSummary, about: run.context, data: summary)
            }
        } catch is CancellationError {
            // The hub goes down: whoever asks for the summary has it made.
        } catch {
            log.warning("A summary was not told", metadata: ["run": "\(id)", "error": "\(error)"])
        }
    }
}

extension Reader {
    /// nil until it has answered.
    fileprivate func summaryWords(by id: Run.ID) throws -> String? {
        guard let run = try get(id), run.status == .completed else { return nil }
        return try lastWords(of: id)
    }
}
