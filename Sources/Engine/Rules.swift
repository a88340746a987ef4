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

extension Reader {
    /// A project in whose repository work can be done.
    func ready(_ id: Project.ID) throws -> Project {
        let project = try open(id)
        try project.requireReady()
        return project
    }
}

extension Project {
    func requireReady() throws {
        try requireOpen()
        guard status != .ready else { return }
        throw HubError(
            .projectNotReady,
            "project \(id) has no repository yet: it is \(status.rawValue)" + (error.map { " (\($0))" } ?? ""),
            members: ["currentStatus": .string(status.rawValue)])
    }

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
