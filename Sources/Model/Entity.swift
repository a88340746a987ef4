/// The kinds of thing that have a row, and whose every change is an event.
package enum EntityKind: String, Sendable, CaseIterable, Codable {
    case project, board, column, card, run, process, entry, approval, consumer, attachment, job, user, token, member
    case policy, credential, profile, review, organization, seat, session
    case draft, tag, template, preference

    /// Whether the hub's own journal tells of it beside its project's: what concerns more than those who watch the
    /// project.
    package var isToldInHub: Bool {
        switch self {
        case .project, .member, .approval: true
        case .board, .column, .card, .run, .process, .entry, .consumer, .attachment, .job, .user, .token, .policy,
            .credential, .profile, .review, .organization, .seat, .session, .draft, .tag, .template, .preference:
            false
        }
    }
}

/// A thing with a row. Its coded form is at once its row, its event's `data` and its REST representation, so the
/// property names below are the wire's spelling.
package protocol Entity: Identified, Codable, Sendable, Equatable {
    static var kind: EntityKind { get }
    var id: Identifier<Self> { get }
    /// What tells of it.
    var journal: JournalKey { get }
    /// What an event about it is filed under, besides the project.
    var context: EventContext { get }
}

/// What belongs to one project.
package protocol ProjectEntity: Entity {
    var projectId: Project.ID { get }
}

extension ProjectEntity {
    package var journal: JournalKey { .project(projectId) }
}

extension Entity {
    package static var plural: String {
        switch kind {
        case .entry: "entries"
        case .process: "processes"
        case .policy: "policies"
        case .project, .board, .column, .card, .run, .approval, .consumer, .attachment, .job, .user, .token, .member,
            .credential, .profile, .review, .organization, .seat, .session, .draft, .tag, .template, .preference:
            kind.rawValue + "s"
        }
    }
}

/// The things that an event is about, from the outside in.
package struct EventContext: Sendable, Equatable {
    package var cardId: Card.ID?
    package var runId: Run.ID?
    package var processId: ChildProcess.ID?
    package var jobId: Job.ID?
    /// Whom it concerns.
    package var userId: User.ID?
    /// In the hub's journal only.
    package var organizationId: Organization.ID?

    package init(
        cardId: Card.ID? = nil, runId: Run.ID? = nil, processId: ChildProcess.ID? = nil, jobId: Job.ID? = nil,
        userId: User.ID? = nil, organizationId: Organization.ID? = nil
    ) {
        self.cardId = cardId
        self.runId = runId
        self.processId = processId
        self.jobId = jobId
        self.userId = userId
        self.organizationId = organizationId
    }
}
