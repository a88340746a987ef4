package import Journal
package import Model

extension Engine {
    /// 200 in one unit of work, for which everybody else waits.
    package static let cleanedAtOnceMax = 200

    /// Archives or deletes a board's cards that are over, the oldest first. Those on which a run is at work stay.
    ///
    /// - Returns: what was done, or with `preview` what would be; `hasMore` when as much again is to be asked for.
    package func cleanBoard(_ id: Board.ID, _ input: CleanBoard, by principal: Principal) async throws -> Committed<
        Cleaning
    > {
        let preview = input.preview == true
        if preview {
            return try await journal.read { reader in
                let board = try reader.required(id)
                let cards = try reader.cardsToClean(board, input)
                return Committed(
                    value: Cleaning(cards, isPreview: true),
                    position: try reader.position(of: .project(board.projectId)))
            }
        }
        let offered = availableProviders
        let cleaned = try await journal.change(of: id, by: principal.actor) { tx in
            let board = try tx.required(id)
            _ = try tx.open(board.projectId)
            let cards = try tx.cardsToClean(board, input)
            let cleaned = Array(cards.prefix(Self.cleanedAtOnceMax))
            let files: Set<String>
            switch input.action {
            case .archive:
                for card in cleaned { try tx.archive(card) }
                files = []
            case .delete: files = try tx.remove(cleaned, by: offered, for: principal)
            }
            return (Cleaning(cards, isPreview: false), files)
        }
        scheduler.kick()
        await removeFiles(cleaned.value.1)
        if input.action == .delete { await forgetPreferences(about: cleaned.value.0.cards) }
        return Committed(value: cleaned.value.0, position: cleaned.position)
    }
}

/// What a cleaning does to a board.
package struct Cleaning: Sendable, Encodable {
    package let cards: [Card.ID]
    package let hasMore: Bool
    package let preview: Bool

    fileprivate init(_ cards: [Card], isPreview: Bool) {
        self.cards = cards.prefix(Engine.cleanedAtOnceMax).map(\.id)
        hasMore = cards.count > Engine.cleanedAtOnceMax
        preview = isPreview
    }
}

extension Reader {
    /// At most one more than are done at once.
    fileprivate func cardsToClean(_ board: Board, _ input: CleanBoard) throws -> [Card] {
        let archive = try columns(of: board.id).first { $0.type == .archive }
        if input.action == .archive, archive == nil {
            throw HubError.invalid("/action", "board \(board.id) has no column of the kind archive")
        }
        let limit = Engine.cleanedAtOnceMax + 1
        var found: [Card] = []
        if let column = input.columnId, try get(column)?.boardId != board.id {
            throw HubError.invalid("/columnId", "is no column of board \(board.id)")
        }
        let statuses: [Card.Status?] = input.columnId == nil ? [.done, .cancelled] : [nil]
        for status in statuses {
            for card in try cards(of: board.projectId, board: board.id, column: input.columnId, status: status) {
                guard found.count < limit else { return found }
                if input.action == .archive, card.columnId == archive?.id { continue }
                if let before = input.before, card.updatedAt >= before { continue }
                let statuses: Set<Run.Status> = [.queued, .running, .waiting, .paused]
                guard try runs(of: card.projectId, card: card.id, statuses: statuses, limit: 1).isEmpty else {
                    continue
                }
                found.append(card)
            }
        }
        return found
    }
}

extension Transaction {
    fileprivate func archive(_ card: Card) throws {
        var card = try required(card.id)
        try move(&card, toFirst: .archive)
    }
}
