import Journal
import Model
import Transport
import Wire

/// A channel's state as JSON, on its way to a viewer.
enum SnapshotText: Sendable {
    case own([UInt8])
    /// Large, and written from one place to all who get it.
    case shared(Frame)
    /// Made when the subscription has been: what has no place among events.
    case later(@Sendable () -> [UInt8])
}

/// Makes snapshots, and keeps within bounds what the large ones cost while sockets have not taken them: a viewer that reads
/// slowly, or not at all, holds its snapshot for as long as it is connected.
///
/// A snapshot is the state at the position that it names, whatever that is: events follow from there. So viewers who
/// come together share one, and where there is no room for a new one an older one does.
actor SnapshotShelf {
    /// What a snapshot is of. Of the hub it has the projects that its viewer may see, and is shared by those who see the
    /// same.
    struct Subject: Hashable, Sendable {
        let channel: Channel
        private let projects: Set<Project.ID>?

        init(_ channel: Channel, for caller: Caller) {
            self.channel = channel
            switch channel {
            case .hub: projects = caller.rights.readableProjects
            case .user: projects = caller.rights.answerableProjects
            case .project, .card, .run, .job, .logs: projects = nil
            }
        }
    }

    struct Taken: Sendable {
        let head: JournalPosition
        let text: SnapshotText
    }

    /// One that a socket may still hold.
    private struct Held {
        let head: JournalPosition
        weak var frame: Frame?
    }

    private let limits: LiveLimits
    private let clock: any TimeSource
    private var making: [Subject: Task<Taken, any Error>] = [:]
    /// The newest last.
    private var held: [Subject: [Held]] = [:]
    /// What those who come within `snapshotReuseMs` get.
    private(set) var recent: [Subject: Taken] = [:]

    init(limits: LiveLimits, clock: any TimeSource) {
        self.limits = limits
        self.clock = clock
    }

    /// What all that sockets have not taken, and what is kept for the next, adds up to.
    var byteCount: Int { held.values.joined().reduce(0) { $0 + ($1.frame?.byteCount ?? 0) } }

    /// - Parameters:
    ///   - make: reads a snapshot and its position.
    ///   - isContinued: whether every event after a position is still there.
    /// - Throws: what `make` throws; `.overloaded`.
    func take(
        _ subject: Subject, make: @escaping @Sendable () async throws -> (JournalPosition, [UInt8]),
        isContinued: @Sendable (JournalPosition) async throws -> Bool
    ) async throws -> Taken {
        var taken = recent[subject]
        if taken == nil { taken = try await making[subject]?.value }
        if let taken, try await isContinued(taken.head) { return taken }
        guard byteCount >= limits.snapshotsTotalBytesMax else { return try await made(subject, make) }
        for place in (held[subject] ?? []).reversed() {
            if let frame = place.frame, try await isContinued(place.head) {
                return Taken(head: place.head, text: .shared(frame))
            }
        }
        throw overloaded()
    }

    private func made(
        _ subject: Subject, _ make: @escaping @Sendable () async throws -> (JournalPosition, [UInt8])
    ) async throws -> Taken {
        let task = Task {
            let (head, json) = try await make()
            return try keep(subject, head, json)
        }
        making[subject] = task
        defer { if making[subject] == task { making[subject] = nil } }
        return try await task.value
    }

    private func keep(_ subject: Subject, _ head: JournalPosition, _ json: [UInt8]) throws -> Taken {
        guard json.count >= limits.sharedSnapshotBytesMin else { return Taken(head: head, text: .own(json)) }
        // Others may have been made at the same time.
        guard byteCount < limits.snapshotsTotalBytesMax else { throw overloaded() }
        let frame = Frame(json)
        let taken = Taken(head: head, text: .shared(frame))
        held[subject, default: []].removeAll { $0.frame == nil }
        held[subject, default: []].append(Held(head: head, frame: frame))
        recent[subject] = taken
        Task {
            do {
                try await clock.sleep(for: .milliseconds(limits.snapshotReuseMs))
            } catch {
                // Nobody cancels it; if somebody did, it would be forgotten at once.
            }
            forget(subject, head)
        }
        return taken
    }

    private func forget(_ subject: Subject, _ head: JournalPosition) {
        if recent[subject]?.head == head { recent[subject] = nil }
        held[subject]?.removeAll { $0.frame == nil }
        if held[subject]?.isEmpty == true { held[subject] = nil }
    }

    private func overloaded() -> HubError {
        HubError.limit(
            "snapshotsTotalBytesMax", limits.snapshotsTotalBytesMax,
            "snapshots that their viewers have not taken fill the hub", code: .overloaded, retryAfterSeconds: 2)
    }
}
