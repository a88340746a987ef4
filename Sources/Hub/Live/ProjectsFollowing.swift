import Journal
import Model
import Wire

/// What a stream over all projects follows, as a value: told of projects that come and go, of reads and of ends, it says
/// what is to be done next.
struct ProjectsFollowing {
    enum Effect: Sendable {
        /// Read which projects there are; then `listed`.
        case list
        /// Read where a project begins or goes on, nil being its journal's beginning; then `opened` or `refused`.
        case open(Project.ID, after: JournalPosition?)
        /// Subscribe; `lost` where that is no longer allowed.
        case follow(Project.ID, Opening)
        case unfollow(Project.ID)
        /// The stream ends: whoever comes back resumes where this ended.
        case fail(HubError)
    }

    private var followed: Set<Project.ID> = []
    /// Followed soon: from there, or from the beginning where the epoch is empty.
    private var waiting: [Project.ID: JournalPosition] = [:]
    /// Archived projects, and the last event that is theirs.
    private var leaving: [Project.ID: UInt64] = [:]
    /// How far those were told that are followed no more: there they go on when they come back.
    private var left: [Project.ID: JournalPosition] = [:]
    /// Heard of before the first list.
    private var early: [ProjectNotice] = []
    private var isListed = false

    /// The projects were read before the stream could be told of changes: what it missed is found by a list now.
    mutating func began(_ openings: ProjectsOpening) -> [Effect] {
        openings.projects.map { follow($0.project, $0.opening) } + [.list]
    }

    /// - Parameter projects: all that may be seen and are not archived.
    mutating func listed(_ projects: [Project.ID]) -> [Effect] {
        isListed = true
        let notices = projects.map(ProjectNotice.created) + early
        early = []
        return notices.flatMap { heard($0) }
    }

    mutating func heard(_ notice: ProjectNotice) -> [Effect] {
        guard isListed else {
            early.append(notice)
            return []
        }
        switch notice {
        case .created(let project):
            return isKnown(project) ? [] : [goOn(project, after: left[project])]
        case .updated(let project):
            // Nothing changes in an archive but that it is one no more.
            leaving[project] = nil
            return isKnown(project) ? [] : [goOn(project, after: left[project])]
        case .archived(let project, let seq):
            if isKnown(project) { leaving[project] = seq }
            return []
        case .rights: return [.list]
        }
    }

    mutating func opened(_ project: Project.ID, _ opening: Opening) -> Effect { follow(project, opening) }

    /// - Returns: nil where it is simply not to be seen any more.
    mutating func refused(_ project: Project.ID, _ error: HubError) -> Effect? {
        waiting[project] = nil
        return error.code == .projectNotFound || error.code == .forbidden ? nil : .fail(error)
    }

    /// Nothing of it is to be seen any more.
    mutating func lost(_ project: Project.ID) {
        followed.remove(project)
        leaving[project] = nil
    }

    /// Its subscription ended, at `position` at the latest.
    mutating func ended(
        _ project: Project.ID, at position: JournalPosition, _ reason: DownFrame.GapReason
    ) -> [Effect] {
        switch reason {
        case .access:
            lost(project)
            left[project] = position
            return []
        case .retention, .epoch:
            followed.remove(project)
            return [goOn(project, after: position)]
        }
    }

    /// Events were handed over: where that leads to, and what is over with it.
    mutating func flowed(to positions: [Channel: JournalPosition]) -> (vector: VectorPosition, effects: [Effect]) {
        var vector = VectorPosition(waiting.filter { !$0.value.epoch.isEmpty })
        for (channel, position) in positions {
            if case .project(let project) = channel { vector.positions[project] = position }
        }
        var effects: [Effect] = []
        for (project, last) in leaving where followed.contains(project) {
            guard let position = vector.positions[project], position.seq >= last else { continue }
            lost(project)
            left[project] = position
            vector.positions[project] = nil
            effects.append(.unfollow(project))
        }
        return (vector, effects)
    }

    /// Some are followed to their end only.
    var isLeaving: Bool { !leaving.isEmpty }

    private func isKnown(_ project: Project.ID) -> Bool { followed.contains(project) || waiting[project] != nil }

    private mutating func follow(_ project: Project.ID, _ opening: Opening) -> Effect {
        (waiting[project], left[project]) = (nil, nil)
        followed.insert(project)
        if opening.isArchived { leaving[project] = opening.head.seq }
        return .follow(project, opening)
    }

    private mutating func goOn(_ project: Project.ID, after position: JournalPosition?) -> Effect {
        guard followed.count + waiting.count < VectorPosition.projectsMax else { return .fail(LiveHub.tooManyProjects) }
        waiting[project] = position ?? JournalPosition(epoch: "", seq: 0)
        return .open(project, after: position)
    }
}
