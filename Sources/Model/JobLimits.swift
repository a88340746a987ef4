/// What jobs and what they leave may cost. Settings; these are the defaults.
package struct JobLimits: Sendable, Equatable {
    /// One is at work at a time: the disk is one. Above it: `LIMIT_EXCEEDED`.
    package var jobsWaitingMax = 16
    /// Those that are over and still shown: some weeks of nightly backups and what people ask for.
    package var jobsKeptMax = 200
    /// Newest lines of a job's log.
    package var jobLogLinesMax = 10_000
    /// Backups in the data folder; a further one takes the oldest one's place.
    package var backupsMax = 10
    /// Exports in the data folder, which are there to be fetched; a further one takes the oldest one's place.
    package var exportsMax = 10

    /// An hour for a clone or a pull: the largest public repositories take some 20 min on a line of 50 Mbit/s.
    package var cloneSecondsMax = 60 * 60

    /// Bytes of one line of an archive that is imported: the longest entry that a hub writes, many times over.
    package var importLineByteCountMax = 16 << 20
    /// Lines of one: some three times what the greatest projects have.
    package var importLinesMax = 5_000_000
    /// Files in one, beside those of the rows. An index of them is in memory, some 100 bytes each.
    package var importFilesMax = 100_000

    /// 4 KiB of a line: a path of the greatest length, and what is said about it.
    package static let lineByteCountMax = 4 << 10
    /// Lines of one answer.
    package static let linesPageMax = 1_000

    package init() {}
}
