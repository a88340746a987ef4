import Engine
import Journal
import Model

// Whether a caller may do what he asks for. The table says which ability it needs, and its routes what it is about.
extension Operations {
    /// - Throws: `.unauthenticated`, `.forbidden`; the thing's not-found error when he does not see its project.
    func authorize(_ operation: Operation, _ input: JSONValue, for caller: Caller) async throws {
        guard let ability = operation.ability else { return }
        try caller.require(ability, for: operation.name)
        guard ability.scope != .hub else { return }
        let subject = operation.subjects.first { input[$0.member] != nil }
        if subject == nil, operation.spansProjects { return }
        guard let subject, let text = input[subject.member]?.string else {
            throw HubError.invalid("/\(operation.subjects.first?.member ?? "project")", "is missing")
        }
        try await authorize(ability, on: subject.kind, text, for: caller, operation.name)
    }

    func authorize(
        _ ability: Ability, on kind: EntityKind, _ text: String, for caller: Caller, _ what: String
    ) async throws {
        try caller.require(ability, for: what)
        // Whoever sees all of them needs no look at which one it is.
        guard caller.rights.everywhere == nil else { return }
        if ability.scope == .organization {
            let organization = try await engine.journal.read { try $0.organization(of: kind, text) }
            return try caller.require(ability, in: organization, for: what, hidden: HubError.notFound(kind, text))
        }
        let project = try await engine.journal.read { try $0.project(of: kind, text) }
        try caller.require(ability, in: project, for: what, hidden: HubError.notFound(kind, text))
    }
}

extension Reader {
    /// Whose project a thing is.
    fileprivate func project(of kind: EntityKind, _ text: String) throws -> Project.ID {
        switch kind {
        case .project: try projectID(text)
        case .board: try owner(of: text, Board.self)
        case .column: try owner(of: text, BoardColumn.self)
        case .card: try owner(of: text, Card.self)
        case .run: try owner(of: text, Run.self)
        case .process: try owner(of: text, ChildProcess.self)
        case .entry: try owner(of: text, Entry.self)
        case .approval: try owner(of: text, Approval.self)
        case .consumer: try owner(of: text, Consumer.self)
        case .attachment: try owner(of: text, Attachment.self)
        case .member: try owner(of: text, Member.self)
        case .review: try owner(of: text, Review.self)
        case .session: try owner(of: text, Session.self)
        case .policy: try owner(of: text, Policy.self)
        case .draft: try owner(of: text, Draft.self)
        case .user, .token, .job, .credential, .profile, .organization, .seat, .tag, .template, .preference:
            throw HubError(.internal, "a \(kind.rawValue) belongs to no project")
        }
    }

    /// Whose organization a thing is.
    fileprivate func organization(of kind: EntityKind, _ text: String) throws -> Organization.ID {
        if kind == .seat {
            guard let id = Seat.ID(text) else { throw HubError.notFound(kind, text) }
            return try required(id).organizationId
        }
        guard kind == .organization, let id = Organization.ID(text) else { throw HubError.notFound(kind, text) }
        return try required(id).id
    }

    private func owner<E: ProjectEntity>(of text: String, _: E.Type) throws -> Project.ID {
        guard let id = Identifier<E>(text) else { throw HubError.notFound(E.kind, text) }
        return try required(id).projectId
    }
}
