package import Journal
package import Model

extension Engine {
    package func createCard(
        _ project: Project.ID, _ input: CreateCard, by principal: Principal
    ) async throws -> Committed<Card> {
        try await journal.change(.project(project), by: principal.actor) { tx in
            try tx.makeCard(project, input, by: principal)
        }
    }

    /// Makes a card and starts a run of it: both or neither.
    /// - Throws: `HubError` `.forbidden` where he may not start any; `.cardBlocked`, `.cardDeferred`.
    package func createCard(
        _ project: Project.ID, _ input: CreateCard, starting run: CreateRun, by principal: Principal
    ) async throws -> Committed<Card> {
        try principal.requireStart(in: project, for: "starting a run of a card")
        var run = run
        run.start = true
        let made = try await makeRun(project, run, for: nil, by: principal.actor) { [run] tx in
            try principal.admitStart()
            let card = try tx.makeCard(project, input, by: principal)
            return (card, try run.prompt ?? tx.prompt(for: card), card.id)
        } then: { _, card, tx in
            try tx.required(card)
        }
        scheduler.kick()
        return made
    }

    /// - Throws: `HubError` `.forbidden` where it says how agents work on the card and whoever says so may not start any.
    package func updateCard(
        _ id: Card.ID, _ input: UpdateCard, by principal: Principal
    ) async throws -> Committed<Card> {
        let offered = availableProviders
        let updated = try await journal.change(of: id, by: principal.actor) { tx in
            var card = try tx.required(id)
            _ = try tx.open(card.projectId)
            let before = card
            try requireVersion(input.version, card.version, of: "card \(id)")
            if let title = input.title { card.title = title }
            if let prompt = input.prompt { card.prompt = prompt }
            if let labels = input.labels { card.labels = labels }
            if let autoMode = input.autoMode { card.autoMode = autoMode ? true : nil }
            if input.removesPipeline == true { card.pipeline = nil }
            if let steps = input.pipeline { try tx.setPipeline(steps, of: &card) }
            if let budget = input.budget { card.budget = budget.isEmpty ? nil : budget }
            if let status = input.status {
                guard status != .inreview || card.status == .inreview else {
                    throw HubError.invalid("/status", "inreview is set by the hub when a run completes")
                }
                card.status = status
            }
            if input.removesParent == true { card.parentId = nil }
            if let parent = input.parentId { try tx.setParent(parent, of: &card) }
            if let ids = input.blockedBy { try tx.setDependencies(ids, of: &card) }
            if let deferral = input.deferred { card.deferred = deferral }
            if card.agentSettings != before.agentSettings {
                try principal.requireStart(in: card.projectId, for: "changing a card's autoMode, pipeline or budget")
            }
            let parking = try tx.required(card.columnId).parking(by: principal)
            if card.waits != before.waits || input.activates == true || parking == true && card.task != before.task {
                card.parked = parking
            }
            card.touch(at: tx.now)
            try tx.put(card, as: .cardUpdated)
            try tx.releaseDependents(of: card, was: before.status, by: offered, for: principal)
            if input.activates == true, card.deferred != nil {
                return try tx.activate(card, by: offered, for: principal)
            }
            // What it waited for may have been taken away.
            if card.blockedBy != before.blockedBy { try tx.release([card], by: offered, for: principal) }
            return try tx.required(id)
        }
        scheduler.kick()
        return updated
    }

    /// A person's word that a card is put off no longer.
    /// - Throws: `HubError` `.illegalTransition` for one that is not.
    package func activateCard(_ id: Card.ID, by principal: Principal) async throws -> Committed<Card> {
        let offered = availableProviders
        let activated = try await journal.change(of: id, by: principal.actor) { tx in
            var card = try tx.required(id)
            _ = try tx.open(card.projectId)
            guard card.deferred != nil else {
                throw HubError.illegal(
                    "activate", "card \(id), which is not put off,", currentStatus: card.status.rawValue)
            }
            card.parked = nil
            return try tx.activate(card, by: offered, for: principal)
        }
        scheduler.kick()
        return activated
    }

