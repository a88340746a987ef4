import Engine
import Journal
import Model
import Wire

// A user's own: what he keeps for his clients, and what he has seen.
extension OperationTable {
    private static let project = Schema.Field.optional(
        "project", .reference(Project.self), "Absent: what is about the hub as a whole.")
    private static let key = Schema.Field.required(
        "key", .preferenceKey, "Of one's own choice: `keyboard`. What is under `panels:crd_…` goes with the card.")
    private static let exampleCard: JSONValue = "crd_01JD6Z5Z0A0000000000000000"

    static let preferences: [Operation] = [
        Operation(
            "preferences.list", .get("/api/me/preferences"),
            summary: "Lists what one keeps on the hub for one's clients, by key.", input: [project],
            output: .array(.preference, max: nil), ability: .meRead, example: ["project": "website"]
        ) { call in
            let user = try call.ownUser()
            let project = try await call.ownerProject(of: "preferences", toChange: false)
            return try await call.read { reader in
                .list(
                    try reader.preferences(of: user, in: project, as: Stored<Preference>.self),
                    at: try reader.position(of: .hub))
            }
        },
        Operation(
            "preferences.get", .get("/api/me/preferences/{key}"), summary: "Shows what one keeps under a key.",
            input: [key, project], output: .preference, ability: .meRead, example: ["key": "keyboard"]
        ) { call in
            let (user, key) = (try call.ownUser(), call.text("key") ?? "")
            let project = try await call.ownerProject(of: "preferences", toChange: false)
            return try await call.read { reader in
                guard let preference = try reader.preference(key, of: user, in: project) else {
                    throw HubError.notFound(.preference, key)
                }
                return try .preference(preference, at: reader.position(of: .hub))
            }
        },
        Operation(
            "preferences.save", .put("/api/me/preferences/{key}"),
            summary: "Keeps any JSON under a key, for one's own clients; without a version the last writer wins.",
            input: [key, project, .required("value", .any), .version], output: .preference, ability: .meRead,
            rateGroup: .reading, events: [.preferenceUpdated], example: ["key": "keyboard", "value": ["newCard": "n"]]
        ) { call in
            let user = try call.ownUser()
            let project = try await call.ownerProject(of: "preferences", toChange: false)
            let saved = try await call.engine.savePreference(
                call.text("key") ?? "", of: user, in: project, call.decode(SavePreference.self), by: call.actor)
            return try .preference(saved.value, at: saved.position)
        },
        Operation(
            "preferences.delete", .delete("/api/me/preferences/{key}"), summary: "Forgets what one keeps under a key.",
            input: [key, project, .version], success: .noContent, ability: .meRead, events: [.preferenceDeleted],
            example: ["key": "keyboard"]
        ) { call in
            let user = try call.ownUser()
            let project = try await call.ownerProject(of: "preferences", toChange: false)
            return .removed(
                try await call.engine.deletePreference(
                    call.text("key") ?? "", of: user, in: project, version: call.version, by: call.actor))
        },
        Operation(
            "cards.view", .post("/api/cards/{card}/view"),
            summary: "Says that one has seen a card as it is. Whoever changes a card has seen it.",
            input: [
                .subject(Card.self),
                .optional("version", .integer(1...Int64.max), "The card's, which was seen. Absent: the newest."),
            ], success: .noContent, ability: .projectRead, rateGroup: .reading, events: [.cardViewed],
            example: ["card": exampleCard]
        ) { call in
            .removed(
                try await call.engine.viewCard(
                    try call.id(), version: call.version, by: try call.ownUser(), as: call.actor))
        },
        Operation(
            "cards.unread", .get("/api/projects/{project}/unread"),
            summary: "Lists the cards that have changed since one saw them last.", input: [.subject(Project.self)],
            output: .unreadCards, ability: .projectRead, example: ["project": "website"]
        ) { call in
            let user = try call.ownUser()
            return try await call.read { reader in
                let project = try reader.projectID(call.text("project") ?? "")
                _ = try reader.required(project)
                let most = Limits.unreadCardsMax
                let cards = try reader.unreadCards(of: project, for: user, limit: most + 1)
                let unread = UnreadCards(cards: Array(cards.prefix(most)), hasMore: cards.count > most)
                return OperationAnswer(
                    data: try WireJSON.encode(unread), position: try reader.position(of: .project(project)))
            }
        },
        Operation(
            "projects.view", .post("/api/projects/{project}/view"),
            summary: "Says that one has seen all cards of a project as they are.", input: [.subject(Project.self)],
            success: .noContent, ability: .projectRead, rateGroup: .reading, events: [.cardViewed],
            example: ["project": "website"]
        ) { call in
            .removed(
                try await call.engine.viewProject(
                    try await call.projectID(), by: try call.ownUser(), as: call.actor))
        },
    ]
}

private struct UnreadCards: Encodable {
    let cards: [Card.ID]
    let hasMore: Bool
}

extension OperationAnswer {
    /// It is found by its key, not by its own identifier.
    fileprivate static func preference(
        _ preference: Preference, at position: JournalPosition
    ) throws -> OperationAnswer {
        OperationAnswer(data: try WireJSON.encode(preference), position: position, version: preference.version)
    }
}
