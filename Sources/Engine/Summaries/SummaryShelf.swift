import Model
import Synchronization

/// Summaries of settled runs, each for one version of its run.
final class SummaryShelf: Sendable {
    /// 64: those that people look at; a summary is some 50 KiB at most.
    private static let summariesMax = 64

    private let kept = Mutex<(summaries: [Run.ID: RunSummary], order: [Run.ID])>(([:], []))

    func summary(of run: Run) -> RunSummary? {
        kept.withLock { kept in kept.summaries[run.id].flatMap { $0.runVersion == run.version ? $0 : nil } }
    }

    func keep(_ summary: RunSummary) {
        kept.withLock { kept in
            if kept.summaries.updateValue(summary, forKey: summary.runId) == nil { kept.order.append(summary.runId) }
            if kept.order.count > Self.summariesMax { kept.summaries[kept.order.removeFirst()] = nil }
        }
    }
}
