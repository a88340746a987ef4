import Journal
import Model
import Synchronization

/// A project came, or went.
enum ProjectNotice: Sendable {
    case created(Project.ID)
    /// - Parameter seq: of the last event, in the project's own journal.
    case archived(Project.ID, seq: UInt64)
    /// Others may be seen than before.
    case rights

    init?(_ event: CommittedEvent) {
        guard case .project(let project) = event.journal else { return nil }
        if event.header.type == .projectCreated {
            self = .created(project)
        } else if event.header.type == .projectArchived {
            self = .archived(project, seq: event.header.seq)
        } else {
            return nil
        }
    }
}

/// Tells the streams over all projects which there are.
final class ProjectsWatch: Sendable {
    private let sessions = Mutex<[ObjectIdentifier: ProjectsSession]>([:])

    func add(_ session: ProjectsSession) { sessions.withLock { $0[ObjectIdentifier(session)] = session } }
    func remove(_ session: ProjectsSession) { sessions.withLock { $0[ObjectIdentifier(session)] = nil } }

    /// After the broker has heard of the events.
    func tell(_ events: [CommittedEvent]) {
        for notice in events.compactMap(ProjectNotice.init) { tell(notice) }
    }

    func tell(_ notice: ProjectNotice) {
        for session in sessions.withLock({ Array($0.values) }) { session.heard(notice) }
    }
}