    package func moveCard(_ id: Card.ID, _ input: MoveCard, by principal: Principal) async throws -> Committed<Card> {
        guard input.before == nil || input.after == nil else {
            throw HubError.invalid("/after", "give before or after, not both")
        }
        let offered = availableProviders
        let moved = try await journal.change(of: id, by: principal.actor) { tx in
            var card = try tx.required(id)
            _ = try tx.open(card.projectId)
            try requireVersion(input.version, card.version, of: "card \(id)")
            let (before, status) = (card.columnId, card.status)
            let column = try tx.required(input.columnId)
            guard column.projectId == card.projectId else {
                throw HubError.invalid("/columnId", "is a column of another project")
            }
            let position = try tx.place(card.id, in: column.id, before: input.before, after: input.after)
            try tx.move(&card, to: column, at: position, for: principal)
            try tx.releaseDependents(of: card, was: status, by: offered, for: principal)
            if before != column.id { try tx.beginWork(on: card, in: column, by: offered, for: principal) }
            return card
        }
        scheduler.kick()
        return moved
    }

    /// Its runs stay, without a card; its attachments go. Refused while a run is queued or at work.
    package func deleteCard(
        _ id: Card.ID, version: Int? = nil, by principal: Principal
    ) async throws -> Committed<Card> {
        let offered = availableProviders
        let removed = try await journal.change(of: id, by: principal.actor) { tx in
            let card = try tx.required(id)
            _ = try tx.open(card.projectId)
            try requireVersion(version, card.version, of: "card \(id)")
            return (card, try tx.remove([card], by: offered, for: principal))
        }
        scheduler.kick()
        await removeFiles(removed.value.1)
        await forgetPreferences(about: [id])
        return Committed(value: removed.value.0, position: removed.position)
    }
}

extension Card {
    /// How agents work on it.
    fileprivate struct AgentSettings: Equatable {
        let autoMode: Bool?
        let pipeline: [PipelineStep]?
        let budget: Budget?
    }
    fileprivate var agentSettings: AgentSettings {
        AgentSettings(autoMode: autoMode, pipeline: pipeline, budget: budget)
    }

    /// What agents are told to do.
    fileprivate var task: [String] { [title, prompt] }

    /// By which work on it begins sooner or later.
    fileprivate struct Waits: Equatable {
        let status: Status
        let blockedBy: [ID]?
        let deferred: Deferral?
    }
    fileprivate var waits: Waits { Waits(status: status, blockedBy: blockedBy, deferred: deferred) }

    mutating func touch(at now: Timestamp) {
        version += 1
        updatedAt = now
    }
}

extension Transaction {
    fileprivate func makeCard(_ project: Project.ID, _ input: CreateCard, by principal: Principal) throws -> Card {
        _ = try open(project)
        let column = try column(for: input, in: project)
        let last = try lastPosition(in: column.id) ?? 0
        var card = Card(
            id: make(), projectId: project, boardId: column.boardId, columnId: column.id, title: input.title,
            prompt: input.prompt ?? "", labels: input.labels ?? [], position: last + 1, at: now)
        if let parent = input.parentId { try setParent(parent, of: &card) }
        if let ids = input.blockedBy { try setDependencies(ids, of: &card) }
        card.deferred = input.deferred
        card.parked = column.parking(by: principal)
        try put(card, as: .cardCreated)
        return card
    }

    /// What has waited for them may begin when all of them are gone, and not before: it may be one of them.
    ///
    /// - Returns: the files of their attachments.
    /// - Throws: `HubError` `.illegalTransition` while a run of one is at work.
    func remove(_ cards: [Card], by offered: [Provider], for principal: Principal) throws -> Set<String> {
        let going = Set(cards.map(\.id))
        var files: Set<String> = []
        var waiting: [Card.ID] = []
        for card in cards {
            if let run = try workingRun(on: card) {
                throw HubError.illegal(
                    "delete", "run \(run.id) of card \(card.id)", currentStatus: run.status.rawValue)
            }
            for attachment in try attachments(of: card.id) {
                try delete(attachment, as: .attachmentDeleted)
                files.insert(attachment.storedName)
            }
            let dependents = try unlink(card, leavingOut: going)
            if !card.status.isOver { waiting += dependents.filter { !waiting.contains($0) } }
            try delete(card, as: .cardDeleted)
        }
        try release(try waiting.map { try required($0) }, by: offered, for: principal)
        return files
    }

