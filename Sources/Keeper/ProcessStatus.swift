import Glibc

/// What /proc/PID/stat tells of a process (proc(5)).
package struct ProcessStatus: Sendable, Equatable {
    package let pid: Int32
    package let parent: Int32
    package let startTicks: UInt64
    /// It is a zombie: it has ended and waits to be reaped.
    package let hasEnded: Bool

    /// - Returns: nil when there is no such process.
    package init?(pid: Int32) throws {
        let number = unsafe open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else {
            guard errno == ENOENT || errno == ESRCH else { throw SystemError("open stat of a process") }
            return nil
        }
        let line: [UInt8]
        do {
            line = try Descriptor(owning: number).bytes(from: 0, count: Self.byteCountMax)
        } catch let error as SystemError where error.number == ESRCH {
            return nil
        }
        // The second field is the program's name in parentheses, which may itself hold blanks and parentheses.
        guard let name = line.lastIndex(of: UInt8(ascii: ")")) else { throw MalformedRecord.cutShort }
        let fields = line[name...].dropFirst(2).split(separator: UInt8(ascii: " ")).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard fields.count > 19, let parent = Int32(fields[1]), let startTicks = UInt64(fields[19]) else {
            throw MalformedRecord.cutShort
        }
        self.pid = pid
        self.parent = parent
        self.startTicks = startTicks
        hasEnded = fields[0] == "Z" || fields[0] == "X"
    }

    /// 4 KiB: the line has 52 fields, numbers all but one.
    private static let byteCountMax = 4 << 10
}
