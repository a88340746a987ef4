package import Journal
package import Model
internal import Synchronization

extension Engine {
    /// - Throws: `HubError` `.forbidden` where a column has a prompt and whoever makes it may not start agents.
    package func createBoard(
        _ project: Project.ID, _ input: CreateBoard, by principal: Principal
    ) async throws -> Committed<Board> {
        try await journal.change(.project(project), by: principal.actor) { tx in
            _ = try tx.open(project)
            for column in input.columns ?? [] { try principal.requirePrompt(of: column, in: project) }
            let boards = try tx.boards(of: project)
            try requireRoom(boards.count, Limits.boardsPerProjectMax, "boardsPerProjectMax", "boards a project")
            return try tx.makeBoard(input, in: project, position: (boards.map(\.position).max() ?? 0) + 1)
        }
    }

    package func updateBoard(_ id: Board.ID, _ input: UpdateBoard, by actor: Actor) async throws -> Committed<Board> {
        try await journal.change(of: id, by: actor) { tx in
            var board = try tx.required(id)
            _ = try tx.open(board.projectId)
            try requireVersion(input.version, board.version, of: "board \(id)")
            if let name = input.name { board.name = name }
            board.version += 1
            board.updatedAt = tx.now
            try tx.put(board, as: .boardUpdated)
            return board
        }
    }

    /// - Parameter withCards: its cards go with it; else it is refused with 409 while it has any.
    package func deleteBoard(
        _ id: Board.ID, withCards: Bool = false, version: Int? = nil, by principal: Principal
    ) async throws -> Committed<Board> {
        try await delete(of: id, by: principal) { [offered = availableProviders] tx in
            let board = try tx.required(id)
            _ = try tx.open(board.projectId)
            try requireVersion(version, board.version, of: "board \(id)")
            let columns = try tx.columns(of: id)
            let gone = try tx.empty(columns, withCards: withCards, by: offered, for: principal)
            for column in columns { try tx.delete(column, as: .columnDeleted) }
            try tx.delete(board, as: .boardDeleted)
            return (board, gone)
        }
    }

    /// - Throws: `HubError` `.forbidden` where it has a prompt and whoever makes it may not start agents.
    package func createColumn(
        _ board: Board.ID, _ input: CreateColumn, by principal: Principal
    ) async throws -> Committed<BoardColumn> {
        try await journal.change(of: board, by: principal.actor) { tx in
            let board = try tx.required(board)
            _ = try tx.open(board.projectId)
            try principal.requirePrompt(of: input, in: board.projectId)
            let columns = try tx.columns(of: board.id)
            try requireRoom(columns.count, Limits.columnsPerBoardMax, "columnsPerBoardMax", "columns a board")
            return try tx.makeColumn(input, in: board, position: (columns.map(\.position).max() ?? 0) + 1)
        }
    }

    /// - Throws: `HubError` `.forbidden` where what begins there would change and whoever changes it may not start agents.
    package func updateColumn(
        _ id: BoardColumn.ID, _ input: UpdateColumn, by principal: Principal
    ) async throws -> Committed<BoardColumn> {
        try await journal.change(of: id, by: principal.actor) { tx in
            var column = try tx.required(id)
            _ = try tx.open(column.projectId)
            let before = column
            try requireVersion(input.version, column.version, of: "column \(id)")
            if let name = input.name { column.name = name }
            if let type = input.type { column.type = type }
            if let prompt = input.prompt { column.prompt = prompt.isEmpty ? nil : prompt }
            if let limit = input.wipLimit { column.wipLimit = limit }
            if input.removesWipLimit == true { column.wipLimit = nil }
            if column.prompt != before.prompt || column.type == .active && before.type != .active {
                try principal.requireStart(
                    in: column.projectId, for: "changing a column's prompt, or making it active,")
            }
            column.version += 1
            column.updatedAt = tx.now
            try tx.put(column, as: .columnUpdated)
            return column
        }
    }

    /// Puts a project's boards into an order.
    /// - Parameter ids: all of them.
    package func orderBoards(
        of project: Project.ID, _ ids: [Board.ID], by actor: Actor
    ) async throws -> Committed<Project> {
        try await journal.change(.project(project), by: actor) { tx in
            let project = try tx.open(project)
            let boards = try tx.boards(of: project.id)
            guard Set(ids) == Set(boards.map(\.id)), ids.count == boards.count else {
                throw HubError.invalid("/ids", "must be all boards of project \(project.id), each once")
            }
            for (index, id) in ids.enumerated() {
                var board = try tx.required(id)
                guard board.position != Double(index + 1) else { continue }
                board.position = Double(index + 1)
                board.version += 1
                board.updatedAt = tx.now
                try tx.put(board, as: .boardUpdated)
            }
            return project
        }
    }

    /// Puts a board's columns into an order.
    /// - Parameter ids: all of them.
    package func orderColumns(
        of board: Board.ID, _ ids: [BoardColumn.ID], by actor: Actor
    ) async throws -> Committed<Board> {
        try await journal.change(of: board, by: actor) { tx in
            let board = try tx.required(board)
            _ = try tx.open(board.projectId)
            let columns = try tx.columns(of: board.id)
            guard Set(ids) == Set(columns.map(\.id)), ids.count == columns.count else {
                throw HubError.invalid("/ids", "must be all columns of board \(board.id), each once")
            }
            for (index, id) in ids.enumerated() {
                var column = try tx.required(id)
                guard column.position != Double(index + 1) else { continue }
                column.position = Double(index + 1)
                column.version += 1
                column.updatedAt = tx.now
                try tx.put(column, as: .columnUpdated)
            }
            return board
        }
    }

