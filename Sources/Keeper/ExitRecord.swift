/// How a process ended: the file `exit`, written once, after the last byte of output.
package struct ExitRecord: Sendable, Equatable {
    /// 4 KiB: the record takes some hundred bytes, most of them the text of an error.
    package static let byteCountMax = 4 << 10

    package enum Ending: Sendable, Equatable {
        case exited(code: Int32)
        case signalled(signal: Int32)
        /// It never ran. `detail` is for people: `start program: No such file or directory`.
        case notStarted(errno: Int32, detail: String)
    }

    /// What made the keeper stop the process.
    package enum Cause: Sendable, Equatable {
        /// A hub, or a SIGTERM to the keeper.
        case request
        case outputLimit
        case timeLimit
        /// The spool could not be written: ENOSPC, EDQUOT, EFBIG, EIO. What the spool holds is what fitted.
        case diskFull(errno: Int32)
    }

    package var ending: Ending
    /// nil when the process ended by itself.
    package var stopped: Cause?
    package var userMs: UInt64
    package var systemMs: UInt64
    package var residentByteCountMax: UInt64
    package var wallMs: UInt64
    package var spools: SpoolSizes
    /// Whom it had started and SIGKILL does not end: they hang in the kernel.
    package var hasSurvivors = false

    package init(
        ending: Ending, stopped: Cause? = nil, userMs: UInt64 = 0, systemMs: UInt64 = 0,
        residentByteCountMax: UInt64 = 0,
        wallMs: UInt64 = 0, spools: SpoolSizes = SpoolSizes()
    ) {
        self.ending = ending
        self.stopped = stopped
        self.userMs = userMs
        self.systemMs = systemMs
        self.residentByteCountMax = residentByteCountMax
        self.wallMs = wallMs
        self.spools = spools
    }
}
