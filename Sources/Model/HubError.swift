/// What went wrong, in the caller's terms. Codes are API: never renamed.
package struct HubError: Error, Sendable, Equatable {
    package enum Code: String, Sendable, CaseIterable, Codable {
        case badRequest = "BAD_REQUEST"
        case malformedJSON = "MALFORMED_JSON"
        case validationFailed = "VALIDATION_FAILED"
        case unauthenticated = "UNAUTHENTICATED"
        case wrongPassword = "WRONG_PASSWORD"
        case forbidden = "FORBIDDEN"
        case originForbidden = "ORIGIN_FORBIDDEN"
        case hostForbidden = "HOST_FORBIDDEN"
        case pathForbidden = "PATH_FORBIDDEN"
        case routeNotFound = "ROUTE_NOT_FOUND"
        case operationNotFound = "OPERATION_NOT_FOUND"
        case projectNotFound = "PROJECT_NOT_FOUND"
        case boardNotFound = "BOARD_NOT_FOUND"
        case columnNotFound = "COLUMN_NOT_FOUND"
        case cardNotFound = "CARD_NOT_FOUND"
        case runNotFound = "RUN_NOT_FOUND"
        case processNotFound = "PROCESS_NOT_FOUND"
        case entryNotFound = "ENTRY_NOT_FOUND"
        case approvalNotFound = "APPROVAL_NOT_FOUND"
        case consumerNotFound = "CONSUMER_NOT_FOUND"
        case attachmentNotFound = "ATTACHMENT_NOT_FOUND"
        case jobNotFound = "JOB_NOT_FOUND"
        case backupNotFound = "BACKUP_NOT_FOUND"
        case exportNotFound = "EXPORT_NOT_FOUND"
        case userNotFound = "USER_NOT_FOUND"
        case tokenNotFound = "TOKEN_NOT_FOUND"
        case memberNotFound = "MEMBER_NOT_FOUND"
        case policyNotFound = "POLICY_NOT_FOUND"
        case profileNotFound = "PROFILE_NOT_FOUND"
        case scriptNotFound = "SCRIPT_NOT_FOUND"
        case credentialNotFound = "CREDENTIAL_NOT_FOUND"
        case organizationNotFound = "ORGANIZATION_NOT_FOUND"
        case seatNotFound = "SEAT_NOT_FOUND"
        case snapshotNotFound = "SNAPSHOT_NOT_FOUND"
        case reviewNotFound = "REVIEW_NOT_FOUND"
        case sessionNotFound = "SESSION_NOT_FOUND"
        case draftNotFound = "DRAFT_NOT_FOUND"
        case tagNotFound = "TAG_NOT_FOUND"
        case templateNotFound = "TEMPLATE_NOT_FOUND"
        case preferenceNotFound = "PREFERENCE_NOT_FOUND"
        case commitNotFound = "COMMIT_NOT_FOUND"
        case pullRequestNotFound = "PULL_REQUEST_NOT_FOUND"
        case worktreeNotFound = "WORKTREE_NOT_FOUND"
        case fileNotFound = "FILE_NOT_FOUND"
        case outputGone = "OUTPUT_GONE"
        case channelNotFound = "CHANNEL_NOT_FOUND"
        case notSubscribed = "NOT_SUBSCRIBED"
        case methodNotAllowed = "METHOD_NOT_ALLOWED"
        case notAcceptable = "NOT_ACCEPTABLE"
        case cardBlocked = "CARD_BLOCKED"
        case cardDeferred = "CARD_DEFERRED"
        case dependencyCycle = "DEPENDENCY_CYCLE"
        case illegalTransition = "ILLEGAL_TRANSITION"
        case budgetExceeded = "BUDGET_EXCEEDED"
        case leaseLost = "LEASE_LOST"
        case alreadyResolved = "ALREADY_RESOLVED"
        case deniedByPolicy = "DENIED_BY_POLICY"
        case isolationUnavailable = "ISOLATION_UNAVAILABLE"
        case credentialUnusable = "CREDENTIAL_UNUSABLE"
        case alreadyExists = "ALREADY_EXISTS"
        case lastAdmin = "LAST_ADMIN"
        case lastOwner = "LAST_OWNER"
        case projectArchived = "PROJECT_ARCHIVED"
        case projectNotReady = "PROJECT_NOT_READY"
        case notEmpty = "NOT_EMPTY"
        case mergeConflict = "MERGE_CONFLICT"
        case nothingToMerge = "NOTHING_TO_MERGE"
        case nothingToCommit = "NOTHING_TO_COMMIT"
        case reviewRequired = "REVIEW_REQUIRED"
        case reviewStale = "REVIEW_STALE"
        case operationInProgress = "OPERATION_IN_PROGRESS"
        case pushRejected = "PUSH_REJECTED"
        case patchStale = "PATCH_STALE"
        case targetBusy = "TARGET_BUSY"
        case versionStale = "VERSION_STALE"
        case neighbourMoved = "NEIGHBOUR_MOVED"
        case passwordChangeRequired = "PASSWORD_CHANGE_REQUIRED"
        case idempotencyKeyInUse = "IDEMPOTENCY_KEY_IN_USE"
        case idempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED"
        case positionGone = "POSITION_GONE"
        case unsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
        case rangeNotSatisfiable = "RANGE_NOT_SATISFIABLE"
        case notARepository = "NOT_A_REPOSITORY"
        case gitFailed = "GIT_FAILED"
        case remoteFailed = "REMOTE_FAILED"
        case pullRequestFailed = "PULL_REQUEST_FAILED"
        case pullRequestsUnavailable = "PULL_REQUESTS_UNAVAILABLE"
        case providerUnavailable = "PROVIDER_UNAVAILABLE"
        case rateLimited = "RATE_LIMITED"
        case limitExceeded = "LIMIT_EXCEEDED"
        case storageFull = "STORAGE_FULL"
        case storageFailed = "STORAGE_FAILED"
        case shuttingDown = "SHUTTING_DOWN"
        case notReady = "NOT_READY"
        case overloaded = "OVERLOADED"
        case `internal` = "INTERNAL"
    }

    package let code: Code
    /// For a person: names ids and fields, never a secret.
    package let detail: String
    /// Typed members of the problem document beside the standard ones: `currentStatus`, `errors`, `limit` …
    package let members: [String: JSONValue]
    /// nil when the same request can never succeed.
    package let retryAfterSeconds: Int?

    package init(
        _ code: Code, _ detail: String, members: [String: JSONValue] = [:], retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.detail = detail
        self.members = members
        self.retryAfterSeconds = retryAfterSeconds
    }
}

