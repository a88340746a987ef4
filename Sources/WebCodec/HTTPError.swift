/// Why a request was refused. The connection closes after it: where the next request begins is no longer certain.
package struct HTTPError: Error, Sendable, Equatable {
    /// Part of the API, since it appears in problem documents; never renamed.
    package enum Code: String, Sendable, CaseIterable {
        case requestLineInvalid = "REQUEST_LINE_INVALID"
        case targetInvalid = "TARGET_INVALID"
        case headerInvalid = "HEADER_INVALID"
        case hostInvalid = "HOST_INVALID"
        case lengthInvalid = "LENGTH_INVALID"
        case chunkInvalid = "CHUNK_INVALID"
        case handshakeInvalid = "HANDSHAKE_INVALID"
        case tlsRequired = "TLS_REQUIRED"
        case requestTimeout = "REQUEST_TIMEOUT"
        case lengthRequired = "LENGTH_REQUIRED"
        case bodyTooLarge = "PAYLOAD_TOO_LARGE"
        case targetTooLong = "TARGET_TOO_LONG"
        case expectationFailed = "EXPECTATION_FAILED"
        case upgradeRequired = "UPGRADE_REQUIRED"
        case headTooLarge = "HEAD_TOO_LARGE"
        case notImplemented = "NOT_IMPLEMENTED"
        case serverFull = "SERVER_FULL"
        case addressFull = "ADDRESS_FULL"
        case handshakesTooFast = "HANDSHAKES_TOO_FAST"
        case versionNotSupported = "VERSION_NOT_SUPPORTED"

        package var status: Int {
            switch self {
            case .requestLineInvalid, .targetInvalid, .headerInvalid, .hostInvalid, .lengthInvalid, .chunkInvalid,
                .handshakeInvalid, .tlsRequired:
                400
            case .requestTimeout: 408
            case .lengthRequired: 411
            case .bodyTooLarge: 413
            case .targetTooLong: 414
            case .expectationFailed: 417
            case .upgradeRequired: 426
            case .headTooLarge: 431
            case .notImplemented: 501
            case .serverFull, .addressFull, .handshakesTooFast: 503
            case .versionNotSupported: 505
            }
        }

        /// Whether the very same request may succeed later.
        package var isTransient: Bool { self == .requestTimeout || status == 503 }
    }

    package let code: Code
    /// For a person; names the limit where there is one, and repeats nothing that the peer sent.
    package let detail: String

    package var status: Int { code.status }

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}
