import Journal
import Model
import Wire

/// Who may do what, as of the last commit: the rows of users, tokens and members in a form that is looked at for every
/// request.
struct AccessTable: Sendable {
    private struct Known: Sendable {
        var token: Token
        var hash: [UInt8]?
    }

    private var users: [User.ID: User] = [:]
    private var tokens: [Token.ID: Known] = [:]
    private var tokensByHash: [[UInt8]: Token.ID] = [:]
    private var roles: [User.ID: [Project.ID: Member.Role]] = [:]
    private var seats: [User.ID: [Organization.ID: Seat.Role]] = [:]
    /// The projects that are some organization's, both ways.
    private var owners: [Project.ID: Organization.ID] = [:]
    private var owned: [Organization.ID: Set<Project.ID>] = [:]
    /// Made of the others; emptied when they change.
    private var callers: [Token.ID: Caller] = [:]

    init() {}

    init(_ reader: Reader) throws {
        for user in try reader.users() { users[user.id] = user }
        for token in try reader.tokens() { tokens[token.id] = Known(token: token) }
        for (token, hash) in try reader.tokenHashes() { learn(hash, of: token) }
        for member in try reader.members() { roles[member.userId, default: [:]][member.projectId] = member.role }
        for seat in try reader.seats() { seats[seat.userId, default: [:]][seat.organizationId] = seat.role }
        for (project, organization) in try reader.projectOwners() { own(project, by: organization) }
    }

    /// Whether it may be about rights.
    static func concerns(_ event: CommittedEvent) -> Bool {
        guard event.journal == .hub else { return false }
        return event.header.context.userId != nil || event.header.type.topic == Project.kind.rawValue
    }

    var hasUsers: Bool { !users.isEmpty }

    /// No event says a token's hash: whoever made the token does, once it is committed.
    mutating func learn(_ hash: [UInt8], of token: Token.ID) {
        // It may be gone already.
        guard tokens[token] != nil else { return }
        tokens[token]?.hash = hash
        tokensByHash[hash] = token
    }

    // MARK: Asking

    func pass(forHash hash: [UInt8]) -> Pass { tokensByHash[hash].map(Pass.token) ?? .none(.unknown) }

    mutating func caller(_ pass: Pass, at now: Timestamp) -> Caller {
        switch pass {
        case .local: return hasUsers ? .nobody(.missing) : .local
        case .none(let reason): return .nobody(reason)
        case .token(let id):
            guard let token = tokens[id]?.token, let user = users[token.userId] else { return .nobody(.unknown) }
            if let expiry = token.expiresAt, expiry <= now { return .nobody(.expired) }
            guard user.status == .active else { return .nobody(.disabled) }
            if let known = callers[id] { return known }
            let rights = Rights(user, abilities(of: user.id), seats[user.id] ?? [:], within: token)
            let caller = Caller(pass, user.actor, rights, user: user, token: token)
            callers[id] = caller
            return caller
        }
    }

    /// In projects: what he has as their member, and as one of their organizations.
    private func abilities(of user: User.ID) -> [Project.ID: Set<Ability>] {
        var abilities = (roles[user] ?? [:]).mapValues(\.abilities)
        for (organization, role) in seats[user] ?? [:] {
            for project in owned[organization] ?? [] {
                abilities[project, default: []].formUnion(role.inProjects.abilities)
            }
        }
        return abilities
    }

    /// When the next token expires that is good now.
    func nextExpiry(after now: Timestamp) -> Timestamp? {
        tokens.values.compactMap(\.token.expiresAt).filter { $0 > now }.min()
    }

    // MARK: Changes

    /// - Returns: whether it may have changed what somebody may do who was known before.
    /// - Throws: when the event cannot be read; then nobody has more rights than before, and whom it is about has none.
    mutating func take(_ event: CommittedEvent) throws -> Bool {
        guard Self.concerns(event) else { return false }
        guard let subject = event.header.context.userId else { return try takeProject(event) }
        callers = [:]
        do {
            return try apply(event, of: subject)
        } catch {
            users[subject] = nil
            throw error
        }
    }

    private struct Owned: Decodable {
        let organizationId: Organization.ID?
    }

