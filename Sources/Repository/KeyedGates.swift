import Synchronization

/// One caller at a time for each key; a key that nobody holds or waits for takes no room.
final class KeyedGates: Sendable {
    private let gates = Mutex<[String: (gate: Gate, users: Int)]>([:])

    func withKey<Result>(_ key: String, _ body: () async throws -> Result) async throws -> Result {
        let gate = gates.withLock { gates in
            var entry = gates[key] ?? (Gate(places: 1), 0)
            entry.users += 1
            gates[key] = entry
            return entry.gate
        }
        defer {
            gates.withLock { gates in
                guard var entry = gates[key] else { return }
                entry.users -= 1
                gates[key] = entry.users == 0 ? nil : entry
            }
        }
        return try await gate.withPlace(.interactive, body)
    }
}
