/// What the peer did wrong, and the code to close with.
package struct WebSocketError: Error, Sendable, Equatable {
    package let code: UInt16
    /// Fits a close frame; names the limit where there is one.
    package let reason: String

    package init(code: UInt16, reason: String) {
        self.code = code
        self.reason = reason
    }

    static func protocolError(_ reason: String) -> WebSocketError {
        WebSocketError(code: WebSocketCloseCode.protocolError, reason: reason)
    }

    static func invalidPayload(_ reason: String) -> WebSocketError {
        WebSocketError(code: WebSocketCloseCode.invalidPayload, reason: reason)
    }

    static func tooBig(_ reason: String) -> WebSocketError {
        WebSocketError(code: WebSocketCloseCode.messageTooBig, reason: reason)
    }
}