    /// - Parameter withCards: its cards go with it; else it is refused with 409 while it has any.
    package func deleteColumn(
        _ id: BoardColumn.ID, withCards: Bool = false, version: Int? = nil, by principal: Principal
    ) async throws -> Committed<BoardColumn> {
        try await delete(of: id, by: principal) { [offered = availableProviders] tx in
            let column = try tx.required(id)
            _ = try tx.open(column.projectId)
            try requireVersion(version, column.version, of: "column \(id)")
            let gone = try tx.empty([column], withCards: withCards, by: offered, for: principal)
            try tx.delete(column, as: .columnDeleted)
            return (column, gone)
        }
    }

    /// - Parameter remove: says what else has gone.
    private func delete<E: ProjectEntity>(
        of id: Identifier<E>, by principal: Principal,
        _ remove: @escaping @Sendable (Transaction) throws -> (E, Transaction.GoneCards)
    ) async throws -> Committed<E> {
        let gone = Mutex(Transaction.GoneCards())
        let deleted = try await journal.change(of: id, by: principal.actor) { tx in
            let (entity, cards) = try remove(tx)
            gone.withLock { $0 = cards }
            return entity
        }
        scheduler.kick()
        let (cards, files) = gone.withLock { ($0.cards, $0.files) }
        await removeFiles(files)
        if !cards.isEmpty { await forgetPreferences(about: cards) }
        return deleted
    }
}

extension Principal {
    fileprivate func requirePrompt(of column: CreateColumn, in project: Project.ID) throws {
        guard column.prompt?.isEmpty == false else { return }
        try requireStart(in: project, for: "a column's prompt")
    }
}

extension Transaction {
    @discardableResult
    func makeBoard(_ input: CreateBoard, in project: Project.ID, position: Double) throws -> Board {
        let board = Board(id: make(), projectId: project, name: input.name, position: position, at: now)
        try put(board, as: .boardCreated)
        let columns = try columns(for: input, in: project)
        try requireRoom(columns.count, Limits.columnsPerBoardMax + 1, "columnsPerBoardMax", "columns a board")
        for (index, column) in columns.enumerated() {
            _ = try makeColumn(column, in: board, position: Double(index + 1))
        }
        return board
    }

    private func columns(for input: CreateBoard, in project: Project.ID) throws -> [CreateColumn] {
        let told = [input.columns != nil, input.template != nil, input.copyOf != nil].filter(\.self).count
        guard told <= 1 else { throw HubError.invalid("/columns", "give one of columns, template and copyOf") }
        if let board = input.copyOf {
            guard let board = try get(board), board.projectId == project else {
                throw HubError.invalid("/copyOf", "is no board of this project")
            }
            return try columns(of: board.id).map { column in
                CreateColumn(name: column.name, type: column.type, prompt: column.prompt, wipLimit: column.wipLimit)
            }
        }
        if let columns = input.columns { return columns }
        let id = input.template ?? BoardTemplate.all[0].id
        if let template = BoardTemplate.all.first(where: { $0.id == id }) { return template.columns }
        guard let stored = try Template.ID(id).flatMap({ try get($0) }) else {
            throw HubError.invalid(
                "/template",
                "is no stored template, and none of " + BoardTemplate.all.map(\.id).joined(separator: ", "))
        }
        return stored.columns
    }

    func makeColumn(_ input: CreateColumn, in board: Board, position: Double) throws -> BoardColumn {
        let column = BoardColumn(
            id: make(), projectId: board.projectId, boardId: board.id, name: input.name, type: input.type,
            prompt: input.prompt, wipLimit: input.wipLimit, position: position, at: now)
        try put(column, as: .columnCreated)
        return column
    }

    struct GoneCards: Sendable {
        var cards: [Card.ID] = []
        /// Of their attachments.
        var files: Set<String> = []
    }

    /// Before columns go.
    /// - Throws: `HubError` `.notEmpty` for what has cards that are not to go, `.illegalTransition` while a run of one is at
    ///   work, `.limitExceeded` for more than one unit of work may remove.
    fileprivate func empty(
        _ columns: [BoardColumn], withCards: Bool, by offered: [Provider], for principal: Principal
    ) throws -> GoneCards {
        let counts = try columns.map { try cardCount(in: $0.id) }
        for (column, count) in zip(columns, counts) where count > 0 && !withCards {
            throw HubError(
                .notEmpty, "column \(column.id) holds \(count) cards", members: ["cards": .integer(Int64(count))])
        }
        let most = Limits.cardsRemovedAtOnceMax
        let total = counts.reduce(0, +)
        guard total <= most else {
            throw HubError.limit(
                "cardsRemovedAtOnceMax", most, "\(total) cards are too many to go at once; boards.clean removes them")
        }
        let cards = try columns.flatMap { try self.cards(in: $0.id) }
        return GoneCards(cards: cards.map(\.id), files: try remove(cards, by: offered, for: principal))
    }
}

/// Refuses one more of what has a limit.
func requireRoom(_ count: Int, _ limit: Int, _ name: String, _ what: String) throws {
    guard count < limit else {
        throw HubError.limit(name, limit, "\(limit) \(what) at most")
    }
}
