import Journal
import Model
import RoostTesting
import Wire

@testable import Hub

/// A client of the stream over all projects, as a browser's EventSource is one: it comes back with the last `id:` it saw,
/// and keeps a copy of each project by the one rule.
final class ProjectsClient {
    /// A project's copy.
    private struct Copy {
        /// The last event seen, or where it began.
        var position: JournalPosition
        var isWhole: Bool
        var things: [String: JSONValue] = [:]
    }

    private(set) var connection: ProjectsConnection?
    private let filter: EventFilter
    private var last: VectorPosition?
    private var copies: [Project.ID: Copy] = [:]
    /// What the hub must say of going on.
    private var mustRecover = false
    /// Projects that its person lost sight of since the connection began.
    private var lost: Set<Project.ID> = []

    init(_ filter: EventFilter) { self.filter = filter }

    func lose(_ journal: JournalKey) {
        if case .project(let project) = journal { lost.insert(project) }
    }

    /// - Parameter mayContinue: whether everything after a position is still there, nil being the beginning.
    /// - Returns: why the hub refuses, if it does.
    func connect(
        to hub: HubUnderTest, as pass: Pass, fromBeginning: Bool,
        mustRecover: (VectorPosition) -> Bool
    ) async throws -> HubError.Code? {
        guard connection == nil else { return nil }
        let after = last ?? (fromBeginning ? VectorPosition() : nil)
        do {
            connection = try await ProjectsConnection(to: hub, as: pass, after: after, filter)
            self.mustRecover = after.map(mustRecover) ?? false
            last = after
            lost = []
            return nil
        } catch let error as HubError {
            return error.code
        }
    }

    func drop() {
        connection?.close()
        connection = nil
        // What comes twice changes nothing in the end.
        for project in copies.keys {
            if let position = last?.positions[project] {
                copies[project]?.position = position
            } else {
                copies[project] = nil
            }
        }
    }

    /// - Returns: false when there was nothing on the wire.
    func read(_ count: Int, from hub: HubUnderTest, epoch: (JournalKey) -> String) throws -> Bool {
        let blocks = connection?.connection.take(count) ?? []
        for block in blocks { try hear(StreamEvent(block), hub, epoch) }
        if connection?.hasFailed == true { drop() }
        return !blocks.isEmpty
    }

    private func hear(_ event: StreamEvent, _ hub: HubUnderTest, _ epoch: (JournalKey) -> String) throws {
        switch event.name {
        case "subscribed": try began(event, epoch)
        case "position": try passed(event, hub)
        case "gap": try gap(event.data, hub)
        default: try received(event, hub, epoch)
        }
    }

    private func began(_ event: StreamEvent, _ epoch: (JournalKey) -> String) throws {
        guard let vector = event.id.flatMap(VectorPosition.init) else { throw Violation("a beginning without a place") }
        let hasRecovered = event.data["recovered"]?.bool == true
        try require(hasRecovered == mustRecover, "after \(last.debugDescription): recovered is \(hasRecovered)")
        for project in copies.keys where vector.positions[project] == nil { copies[project] = nil }
        for (project, start) in vector.positions {
            guard let last else {
                copies[project] = Copy(position: start, isWhole: false)
                continue
            }
            let beginning = JournalPosition(epoch: epoch(.project(project)), seq: 0)
            if copies[project] == nil {
                let isUnknown = last.positions[project] == nil
                copies[project] = Copy(position: last.positions[project] ?? beginning, isWhole: isUnknown)
            }
            // Which of them cannot go on is said by gaps, which may never come.
            if !hasRecovered, copies[project]?.position != start {
                copies[project]?.isWhole = false
            }
        }
        last = vector
    }

