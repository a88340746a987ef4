import Journal
import Synchronization

/// Remembers what the journal told, commit by commit.
final class Witness: Sendable {
    private let seen = Mutex<[[CommittedEvent]]>([])

    var commits: [[CommittedEvent]] { seen.withLock(\.self) }
    var events: [CommittedEvent] { commits.flatMap(\.self) }

    init(_ journal: Journal) {
        journal.observe { [self] events in seen.withLock { $0.append(events) } }
    }
}
