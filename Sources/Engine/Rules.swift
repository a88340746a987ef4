import Journal
import Model

// What every verb asks of the rows before it changes them.

extension Reader {
    /// A project that takes new work.
    func open(_ id: Project.ID) throws -> Project {
        let project = try required(id)
        try project.requireOpen()
        return project
    }
}

extension Project {
    func requireOpen() throws {
        guard status != .archived else {
            throw HubError(
                .projectArchived, "project \(id) is archived", members: ["currentStatus": .string(status.rawValue)])
        }
    }
}

/// Refuses a change that was based on an older version than the row's.
func requireVersion(_ expected: Int?, _ current: Int, of subject: String) throws {
    guard let expected, expected != current else { return }
    throw HubError(
        .versionStale, "\(subject) is at version \(current), the change was based on \(expected)",
        members: ["currentVersion": .integer(Int64(current))])
}
