import Glibc
import Keeper

/// Who descends from this keeper. Since orphans become its children, nobody gets lost by changing group or session.
enum Descendants {
    static func signal(_ signal: Int32) throws {
        for pid in try all() { _ = kill(pid, signal) }
    }

    private static func all() throws -> [Int32] {
        var children: [Int32: [Int32]] = [:]
        for pid in try ProcessTable.numbers() {
            guard let status = try ProcessStatus(pid: pid), !status.hasEnded else { continue }
            children[status.parent, default: []].append(pid)
        }
        var found: [Int32] = []
        var next = children[getpid()] ?? []
        while !next.isEmpty {
            found += next
            next = next.flatMap { children[$0] ?? [] }
        }
        return found
    }
}
