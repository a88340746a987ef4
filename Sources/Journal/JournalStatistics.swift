/// What the journal has had to do since it was opened.
package struct JournalStatistics: Sendable, Equatable {
    package let commits: Int
    /// Commits of which nothing was kept.
    package let failures: Int
    /// Changes that the commits made durable, those among them that were undone alone included.
    package let units: Int
    /// Changes that wait now.
    package let waiting: Int

    package init(commits: Int = 0, failures: Int = 0, units: Int = 0, waiting: Int = 0) {
        (self.commits, self.failures, self.units, self.waiting) = (commits, failures, units, waiting)
    }
}
