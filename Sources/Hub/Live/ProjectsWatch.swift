import Journal
import Model
import Synchronization

/// A project came, or went.
enum ProjectNotice: Sendable {
    case created(Project.ID)
    /// One that was archived may be back.
    case updated(Project.ID)
    /// - Parameter seq: of the last event, in the project's own journal.
    case archived(Project.ID, seq: UInt64)
    /// Others may be seen than before.
    case rights

    init?(_ event: CommittedEvent) {
        guard case .project(let project) = event.journal else { return nil }
        if event.header.type == .projectCreated {
            self = .created(project)
        } else if event.header.type == .projectUpdated {
            self = .updated(project)
        } else if event.header.type == .projectArchived {
            self = .archived(project, seq: event.header.seq)
        } else {
            return nil
        }
    }
}

/// A stream over all projects.
protocol ProjectsListener: AnyObject, Sendable {
    /// Called from any thread; it must be quick.
    func heard(_ notice: ProjectNotice)
}

/// Tells the streams over all projects which there are.
final class ProjectsWatch: Sendable {
    private let listeners = Mutex<[ObjectIdentifier: any ProjectsListener]>([:])

    func add(_ listener: any ProjectsListener) { listeners.withLock { $0[ObjectIdentifier(listener)] = listener } }
    func remove(_ listener: any ProjectsListener) { listeners.withLock { $0[ObjectIdentifier(listener)] = nil } }

    /// After the broker has heard of the events.
    func tell(_ events: [CommittedEvent]) {
        for notice in events.compactMap(ProjectNotice.init) { tell(notice) }
    }

    func tell(_ notice: ProjectNotice) {
        for listener in listeners.withLock({ Array($0.values) }) { listener.heard(notice) }
    }
}