    private mutating func takeProject(_ event: CommittedEvent) throws -> Bool {
        guard let project = event.header.projectId else { return false }
        let before = owners[project]
        let told: Told<Owned>
        do {
            told = try WireJSON.decode(Told<Owned>.self, from: event.payload)
        } catch {
            own(project, by: nil)
            throw error
        }
        guard told.data.organizationId != before else { return false }
        own(project, by: told.data.organizationId)
        return true
    }

    private mutating func own(_ project: Project.ID, by organization: Organization.ID?) {
        if let before = owners[project] { owned[before]?.remove(project) }
        owners[project] = organization
        if let organization { owned[organization, default: []].insert(project) }
        callers = [:]
    }

    private mutating func apply(_ event: CommittedEvent, of subject: User.ID) throws -> Bool {
        switch event.header.type {
        case .userCreated, .userUpdated:
            let isFirst = users.isEmpty
            users[subject] = try Self.data(of: event)
            return isFirst || event.header.type == .userUpdated
        case .tokenCreated, .tokenUpdated:
            let token: Token = try Self.data(of: event)
            tokens[token.id] = Known(token: token, hash: tokens[token.id]?.hash)
            return event.header.type == .tokenUpdated
        case .tokenDeleted:
            let id = Token.ID(trusted: try Self.removed(by: event))
            if let hash = tokens.removeValue(forKey: id)?.hash { tokensByHash[hash] = nil }
            return true
        case .memberCreated, .memberUpdated:
            let member: Member = try Self.data(of: event)
            roles[subject, default: [:]][member.projectId] = member.role
            return true
        case .memberDeleted:
            if let project = event.header.projectId { roles[subject]?[project] = nil }
            return true
        case .seatCreated, .seatUpdated:
            let seat: Seat = try Self.data(of: event)
            seats[subject, default: [:]][seat.organizationId] = seat.role
            return true
        case .seatDeleted:
            if let organization = event.header.context.organizationId { seats[subject]?[organization] = nil }
            return true
        case .organizationCreated, .organizationUpdated, .organizationDeleted, .policyUpdated, .credentialCreated,
            .credentialUpdated, .credentialDeleted, .profileCreated,
            .profileUpdated,
            .profileDeleted, .projectCreated,
            .projectUpdated, .projectArchived, .boardCreated, .boardUpdated,
            .boardDeleted,
            .columnCreated, .columnUpdated, .columnDeleted, .cardCreated, .cardUpdated, .cardMoved, .cardCompleted,
            .cardActivated, .cardDeleted, .runCreated, .runQueued, .runStarted, .runWaiting, .runPaused, .runStalled,
            .runResumed,
            .runRetried, .runStopped,
            .runCompleted, .runFailed, .runCancelled, .runInterrupted, .runUpdated, .processCreated, .processUpdated,
            .processCompleted, .entryAdded, .entryUpdated, .diffUpdated, .approvalRequested, .approvalResolved,
            .approvalExpired, .mergeCompleted, .branchConflict, .branchUpdated, .fileChanged, .snapshotCreated,
            .snapshotRestored, .consumerCreated,
            .consumerUpdated, .consumerDeleted,
            .attachmentCreated, .attachmentDeleted, .jobCreated, .jobProgress, .jobDone, .jobError, .jobDeleted,
            .commitCreated, .pushCompleted, .prCreated, .prUpdated, .reviewSubmitted, .draftUpdated, .draftQueued,
            .draftSent, .draftDeleted,
            .tagCreated, .tagUpdated, .tagDeleted, .templateCreated, .templateUpdated, .templateDeleted,
            .preferenceUpdated, .preferenceDeleted, .cardViewed, .runSummary, .sessionCreated,
            .sessionUpdated, .sessionAccepted, .sessionCancelled, .scriptStarted,
            .scriptFinished, .commandRecorded, .runImported:
            return false
        }
    }

    private struct Told<Value: Decodable>: Decodable {
        let data: Value
    }
    private struct Removed: Decodable {
        let id: String
    }

    private static func data<E: Entity>(of event: CommittedEvent) throws -> E {
        try WireJSON.decode(Told<E>.self, from: event.payload).data
    }

    private static func removed(by event: CommittedEvent) throws -> String {
        try WireJSON.decode(Told<Removed>.self, from: event.payload).data.id
    }
}
