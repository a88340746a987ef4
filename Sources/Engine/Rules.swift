import Journal
import Model

// What every verb asks of the rows before it changes them.

extension Reader {
    func required(_ id: Project.ID) throws -> Project {
        guard let project = try get(id) else { throw HubError(.projectNotFound, "project \(id)") }
        return project
    }
    func required(_ id: Board.ID) throws -> Board {
        guard let board = try get(id) else { throw HubError(.boardNotFound, "board \(id)") }
        return board
    }
    func required(_ id: BoardColumn.ID) throws -> BoardColumn {
        guard let column = try get(id) else { throw HubError(.columnNotFound, "column \(id)") }
        return column
    }
    func required(_ id: Card.ID) throws -> Card {
        guard let card = try get(id) else { throw HubError(.cardNotFound, "card \(id)") }
        return card
    }
    func required(_ id: Run.ID) throws -> Run {
        guard let run = try get(id) else { throw HubError(.runNotFound, "run \(id)") }
        return run
    }
    func required(_ id: Approval.ID) throws -> Approval {
        guard let approval = try get(id) else { throw HubError(.approvalNotFound, "approval \(id)") }
        return approval
    }

    /// A project that takes new work.
    func open(_ id: Project.ID) throws -> Project {
        let project = try required(id)
        guard project.status != .archived else {
            throw HubError(
                .projectArchived, "project \(id) is archived",
                members: ["currentStatus": .string(project.status.rawValue)])
        }
        return project
    }
}

/// Refuses a change that was based on an older version than the row's.
func requireVersion(_ expected: Int?, _ current: Int, of subject: String) throws {
    guard let expected, expected != current else { return }
    throw HubError(
        .versionStale, "\(subject) is at version \(current), the change was based on \(expected)",
        members: ["currentVersion": .integer(Int64(current))])
}

extension Engine {
    /// The project whose journal tells of this thing.
    func project(of id: Board.ID) async throws -> Project.ID {
        try await journal.read { try $0.required(id).projectId }
    }
    func project(of id: BoardColumn.ID) async throws -> Project.ID {
        try await journal.read { try $0.required(id).projectId }
    }
    func project(of id: Card.ID) async throws -> Project.ID { try await journal.read { try $0.required(id).projectId } }
    func project(of id: Run.ID) async throws -> Project.ID { try await journal.read { try $0.required(id).projectId } }
    func project(of id: Approval.ID) async throws -> Project.ID {
        try await journal.read { try $0.required(id).projectId }
    }
}
