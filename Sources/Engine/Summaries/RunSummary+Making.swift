import Journal
import Model

extension RunSummary {
    /// 4 KiB of characters: what was asked and said stands whole in the run and its entries.
    private static let wordsCharactersMax = 4_000
    private static let filesMax = 200

    /// - Parameter changes: nil where git could not say.
    init(of run: Run, _ facts: RunFacts, changes: RunDiff?) {
        id = StateKind.summary.id(of: run.id)
        (runId, runVersion, status) = (run.id, run.version, run.status)
        asked = String(run.prompt.prefix(Self.wordsCharactersMax))
        (failure, interruptedReason) = (run.failure, run.interruptedReason)
        lastWords = (facts.lastWords ?? run.summary).map { String($0.prefix(Self.wordsCharactersMax)) }
        stats = changes?.stats ?? run.diff
        let files = changes?.files ?? []
        changedFiles = files.prefix(Self.filesMax).map {
            ChangedFile(path: $0.path, kind: $0.kind, additions: $0.additions, deletions: $0.deletions)
        }
        tests = changedFiles.map(\.path).filter(Self.isTest)
        docs = changedFiles.map(\.path).filter(Self.isDocument)
        (commands, processes, approvals) = (facts.commands, facts.processes, facts.approvals)
        usage = run.usage
        runningMs = run.runningMs ?? 0
        truncated = facts.truncated || files.count > Self.filesMax || changes?.truncated == true
        risks = Self.risks(of: run, facts, changes: changes, tests: tests)
    }

    private static func risks(of run: Run, _ facts: RunFacts, changes: RunDiff?, tests: [String]) -> [String] {
        var risks: [String] = []
        if let failure = run.failure { risks.append("it failed: \(failure.message)") }
        if let reason = run.interruptedReason { risks.append("it was interrupted: \(reason)") }
        if run.merge == .conflict { risks.append("its branch has conflicts with \(run.targetBranch)") }
        let failed = facts.commands.filter { $0.status == .failed }
        if let last = failed.last { risks.append("\(failed.count) commands failed, the last one: \(last.line)") }
        if facts.approvals.denied > 0 { risks.append("\(facts.approvals.denied) of its questions were denied") }
        if facts.approvals.unanswered > 0 {
            risks.append("\(facts.approvals.unanswered) of its questions had no answer")
        }
        if let last = facts.commands.last, last.status == .running {
            risks.append("a command never ended: \(last.line)")
        }
        guard let changes else {
            if run.diff?.filesChanged ?? 0 > 0 { risks.append("its changes could not be looked at") }
            return risks
        }
        if changes.stats.filesChanged > 0, tests.isEmpty { risks.append("it changed no tests") }
        let binary = changes.files.filter(\.binary).count
        if binary > 0 { risks.append("\(binary) of the changed files are not text") }
        if changes.stats.deletions > changes.stats.additions * 2, changes.stats.deletions > 100 {
            risks.append("it removes much more than it adds")
        }
        return risks
    }

    private static func isTest(_ path: String) -> Bool {
        path.lowercased().split(separator: "/").contains { part in
            ["test", "tests", "spec", "specs", "__tests__"].contains(part)
                || part.wholeMatch(of: #/test_.+|.+[._-](test|tests|spec)\.[a-z]+|.+tests?\.swift/#) != nil
        }
    }

    private static func isDocument(_ path: String) -> Bool {
        let parts = path.lowercased().split(separator: "/")
        return parts.dropLast().contains { $0 == "docs" || $0 == "doc" }
            || parts.last?.wholeMatch(of: #/.+\.(md|rst|adoc|txt)/#) != nil
    }
}
