extension EntityKind {
    /// What things of this kind are.
    package var type: any Entity.Type {
        switch self {
        case .project: Project.self
        case .board: Board.self
        case .column: BoardColumn.self
        case .card: Card.self
        case .run: Run.self
        case .process: ChildProcess.self
        case .entry: Entry.self
        case .approval: Approval.self
        case .consumer: Consumer.self
        case .attachment: Attachment.self
        case .job: Job.self
        case .user: User.self
        case .token: Token.self
        case .member: Member.self
        case .policy: Policy.self
        case .credential: Credential.self
        case .profile: Profile.self
        case .review: Review.self
        case .organization: Organization.self
        case .seat: Seat.self
        case .session: Session.self
        case .draft: Draft.self
        case .tag: Tag.self
        case .template: Template.self
        case .preference: Preference.self
        }
    }
}
