/// Why a request was refused. The connection closes after it: where the next request begins is no longer certain.
package struct HTTPError: Error, Sendable, Equatable {
    /// Part of the API, since it appears in problem documents; never renamed.
    package enum Code: String, Sendable, CaseIterable {
        case requestLineInvalid = "request-line-invalid"
        case targetInvalid = "target-invalid"
        case headerInvalid = "header-invalid"
        case hostInvalid = "host-invalid"
        case lengthInvalid = "length-invalid"
        case chunkInvalid = "chunk-invalid"
        case handshakeInvalid = "handshake-invalid"
        case requestTimeout = "request-timeout"
        case lengthRequired = "length-required"
        case bodyTooLarge = "body-too-large"
        case targetTooLong = "target-too-long"
        case expectationFailed = "expectation-failed"
        case upgradeRequired = "upgrade-required"
        case headTooLarge = "head-too-large"
        case notImplemented = "not-implemented"
        case serverFull = "server-full"
        case versionNotSupported = "version-not-supported"

        package var status: Int {
            switch self {
            case .requestLineInvalid, .targetInvalid, .headerInvalid, .hostInvalid, .lengthInvalid, .chunkInvalid,
                .handshakeInvalid:
                400
            case .requestTimeout: 408
            case .lengthRequired: 411
            case .bodyTooLarge: 413
            case .targetTooLong: 414
            case .expectationFailed: 417
            case .upgradeRequired: 426
            case .headTooLarge: 431
            case .notImplemented: 501
            case .serverFull: 503
            case .versionNotSupported: 505
            }
        }
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
