import Synchronization

/// Diffs that were made, for the next who asks for the same: those that were wanted last, up to so many bytes.
final class DiffShelf: Sendable {
    fileprivate struct Kept {
        let diff: RunDiff
        let byteCount: Int
        var usedAt: Int
    }

    fileprivate struct State {
        var diffs: [DiffKey: Kept] = [:]
        var byteCount = 0
        var useCount = 0
    }

    private let byteCountMax: Int
    private let state = Mutex(State())

    init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

    var byteCount: Int { state.withLock(\.byteCount) }

    func diff(for key: DiffKey) -> RunDiff? {
        state.withLock { state in
            state.useCount += 1
            state.diffs[key]?.usedAt = state.useCount
            return state.diffs[key]?.diff
        }
    }

    func keep(_ diff: RunDiff, for key: DiffKey) {
        let byteCount = diff.byteCount
        guard key.isLasting, byteCount <= byteCountMax else { return }
        state.withLock { state in
            // What its place held before is of no use to anybody.
            let old = state.diffs.keys.filter { $0.isSupersededBy(key) }
            for each in old { state.remove(each) }
            while state.byteCount + byteCount > byteCountMax,
                let oldest = state.diffs.min(by: { $0.value.usedAt < $1.value.usedAt })?.key
            {
                state.remove(oldest)
            }
            state.useCount += 1
            state.diffs[key] = Kept(diff: diff, byteCount: byteCount, usedAt: state.useCount)
            state.byteCount += byteCount
        }
    }
}

extension DiffShelf.State {
    fileprivate mutating func remove(_ key: DiffKey) {
        byteCount -= diffs.removeValue(forKey: key)?.byteCount ?? 0
    }
}

extension DiffKey {
    fileprivate func isSupersededBy(_ other: DiffKey) -> Bool {
        (place, from, to, patches) == (other.place, other.from, other.to, other.patches)
    }
}

extension RunDiff {
    /// What it costs to keep, roughly.
    fileprivate var byteCount: Int {
        files.reduce(256) {
            $0 + 256 + $1.path.utf8.count + ($1.oldPath?.utf8.count ?? 0) + ($1.patch?.utf8.count ?? 0)
        }
    }
}
