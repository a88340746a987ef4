import Glibc

/// A control group of its own for one process and whatever comes of it, where the system lets us make one
/// (cgroups(7), version 2): nobody leaves it by changing session or parent, and all in it are killed at once.
package struct ControlGroup: Sendable, Equatable {
    /// An absolute path.
    package let path: String

    package init(path: String) { self.path = path }

    /// Makes one below our own.
    /// - Returns: nil where that is not allowed, or there is no such thing.
    package static func make(named name: String) -> ControlGroup? {
        guard let own = own else { return nil }
        let group = ControlGroup(path: own.path + "/" + name)
        guard unsafe mkdir(group.path, 0o755) == 0 else { return nil }
        // Since Linux 5.14; without it the group is of no use to us.
        guard unsafe access(group.path + "/cgroup.kill", W_OK) == 0 else {
            group.remove()
            return nil
        }
        return group
    }

    /// The one that we are in.
    package static var own: ControlGroup? {
        guard let mount = mountPoint, let line = lines(of: "/proc/self/cgroup").first(where: { $0.hasPrefix("0::") })
        else { return nil }
        let path = line.dropFirst(3)
        return ControlGroup(path: mount + (path == "/" ? "" : path))
    }

    /// Moves us into it; what we start from then on is born there.
    package func enter() -> Bool { write("0", to: "cgroup.procs") }

    /// Kills everybody in it with SIGKILL, those who are being born included.
    package func kill() -> Bool { write("1", to: "cgroup.kill") }

    /// - Returns: false while there is anybody in it.
    @discardableResult
    package func remove() -> Bool { unsafe rmdir(path) == 0 || errno == ENOENT }

    private func write(_ text: String, to name: String) -> Bool {
        let number = unsafe open(path + "/" + name, O_WRONLY | O_CLOEXEC)
        guard number >= 0 else { return false }
        let file = Descriptor(owning: number)
        let bytes = Array(text.utf8)
        return unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file.number, $0.baseAddress, $0.count) } == bytes.count
    }

    /// Field 5 of the line whose type, after the lone dash, is cgroup2 (proc(5), mountinfo).
    private static var mountPoint: String? {
        for line in lines(of: "/proc/self/mountinfo") {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 1, dash > 4 else { continue }
            if fields[dash + 1] == "cgroup2" { return String(fields[4]) }
        }
        return nil
    }

    /// 1 MiB: a machine with thousands of mounts.
    private static let byteCountMax = 1 << 20

    private static func lines(of path: String) -> [Substring] {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return [] }
        let file = Descriptor(owning: number)
        var bytes: [UInt8] = []
        while bytes.count < byteCountMax, let part = try? file.bytes(upTo: 16 << 10), !part.isEmpty { bytes += part }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