/// One field that an input got wrong: what a `VALIDATION_FAILED` lists.
package struct FieldError: Sendable, Equatable {
    /// A JSON pointer (RFC 6901) into the input: `/labels/2`.
    package let pointer: String
    package let message: String

    package init(pointer: String, message: String) {
        self.pointer = pointer
        self.message = message
    }
}

extension HubError {
    /// - Parameter text: what it was looked for by: an identifier, a slug.
    package static func notFound(_ kind: EntityKind, _ text: String) -> HubError {
        let code: Code =
            switch kind {
            case .project: .projectNotFound
            case .board: .boardNotFound
            case .column: .columnNotFound
            case .card: .cardNotFound
            case .run: .runNotFound
            case .process: .processNotFound
            case .entry: .entryNotFound
            case .approval: .approvalNotFound
            case .consumer: .consumerNotFound
            case .attachment: .attachmentNotFound
            case .job: .jobNotFound
            case .user: .userNotFound
            case .token: .tokenNotFound
            case .member: .memberNotFound
            case .policy: .policyNotFound
            case .credential: .credentialNotFound
            case .profile: .profileNotFound
            case .review: .reviewNotFound
            case .organization: .organizationNotFound
            case .seat: .seatNotFound
            case .session: .sessionNotFound
            case .draft: .draftNotFound
            case .tag: .tagNotFound
            case .template: .templateNotFound
            case .preference: .preferenceNotFound
            }
        return HubError(code, "there is no \(kind.rawValue) \(text)")
    }

    package static func invalid(_ errors: [FieldError]) -> HubError {
        HubError(
            .validationFailed, errors.map { "\($0.pointer): \($0.message)" }.joined(separator: "; "),
            members: [
                "errors": .array(errors.map { ["pointer": .string($0.pointer), "message": .string($0.message)] })
            ])
    }

    package static func invalid(_ pointer: String, _ message: String) -> HubError {
        invalid([FieldError(pointer: pointer, message: message)])
    }

    package static func forbidden(_ what: String, needs ability: Ability) -> HubError {
        HubError(
            .forbidden, "\(what) needs the ability \(ability.rawValue)", members: ["ability": .string(ability.rawValue)]
        )
    }

    /// A verb that the thing's present state does not allow.
    package static func illegal(_ verb: String, _ subject: String, currentStatus: String) -> HubError {
        HubError(
            .illegalTransition, "\(verb) is not possible: \(subject) is \(currentStatus)",
            members: ["currentStatus": .string(currentStatus)])
    }

    /// What a `gap` says on a subscription.
    package static func positionGone(
        _ detail: String, reason: String, now: JournalPosition, from: JournalPosition? = nil
    ) -> HubError {
        var members: [String: JSONValue] = ["reason": .string(reason), "position": .string(now.description)]
        members["from"] = from.map { .string($0.description) }
        return HubError(.positionGone, detail, members: members)
    }
}
