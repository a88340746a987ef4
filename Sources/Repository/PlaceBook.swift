import Synchronization

/// The places that were found, each for as long as all that it came of is byte for byte, and file for file, what it was.
/// Finding one costs two git processes; nearly every verb begins with it.
final class PlaceBook: Sendable {
    /// 1,024 worktrees: more than a hub has at work.
    private static let placesMax = 1_024

    private let entries = Mutex<[String: (place: Place, sources: PlaceSources)]>([:])

    /// - Parameter top: without symlinks.
    func place(at top: String) -> Place? {
        guard let entry = entries.withLock({ $0[top] }) else { return nil }
        guard PlaceSources(of: entry.place) == entry.sources else {
            entries.withLock { $0[top] = nil }
            return nil
        }
        return entry.place
    }

    func keep(_ place: Place, _ sources: PlaceSources) {
        entries.withLock { entries in
            // Whichever goes: it is found once more.
            if entries.count >= Self.placesMax, let any = entries.keys.first { entries[any] = nil }
            entries[place.top] = (place, sources)
        }
    }
}