    private func passed(_ event: StreamEvent, _ hub: HubUnderTest) throws {
        guard let vector = event.id.flatMap(VectorPosition.init) else { throw Violation("a position without a place") }
        for (project, place) in vector.positions {
            guard let known = copies[project]?.position else {
                try require(next(project, hub, upTo: place.seq) == nil, "\(place) is passed, and events are missing")
                copies[project] = Copy(position: place, isWhole: true)
                continue
            }
            try require(
                known.epoch == place.epoch && known.seq <= place.seq, "\(project) goes from \(known) to \(place)")
            try require(next(project, hub, upTo: place.seq) == nil, "\(place) is passed, and events are missing")
            copies[project]?.position = place
        }
        last = vector
    }

    /// Rightly so only when the hub does not have any more what comes next, or the client may not have it.
    private func gap(_ data: JSONValue, _ hub: HubUnderTest) throws {
        guard case .project(let project)? = data["channel"]?.string.flatMap(Channel.init),
            let from = data["from"]?.string.flatMap(JournalPosition.init),
            let to = data["to"]?.string.flatMap(JournalPosition.init)
        else { throw Violation("a gap without a place: \(data)") }
        switch data["reason"]?.string {
        case "access":
            try require(lost.contains(project), "a gap without need: \(data)")
            copies[project] = nil
        case "retention":
            try require(from.seq + 1 < hub.oldest(of: .project(project)), "a gap without need: \(data)")
            copies[project] = Copy(position: to, isWhole: false)
        case "epoch":
            try require(from.epoch != to.epoch || from.seq > to.seq, "a gap without need: \(data)")
            copies[project] = Copy(position: to, isWhole: false)
        case let reason: throw Violation("a gap because of \(reason ?? "nothing")")
        }
    }

    /// A durable event: it must be the very next of its project that the filter admits.
    private func received(_ event: StreamEvent, _ hub: HubUnderTest, _ epoch: (JournalKey) -> String) throws {
        guard let project = event.data["projectId"]?.string.map(Project.ID.init(trusted:)),
            let seq = event.data["seq"]?.integer.flatMap(UInt64.init(exactly:)),
            let data = event.data["data"], let id = data["id"]?.string
        else { throw Violation("an event without a project: \(event)") }
        var copy =
            copies[project] ?? Copy(position: .init(epoch: epoch(.project(project)), seq: 0), isWhole: true)
        copies[project] = copy
        guard let next = next(project, hub, upTo: .max) else { throw Violation("an event that nobody committed") }
        try require(
            next.payload == event.dataText,
            "after \(copy.position), expected event \(next.header.seq) of \(project), got \(seq)")
        copy.position.seq = seq
        copy.things[id] = event.name.hasSuffix(".deleted") ? nil : data
        copies[project] = copy
    }

    private func next(_ project: Project.ID, _ hub: HubUnderTest, upTo seq: UInt64) -> CommittedEvent? {
        let interest = interest(in: project)
        let events = hub.history[.project(project), default: []].dropFirst(Int(copies[project]?.position.seq ?? 0))
        return events.first { $0.header.seq <= seq && interest.admits($0.header) }
    }

    private func interest(in project: Project.ID) -> Interest {
        Interest(channel: .project(project), journal: .project(project), filter: filter)
    }

    /// The end of the simulation: everything was told, and what is known is what is true.
    func finish(_ hub: HubUnderTest, visible: [Project.ID], archived: Set<Project.ID>) async throws {
        guard connection != nil else { return }
        for project in visible where copies[project] != nil || !archived.contains(project) {
            if let missing = next(project, hub, upTo: .max) {
                let known = copies[project]?.position.description ?? "nothing"
                throw Violation("event \(missing.header.seq) of \(project) never came to the overseer, after \(known)")
            }
            guard let copy = copies[project], copy.isWhole else { continue }
            let interest = interest(in: project)
            for thing in try await hub.journal.read({ try interest.things(in: $0) }) where interest.covers(thing) {
                let id = thing["id"]?.string ?? ""
                try require(copy.things[id] == thing, "\(id) is \(copy.things[id].debugDescription) to the overseer")
            }
        }
    }
}
