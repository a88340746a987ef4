import Journal
import Model
import Wire

/// Where a stream over all projects begins, as one read found it.
struct ProjectsOpening: Sendable {
    let projects: [(project: Project.ID, opening: Opening)]
    let filter: EventFilter
    /// Every event after the client's own positions follows.
    let isRecovered: Bool
}

extension VectorPosition {
    /// A project that no position has: what is no vector of ours is one that cannot be continued anywhere.
    static let lost = VectorPosition([Project.ID(trusted: ""): JournalPosition(epoch: "", seq: 0)])
}

extension LiveHub {
    static let tooManyProjects = HubError.limit(
        "projectsMax", VectorPosition.projectsMax, "these are more projects than a position over all can name")

    /// - Parameter last: nil for a client that begins now. A project that it does not name is followed from its beginning.
    /// - Throws: `.limitExceeded` when there are more than a position can name.
    func openProjects(
        after last: VectorPosition?, filter: EventFilter, for caller: Caller
    ) async throws(HubError) -> ProjectsOpening {
        try caller.require(.hubRead, for: "the stream over all projects")
        return try await read { reader in
            var openings: [(project: Project.ID, opening: Opening)] = []
            for project in try reader.projects(among: caller.rights.readableProjects) {
                let known = last?.positions[project.id]
                let isArchived = project.status == .archived
                // What is archived is over for those who begin; the others get the rest of it.
                if isArchived, known == nil { continue }
                let head = try reader.position(of: .project(project.id))
                if isArchived, known == head { continue }
                guard openings.count < VectorPosition.projectsMax else { throw Self.tooManyProjects }
                let beginning = JournalPosition(epoch: last == .lost ? "" : head.epoch, seq: 0)
                let input = SubscribeInput(
                    .channel(.project(project.id)), after: last == nil ? nil : known ?? beginning, filter: filter)
                var opening = try reader.opening(input, for: caller)
                opening.isArchived = isArchived
                openings.append((project.id, opening))
            }
            return ProjectsOpening(
                projects: openings, filter: filter,
                isRecovered: last != nil && openings.allSatisfy { $0.opening.isRecovered })
        }
    }

    /// - Parameter position: nil for the journal's beginning.
    func openProject(
        _ project: Project.ID, after position: JournalPosition?, filter: EventFilter, for caller: Caller
    ) async throws(HubError) -> Opening {
        try await read { reader in
            let status = try reader.required(project).status
            let beginning = JournalPosition(epoch: try reader.position(of: .project(project)).epoch, seq: 0)
            var opening = try reader.opening(
                SubscribeInput(.channel(.project(project)), after: position ?? beginning, filter: filter), for: caller)
            opening.isArchived = status == .archived
            return opening
        }
    }

    /// Those that are not archived.
    func visibleProjects(for caller: Caller) async throws(HubError) -> [Project.ID] {
        try caller.require(.hubRead, for: "the stream over all projects")
        return try await read { reader in
            try reader.projects(among: caller.rights.readableProjects).filter { $0.status != .archived }.map(\.id)
        }
    }
}