    /// The column that a new card goes to.
    func column(for input: CreateCard, in project: Project.ID) throws -> BoardColumn {
        if let id = input.columnId {
            let column = try required(id)
            guard column.projectId == project, input.boardId == nil || input.boardId == column.boardId else {
                throw HubError.invalid("/columnId", "is a column of another board or project")
            }
            return column
        }
        let board: Board
        if let id = input.boardId {
            board = try required(id)
            guard board.projectId == project else {
                throw HubError.invalid("/boardId", "is a board of another project")
            }
        } else {
            guard let first = try boards(of: project).first else {
                throw HubError.invalid("/boardId", "the project has no board")
            }
            board = first
        }
        guard let column = try columns(of: board.id).first else {
            throw HubError.invalid("/columnId", "board \(board.id) has no column")
        }
        return column
    }

    /// The position for a card in a column: between its new neighbours, which alone are looked at. Where halving has used up
    /// the numbers between them, the whole column is numbered anew.
    func place(_ card: Card.ID, in column: BoardColumn.ID, before: Card.ID?, after: Card.ID?) throws -> Double {
        guard let (anchor, isBefore) = try anchor(in: column, before, after) else {
            return (try lastPosition(in: column, leavingOut: card) ?? 0) + 1
        }
        // Beside itself it stays where it is.
        guard anchor.id != card else { return anchor.position }
        let other = try neighbourPosition(of: anchor, before: isBefore, leavingOut: card)
        guard let other else { return anchor.position + (isBefore ? -1 : 1) }
        let (lower, upper) = isBefore ? (other, anchor.position) : (anchor.position, other)
        let middle = lower + (upper - lower) / 2
        if lower < middle, middle < upper { return middle }
        return try renumber(column, leavingOut: card, around: anchor.id, before: isBefore)
    }

    /// The card that a place is told by.
    private func anchor(
        in column: BoardColumn.ID, _ before: Card.ID?, _ after: Card.ID?
    ) throws -> (card: Card, isBefore: Bool)? {
        guard let id = before ?? after else { return nil }
        guard let card = try get(id), card.columnId == column else {
            // Not bad input: whoever says so may have read the board a moment before somebody else moved it.
            throw HubError(
                .neighbourMoved, "card \(id) is not in column \(column)", members: ["card": .string(id.rawValue)])
        }
        return (card, before != nil)
    }

    /// - Returns: a free number beside a card.
    private func renumber(
        _ column: BoardColumn.ID, leavingOut card: Card.ID, around anchor: Card.ID, before isBefore: Bool
    ) throws -> Double {
        var place = 0.0
        for (index, var other) in try cards(in: column).filter({ $0.id != card }).enumerated() {
            other.position = Double(index + 1)
            other.touch(at: now)
            try put(other, as: .cardMoved)
            if other.id == anchor { place = other.position + (isBefore ? -0.5 : 0.5) }
        }
        return place
    }

    /// Puts a card into a column; coming into a `done` one finishes it, leaving one reopens it.
    /// - Parameter principal: nil: who does it may start agents, or it is the hub.
    func move(
        _ card: inout Card, to column: BoardColumn, at position: Double, for principal: Principal? = nil
    ) throws {
        let wasDone = card.status == .done
        if card.columnId != column.id { card.parked = column.parking(by: principal) }
        (card.columnId, card.boardId, card.position) = (column.id, column.boardId, position)
        switch column.type {
        case .done: card.status = .done
        case .backlog, .active: if wasDone { card.status = .todo }
        case .archive: break
        }
        card.touch(at: now)
        try put(card, as: card.status == .done && !wasDone ? .cardCompleted : .cardMoved)
    }

    /// Puts a card at the end of its board's first column of a kind; without such a column it stays where it is.
    func move(_ card: inout Card, toFirst type: BoardColumn.Kind) throws {
        guard let column = try columns(of: card.boardId).first(where: { $0.type == type }) else { return }
        try move(&card, to: column, at: try place(card.id, in: column.id, before: nil, after: nil))
    }
}
