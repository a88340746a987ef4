internal import Logging
package import Model

/// How much of each journal's past is kept. Rows stay whatever goes; events of pinned runs stay readable by their run.
package struct Retention: Sendable, Equatable {
    /// nil: for ever.
    package var ageSecondsMax: Int?
    /// Of each journal. nil: as many as fit on the disk.
    package var bytesMax: Int?

    package init(ageSecondsMax: Int? = nil, bytesMax: Int? = nil) {
        self.ageSecondsMax = ageSecondsMax
        self.bytesMax = bytesMax
    }

    /// 200 events go in one unit of work: some milliseconds, between other people's changes.
    package static let forgottenAtOnceMax = 200
    /// 64 pages (256 KiB) are given back to the disk in one unit of work.
    static let pagesAtOnceMax = 64
    /// How often a hub looks: what is a day old is not urgent.
    package static let sweepSeconds = 10 * 60
}

extension Journal {
    /// Forgets what need not be kept any more, in steps between which others change things.
    /// - Returns: how many events went.
    @discardableResult
    package func sweep(_ retention: Retention) async throws -> Int {
        var forgotten = 0
        for journal in try await read({ try $0.journals() }) {
            var isDone = false
            while !isDone {
                let count = try await change(.hub, by: .system) { tx in try tx.forget(journal, beyond: retention) }
                    .value
                forgotten += count
                isDone = count < Retention.forgottenAtOnceMax
            }
        }
        while try await change(.hub, by: .system, { try $0.forgetUnpinned() }).value {}
        while try await change(.hub, by: .system, { try $0.giveBack() }).value {}
        return forgotten
    }

    /// Sweeps again and again, until it is cancelled.
    package func keep(within retention: Retention, clock: any TimeSource) async {
        while !Task.isCancelled {
            do {
                let count = try await sweep(retention)
                if count > 0 { log.info("events forgotten", metadata: ["count": "\(count)"]) }
                try await clock.sleep(for: .seconds(Retention.sweepSeconds))
            } catch is CancellationError {
                return
            } catch JournalError.closed {
                return
            } catch {
                log.error("events not forgotten", metadata: ["error": "\(error)"])
                do { try await clock.sleep(for: .seconds(Retention.sweepSeconds)) } catch { return }
            }
        }
    }
}
