import Model
import Transport
import WebCodec
import Wire

/// Answers the `type` of a problem document: what the code means.
enum ProblemCatalog {
    static func respond(to head: RequestHead) -> Response? {
        guard head.path.count == 2, head.path[0] == "problems", let row = rowsByCode[head.path[1]] else { return nil }
        switch head.method {
        case .get, .head:
            return Response(
                headers: ["Content-Type": "application/json", "Cache-Control": "max-age=3600"],
                body: .bytes(WireJSON.encode(row)))
        case .options: return .options([.get])
        case .post, .put, .patch, .delete, .other: return .wrongMethod(head, allowed: [.get])
        }
    }

    /// All codes there are: the hub's, and those of requests that are refused before anybody has understood them.
    static let rows = HubError.Code.allCases.map(row) + HTTPError.Code.allCases.map(row)

    private static let rowsByCode = Dictionary(
        uniqueKeysWithValues: rows.compactMap { row in row["code"]?.string.map { ($0, row) } })

    private static func row(_ code: HubError.Code) -> JSONValue {
        row(code.rawValue, code.http.status, code.http.title, code.isWorthRetrying, closeCode: code.closeCode)
    }

    private static func row(_ code: HTTPError.Code) -> JSONValue {
        row(code.rawValue, code.status, HTTPStatus.reason(code.status), code.isTransient)
    }

    private static func row(
        _ code: String, _ status: Int, _ title: String, _ isWorthRetrying: Bool, closeCode: UInt16? = nil
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "code": .string(code), "status": .integer(Int64(status)), "title": .string(title),
            "retry": .bool(isWorthRetrying),
        ]
        if let closeCode { members["closeCode"] = .integer(Int64(closeCode)) }
        return .object(members)
    }
}

extension HubError.Code {
    /// With which a WebSocket is closed that has met with it; nil where it goes on.
    var closeCode: UInt16? { self == .unauthenticated ? CloseCode.unauthenticated : nil }

    /// Whether the same request may succeed later without anybody changing it.
    var isWorthRetrying: Bool {
        switch self {
        case .shuttingDown, .notReady, .overloaded, .targetBusy, .storageFull, .storageFailed, .idempotencyKeyInUse,
            .internal, .remoteFailed, .rateLimited, .pullRequestFailed,
            .projectNotReady:
            true
        case .badRequest, .malformedJSON, .validationFailed, .unauthenticated, .wrongPassword, .forbidden,
            .originForbidden,
            .hostForbidden, .pathForbidden, .routeNotFound, .operationNotFound, .projectNotFound, .boardNotFound,
            .columnNotFound, .cardNotFound, .runNotFound, .processNotFound, .entryNotFound, .approvalNotFound,
            .consumerNotFound, .attachmentNotFound, .jobNotFound, .backupNotFound, .exportNotFound,
            .userNotFound, .tokenNotFound, .memberNotFound, .policyNotFound, .isolationUnavailable, .scriptNotFound,
            .credentialNotFound, .credentialUnusable, .snapshotNotFound, .fileNotFound, .lastAdmin, .lastOwner,
            .organizationNotFound, .seatNotFound,
            .channelNotFound, .notSubscribed, .methodNotAllowed, .notAcceptable, .cardBlocked, .cardDeferred,
            .dependencyCycle, .illegalTransition, .alreadyResolved,
            .deniedByPolicy, .budgetExceeded, .leaseLost, .profileNotFound, .reviewNotFound, .sessionNotFound,
            .draftNotFound, .tagNotFound, .templateNotFound, .preferenceNotFound,
            .commitNotFound, .pullRequestNotFound, .worktreeNotFound, .pullRequestsUnavailable,
            .nothingToCommit, .reviewRequired, .reviewStale, .operationInProgress, .pushRejected, .patchStale,
            .alreadyExists, .projectArchived, .notEmpty, .mergeConflict, .nothingToMerge, .positionGone, .outputGone,
            .versionStale,
            .neighbourMoved, .passwordChangeRequired,
            .idempotencyKeyReused,
            .unsupportedMediaType, .rangeNotSatisfiable, .notARepository, .gitFailed, .providerUnavailable,
            .limitExceeded:
            false
        }
    }
}
