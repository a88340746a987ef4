import Glibc

/// Who lives on this machine, as /proc tells it.
package enum ProcessTable {
    package static func numbers() throws -> [Int32] {
        guard let stream = unsafe opendir("/proc") else { throw SystemError("open /proc") }
        defer { unsafe _ = closedir(stream) }
        var numbers: [Int32] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if let number = Int32(name) { numbers.append(number) }
        }
        return numbers
    }

    /// Who descends from a process, by their parents, who may be orphans' foster parents, and has not ended.
    /// - Parameter look: where it fails for one process, as /proc does for those of others (`hidepid`), that one is left out:
    ///   it may not be ours to see, and is no reason to lose the others.
    package static func descendants(
        of ancestor: Int32, by look: (Int32) throws -> ProcessStatus? = ProcessStatus.init(pid:)
    ) throws -> [Int32] {
        var children: [Int32: [Int32]] = [:]
        for pid in try numbers() {
            guard let status = try? look(pid), !status.hasEnded else { continue }
            children[status.parent, default: []].append(pid)
        }
        var found: [Int32] = []
        var next = children[ancestor] ?? []
        while !next.isEmpty {
            found += next
            next = next.flatMap { children[$0] ?? [] }
        }
        return found
    }

    /// Those that were started with `variable` (`NAME=VALUE`) in their environment, or inherited it, and have not ended.
    /// One that took it out before it started another program is not among them.
    static func numbers(withVariable variable: String) throws -> [Int32] {
        let wanted = [0] + Array(variable.utf8) + [0]
        return try numbers().filter { pid in
            guard pid != getpid(), let bytes = environment(of: pid) else { return false }
            return ([0] + bytes + [0]).firstPlace(of: wanted, from: 0) != nil
        }
    }

    /// 4 MiB: twice what Linux gives a program with its arguments.
    private static let environmentByteCountMax = 4 << 20

    /// - Returns: nil for one that has ended, and for one that is not ours to look at.
    private static func environment(of pid: Int32) -> [UInt8]? {
        let number = unsafe open("/proc/\(pid)/environ", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        let file = Descriptor(owning: number)
        var bytes: [UInt8] = []
        // Read in pieces: nothing tells how long it is, and an end in between is an end of the process.
        while bytes.count < environmentByteCountMax, let part = try? file.bytes(upTo: 64 << 10), !part.isEmpty {
            bytes += part
        }
        return bytes.isEmpty ? nil : bytes
    }
}
