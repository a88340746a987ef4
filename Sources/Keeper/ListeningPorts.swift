import Glibc

/// Which TCP ports some processes listen on, as /proc tells it (proc(5)).
package enum ListeningPorts {
    /// - Returns: ascending. What is not ours to look at is left out.
    package static func of(_ processes: [Int32]) -> [Int] {
        var ports: Set<Int> = []
        for pid in processes {
            let sockets = sockets(of: pid)
            guard !sockets.isEmpty else { continue }
            // By the process itself, which may be in a network of its own.
            for table in ["tcp", "tcp6"] {
                for row in ListeningSocket.all(in: text(of: "/proc/\(pid)/net/\(table)"))
                where sockets.contains(row.inode) {
                    ports.insert(row.port)
                }
            }
        }
        return ports.sorted()
    }

    /// The inodes of its open sockets.
    private static func sockets(of pid: Int32) -> Set<UInt64> {
        let folder = "/proc/\(pid)/fd"
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe _ = closedir(stream) }
        var found: Set<UInt64> = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            var bytes = [CChar](repeating: 0, count: 64)
            let count = unsafe readlink(folder + "/" + name, &bytes, bytes.count)
            guard count > 0 else { continue }
            let target = String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
            guard target.hasPrefix("socket:["), let inode = UInt64(target.dropFirst(8).dropLast()) else { continue }
            found.insert(inode)
        }
        return found
    }

    /// 4 MiB: some 25,000 sockets.
    private static let tableByteCountMax = 4 << 20

    private static func text(of path: String) -> String {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return "" }
        let file = Descriptor(owning: number)
        var bytes: [UInt8] = []
        while bytes.count < tableByteCountMax, let part = try? file.bytes(upTo: 64 << 10), !part.isEmpty {
            bytes += part
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A row of /proc/net/tcp whose socket listens.
package struct ListeningSocket: Sendable, Equatable {
    package let port: Int
    package let inode: UInt64

    package init(port: Int, inode: UInt64) {
        self.port = port
        self.inode = inode
    }

    /// Columns: `sl local_address rem_address st … inode`, where the address ends in the port in hexadecimal and the state
    /// 0A listens.
    package static func all(in table: String) -> [ListeningSocket] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count > 9, fields[3] == "0A", let colon = fields[1].lastIndex(of: ":"),
                let port = Int(fields[1][fields[1].index(after: colon)...], radix: 16), let inode = UInt64(fields[9])
            else { return nil }
            return ListeningSocket(port: port, inode: inode)
        }
    }
}
