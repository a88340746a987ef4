internal import Model
internal import Synchronization

/// Entities as of the last commit, as values: a change begins by reading what it changes, which the writer has often
/// written itself a moment before. Only the writer's thread uses it.
final class EntityCache: Sendable {
    /// By identifier; nil where the row has to be looked at.
    typealias Entities = [String: (any Entity)?]

    /// 512: more than change again and again at one time (cards, runs, processes at work). With `bodyByteCountMax` it
    /// bounds the whole to some 4 MiB.
    static let countMax = 512
    /// 8 KiB: a card or a run. What is larger is rare, and its reading is not what its change costs.
    static let bodyByteCountMax = 8 << 10

    private let entities = Mutex<[String: any Entity]>([:])

    subscript(id: String) -> (any Entity)? { entities.withLock { $0[id] } }

    var count: Int { entities.withLock(\.count) }

    func merge(_ changed: Entities) {
        entities.withLock { entities in
            if entities.count + changed.count > Self.countMax { entities.removeAll(keepingCapacity: true) }
            for (id, entity) in changed.prefix(Self.countMax) { entities[id] = entity }
            // Beyond that, what is not kept must not be there in an older form.
            for id in changed.keys.dropFirst(Self.countMax) { entities[id] = nil }
        }
    }
}
