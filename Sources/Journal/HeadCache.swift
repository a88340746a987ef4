internal import Model
internal import Synchronization

/// Where each journal ends, as of the last commit: saves the writer a look at a row for each journal of each batch.
/// One entry a journal, some 100 bytes. Only the writer's thread changes it.
final class HeadCache: Sendable {
    private let heads = Mutex<[JournalKey: JournalHead]>([:])

    subscript(journal: JournalKey) -> JournalHead? { heads.withLock { $0[journal] } }

    func merge(_ changed: [JournalKey: JournalHead]) {
        heads.withLock { $0.merge(changed) { $1 } }
    }
}
