internal import Model
internal import Synchronization

/// Entities as of the last commit, as values: a change begins by reading what it changes, which the writer has often
/// written itself a moment before. Only the writer's thread uses it.
final class EntityCache: Sendable {
    /// By identifier; nil where the row has to be looked at.
    typealias Entities = [String: (any Entity)?]

    /// 4,096: more than change again and again at one time (boards, cards, runs, processes at work).
    static let countMax = 4_096
    /// 4 KiB: a card or a run. What is larger is rare, and its reading is not what its change costs. With `countMax` it
    /// bounds the whole to 16 MiB; most bodies have some 500 bytes.
    static let bodyByteCountMax = 4 << 10

    /// The older half goes when the younger one is full: what is written again and again is always in the younger.
    private struct Generations {
        var young: [String: any Entity] = [:]
        var old: [String: any Entity] = [:]
    }

    private let generations = Mutex(Generations())

    subscript(id: String) -> (any Entity)? { generations.withLock { $0.young[id] ?? $0.old[id] } }

    var count: Int { generations.withLock { $0.young.count + $0.old.count } }

    func merge(_ changed: Entities) {
        generations.withLock { generations in
            for (id, entity) in changed {
                if entity == nil { generations.old[id] = nil }
                generations.young[id] = entity
                if generations.young.count == Self.countMax / 2 {
                    (generations.old, generations.young) = (generations.young, [:])
                }
            }
        }
    }
}
