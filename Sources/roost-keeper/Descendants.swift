import Glibc
import Keeper

/// Who descends from this keeper. Since orphans become its children, nobody gets lost by changing group or session.
enum Descendants {
    /// 16 looks: each finds those who were born while the last one went on, and whoever was found stands still.
    private static let looksMax = 16

    static func signal(_ signal: Int32) {
        for pid in all() { _ = kill(pid, signal) }
    }

    /// Has all of them stand still, those included who are being born meanwhile.
    static func stop() {
        var stopped: Set<Int32> = []
        for _ in 0..<looksMax {
            let new = Set(all()).subtracting(stopped)
            guard !new.isEmpty else { return }
            for pid in new { _ = kill(pid, SIGSTOP) }
            stopped.formUnion(new)
        }
        complain("descendants of the process are born faster than they are stopped")
    }

    /// A look at /proc that fails, for want of memory or descriptors, is no reason to give up who is kept: the next one
    /// may not, and the group hears all the same.
    private static func all() -> [Int32] {
        do {
            return try ProcessTable.descendants(of: getpid())
        } catch {
            complain("descendants of the process cannot be found for now: \(error)")
            return []
        }
    }
}
