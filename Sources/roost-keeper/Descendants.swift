import Glibc
import Keeper

/// Who descends from this keeper. Since orphans become its children, nobody gets lost by changing group or session.
enum Descendants {
    static func signal(_ signal: Int32) throws {
        for pid in try ProcessTable.descendants(of: getpid()) { _ = kill(pid, signal) }
    }
}
