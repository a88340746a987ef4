package import Model

/// Raw output of a process that has just come: bytes from `offset` on of what it has printed, as text. It is nowhere but in the keeper's
/// folder, where `GET /api/processes/{id}/output` reads it by the same offsets.
package struct OutputChunk: Sendable, Equatable {
    package let projectId: Project.ID
    package let cardId: Card.ID?
    package let runId: Run.ID
    package let processId: ChildProcess.ID
    package let stream: OutputStream
    package let offset: Int
    package let text: String
}

/// Who looks at raw output. It is read for nobody else: agents print much, and their entries say the same.
package struct OutputViewers: Sendable {
    let isWatched: @Sendable (Run.ID, Project.ID) -> Bool
    let show: @Sendable (OutputChunk) -> Void

    package static let none = OutputViewers(isWatched: { _, _ in false }, show: { _ in })

    package init(
        isWatched: @escaping @Sendable (Run.ID, Project.ID) -> Bool, show: @escaping @Sendable (OutputChunk) -> Void
    ) {
        (self.isWatched, self.show) = (isWatched, show)
    }
}
