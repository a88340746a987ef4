import Glibc

/// A process, and not another one that got its number later.
package struct ProcessIdentity: Sendable, Equatable {
    package let pid: Int32
    /// Clock ticks from the start of the machine to that of the process: field 22 of /proc/PID/stat.
    package let startTicks: UInt64
    /// The machine's start, since numbers and ticks come again after it.
    package let bootID: String

    /// The process of that number that lives now, if there is one.
    package init?(pid: Int32) throws {
        guard let status = try ProcessStatus(pid: pid), !status.hasEnded else { return nil }
        self.pid = pid
        startTicks = status.startTicks
        bootID = try Self.currentBootID()
    }

    /// Whether the process still runs. One that has ended and waits to be reaped does not.
    package func isAlive() throws -> Bool {
        try Self(pid: pid) == self
    }

    /// Sends a signal to the process group that the process leads, if it is still this process.
    /// - Returns: whether there was somebody to send it to.
    package func signalGroup(_ signal: Int32) throws -> Bool {
        guard try isAlive() else { return false }
        return Glibc.kill(-pid, signal) == 0
    }

    /// Kills the process alone, if it is still this process.
    /// - Returns: whether there was somebody to kill.
    package func kill() throws -> Bool {
        guard try isAlive() else { return false }
        return Glibc.kill(pid, SIGKILL) == 0
    }

    private static func currentBootID() throws -> String {
        let file = try Directory(path: "/proc/sys/kernel/random").open("boot_id", O_RDONLY)
        return String(decoding: try file.bytes(from: 0, count: 36), as: UTF8.self)
    }
}

extension ProcessIdentity {
    func write(to fields: inout FieldWriter) {
        fields.signed(pid)
        fields.number(startTicks)
        fields.text(bootID)
    }

    init(from fields: inout FieldReader) throws {
        pid = try fields.signed()
        startTicks = try fields.number()
        bootID = try fields.text()
    }
}
