import Journal
import Model
import RoostTesting

/// A project with a board and a column: what most tests change things in.
struct Plan: Sendable {
    let project: Project
    let board: Board
    let column: BoardColumn

    var scope: JournalKey { .project(project.id) }

    /// Three events in the project's journal, one in the hub's.
    static func make(in journal: Journal, slug: String = "first") async throws -> Plan {
        try await journal.change(.hub, by: .local) { tx in
            let project = Project(
                id: tx.make(), slug: slug, name: slug, path: "/src/\(slug)", defaultBranch: "main", at: tx.now)
            let board = Board(id: tx.make(), projectId: project.id, name: "Board", position: 1, at: tx.now)
            let column = BoardColumn(
                id: tx.make(), projectId: project.id, boardId: board.id, name: "To do", type: .backlog, position: 1,
                at: tx.now)
            try tx.put(project, as: .projectCreated)
            try tx.put(board, as: .boardCreated)
            try tx.put(column, as: .columnCreated)
            return Plan(project: project, board: board, column: column)
        }.value
    }

    func card(_ title: String, position: Double = 1, in tx: Transaction) -> Card {
        Card(
            id: tx.make(), projectId: project.id, boardId: board.id, columnId: column.id, title: title, prompt: "",
            position: position, at: tx.now)
    }

    func run(of card: Card? = nil, in tx: Transaction) -> Run {
        Run(
            id: tx.make(), projectId: project.id, cardId: card?.id, provider: .demo, prompt: "go",
            targetBranch: "main", at: tx.now)
    }

    func process(of run: Run, in tx: Transaction) -> ChildProcess {
        ChildProcess(
            id: tx.make(), projectId: project.id, cardId: run.cardId, runId: run.id, reason: .codingagent,
            argv: ["demo"], at: tx.now)
    }

    func entry(of run: Run, _ text: String, in tx: Transaction) throws -> Entry {
        Entry(
            id: tx.make(), projectId: project.id, cardId: run.cardId, runId: run.id, processId: nil,
            index: try tx.entryCount(of: run.id), content: EntryContent(.assistantMessage, text: text), at: tx.now)
    }

    func approval(of process: ChildProcess, in tx: Transaction, expiresAt: Timestamp? = nil) -> Approval {
        Approval(
            id: tx.make(), projectId: project.id, cardId: process.cardId, runId: process.runId,
            processId: process.id, requestKey: "1", type: .tool, title: "Bash", tool: "Bash", input: nil, at: tx.now,
            expiresAt: expiresAt ?? tx.now.adding(milliseconds: 60_000))
    }
}

struct Failure: Error, Equatable {}

extension Journal {
    /// All that is told in `journal`.
    func everything(in journal: JournalKey, after seq: UInt64 = 0) async throws -> [CommittedEvent] {
        var (events, last): ([CommittedEvent], UInt64) = ([], seq)
        while case .page(let page, let scannedTo, let more) = try await self.events(
            in: journal, after: last, limit: 100, byteCountMax: .max)
        {
            events += page
            last = scannedTo
            if !more { break }
        }
        return events
    }
}
