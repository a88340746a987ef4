/// The kinds of thing that have a row, and whose every change is an event.
package enum EntityKind: String, Sendable, CaseIterable, Codable {
    case project, board, column, card, run, process, entry, approval, consumer, attachment
}

/// A thing with a row. Its coded form is at once its row, its event's `data` and its REST representation, so the
/// property names below are the wire's spelling.
package protocol Entity: Identified, Codable, Sendable, Equatable {
    static var kind: EntityKind { get }
    var id: Identifier<Self> { get }
    /// Whose journal tells of it.
    var projectId: Project.ID { get }
    /// What an event about it is filed under, besides the project.
    var context: EventContext { get }
}

extension Entity {
    package static var plural: String {
        switch kind {
        case .entry: "entries"
        case .process: "processes"
        case .project, .board, .column, .card, .run, .approval, .consumer, .attachment: kind.rawValue + "s"
        }
    }
}

/// The things that an event is about, from the outside in.
package struct EventContext: Sendable, Equatable {
    package var cardId: Card.ID?
    package var runId: Run.ID?
    package var processId: ChildProcess.ID?

    package init(cardId: Card.ID? = nil, runId: Run.ID? = nil, processId: ChildProcess.ID? = nil) {
        self.cardId = cardId
        self.runId = runId
        self.processId = processId
    }
}
