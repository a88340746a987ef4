import Agents
import Journal
import Model

/// The queue as the rows say it at one moment.
struct QueueLook: Sendable {
    var queued: [RunQueue.Member]
    var occupied: [RunQueue.Member]
    var limits: RunQueue.Limits
    /// What the rows say of those that wait, to be told only when it changes.
    var told: [Run.ID: Run.QueuePlace]
    var projects: [Run.ID: Project.ID]
}

extension RunContext {
    /// - Parameters:
    ///   - begun: when this hub began; what was queued before is taken up bit by bit.
    ///   - driven: those whose processes somebody sees to; they hold their places until those are gone, whatever they are.
    func lookAtQueue(begun: Timestamp, driven: Set<Run.ID>) async throws -> QueueLook {
        let now = clock.now()
        return try await journal.read { [settings, catalog] reader in
            let queued = try reader.runs(statuses: [.queued])
            let others = try reader.runs(statuses: Run.Status.withProcesses)
            var columns = Columns(reader)
            func member(_ run: Run) throws -> RunQueue.Member {
                RunQueue.Member(
                    run: run.id, project: run.projectId, provider: run.provider, column: try columns.column(of: run),
                    priority: run.priority ?? 0, bot: run.options.bot,
                    isLeftOver: run.queuedAt.map { $0 < begun } ?? false)
            }
            var limits = RunQueue.Limits(
                hub: settings.concurrentRunsPerHub, project: settings.concurrentRunsPerProject,
                providers: catalog.concurrencyLimits)
            limits.placesTold = settings.limits.queuePlacesTold
            for project in Set(queued.map(\.projectId)) {
                limits.projects[project] = try reader.get(project)?.maxConcurrentRuns
            }
            for run in others where run.waitingFor == .quota {
                guard let until = run.waitingUntil, until > now else { continue }
                limits.quotas[run.provider] = max(limits.quotas[run.provider] ?? until, until)
            }
            let members = try queued.map(member)
            let holding = others.filter(\.holdsPlace)
            let ending = try driven.subtracting(holding.map(\.id)).compactMap { try reader.get($0) }
            let occupied = try (holding + ending).map(member)
            limits.columns = columns.limits
            return QueueLook(
                queued: members, occupied: occupied, limits: limits,
                told: Dictionary(queued.map { ($0.id, $0.queue) }.compactMap { id, place in place.map { (id, $0) } }) {
                    $1
                }, projects: Dictionary(queued.map { ($0.id, $0.projectId) }) { $1 })
        }
    }

    /// Writes where queued runs stand now. A place is no change of the run that somebody's edit could be based on: its version
    /// stays.
    func tell(_ places: [(run: Run.ID, place: Run.QueuePlace)], in project: Project.ID) async throws {
        try await journal.change(.project(project), by: .system) { tx in
            for (id, place) in places {
                guard var run = try tx.get(id), run.status == .queued, run.queue != place else { continue }
                run.queue = place.position == nil ? nil : place
                run.updatedAt = tx.now
                try tx.put(run, as: .runUpdated)
            }
        }
    }
}

/// The columns in which cards are worked on, read once each.
private struct Columns {
    private let reader: Reader
    private var known: [Card.ID: BoardColumn.ID?] = [:]
    private(set) var limits: [BoardColumn.ID: Int] = [:]

    init(_ reader: Reader) { self.reader = reader }

    /// The one that a run's card is in, or, from the backlog, comes to.
    mutating func column(of run: Run) throws -> BoardColumn.ID? {
        guard let id = run.cardId else { return nil }
        if let column = known[id] { return column }
        let column = try find(id)
        known[id] = .some(column?.id)
        if let column { limits[column.id] = column.wipLimit }
        return column?.id
    }

    private func find(_ id: Card.ID) throws -> BoardColumn? {
        guard let card = try reader.get(id), let column = try reader.get(card.columnId) else { return nil }
        switch column.type {
        case .active: return column
        case .backlog: return try reader.columns(of: card.boardId).first { $0.type == .active }
        case .done, .archive: return nil
        }
    }
}
