package import Journal
internal import Logging
package import Model

extension Engine {
    /// Writes what a user keeps under a key. Without a version the last writer wins.
    package func savePreference(
        _ key: String, of user: User.ID, in project: Project.ID?, _ input: SavePreference, by actor: Actor
    ) async throws -> Committed<Preference> {
        let (bytesMax, most) = (settings.limits.preferenceBytesMax, settings.limits.preferencesPerUserMax)
        let byteCount = try journal.coding.encode(input.value).count
        guard byteCount <= bytesMax else {
            throw HubError.limit("preferenceBytesMax", bytesMax, "preference \(key) has \(byteCount) bytes")
        }
        return try await journal.change(.hub, by: actor) { tx in
            if let project { _ = try tx.required(project) }
            guard var preference = try tx.preference(key, of: user, in: project) else {
                if input.version != nil {
                    throw HubError(.versionStale, "preference \(key) is not there any more")
                }
                try requireRoom(
                    try tx.preferenceCount(of: user), most, "preferencesPerUserMax", "preferences of one user")
                let preference = Preference(
                    id: tx.make(), of: user, project: project, key: key, value: input.value, at: tx.now)
                try tx.put(preference, as: .preferenceUpdated)
                return preference
            }
            try requireVersion(input.version, preference.version, of: "preference \(key)")
            preference.value = input.value
            preference.version += 1
            preference.updatedAt = tx.now
            try tx.put(preference, as: .preferenceUpdated)
            return preference
        }
    }

    package func deletePreference(
        _ key: String, of user: User.ID, in project: Project.ID?, version: Int? = nil, by actor: Actor
    ) async throws -> Committed<Preference> {
        try await journal.change(.hub, by: actor) { tx in
            guard let preference = try tx.preference(key, of: user, in: project) else {
                throw HubError.notFound(.preference, key)
            }
            try requireVersion(version, preference.version, of: "preference \(key)")
            try tx.delete(preference, as: .preferenceDeleted)
            return preference
        }
    }

    // MARK: What is kept about cards that have gone

    /// In a unit of work after the one that removed the cards: what is told of preferences stands in the hub's journal, where
    /// each user hears of his own. What a hub's death leaves is found when the next one starts.
    func forgetPreferences(about cards: [Card.ID]) async {
        do {
            _ = try await journal.change(.hub, by: .system) { tx in
                for card in cards {
                    for preference in try tx.preferences(ofAllUnder: Preference.cardKeyPrefix + card.rawValue) {
                        try tx.delete(preference, as: .preferenceDeleted)
                    }
                }
            }
        } catch {
            log.warning("what was kept about cards that have gone stays for now", metadata: ["error": "\(error)"])
        }
    }

    func sweepPreferences() async throws {
        let most = Self.preferencesSweptAtOnceMax
        while case let left = try await journal.read({ try $0.preferencesOfMissingCards(limit: most) }), !left.isEmpty {
            try await journal.change(.hub, by: .system) { tx in
                for preference in left { try tx.delete(preference, as: .preferenceDeleted) }
            }
        }
    }

    private static let preferencesSweptAtOnceMax = 500

    // MARK: What has been seen

    /// - Parameter version: the card's that was seen; nil: as it is.
    package func viewCard(
        _ id: Card.ID, version: Int?, by user: User.ID, as actor: Actor
    ) async throws -> Committed<Card> {
        try await journal.change(.hub, by: actor) { tx in
            let card = try tx.required(id)
            try tx.noteView(of: card, version: min(version ?? card.version, card.version), by: user)
            return card
        }
    }

    package func viewProject(
        _ id: Project.ID, by user: User.ID, as actor: Actor
    ) async throws -> Committed<Project> {
        try await journal.change(.hub, by: actor) { tx in
            let project = try tx.required(id)
            try tx.noteView(of: id, by: user)
            return project
        }
    }
}
