internal import COpenSSL

/// A valid request to leave HTTP for RFC 6455 (section 4.2.1), and the answer to it.
package struct WebSocketHandshake: Sendable, Equatable {
    /// The one version that there is.
    package static let version = "13"

    /// As the client offered them, in its order of preference.
    package let subprotocols: [String]
    /// As the client offered them.
    package let extensions: [WebSocketExtension]
    let key: String

    /// Whether a request asks for it at all, well or badly.
    package static func isRequested(by head: RequestHead) -> Bool {
        head.headers.list("Upgrade", contains: "websocket")
    }

    /// - Throws: `.upgradeRequired` (426) when it asks for something else, `.handshakeInvalid` when it asks badly.
    package init(_ head: RequestHead) throws(HTTPError) {
        guard Self.isRequested(by: head) else {
            throw HTTPError(.upgradeRequired, "this resource is a WebSocket")
        }
        guard head.method == .get, head.version == .http11, !head.hasBody else {
            throw HTTPError(.handshakeInvalid, "a handshake is a GET of HTTP/1.1 without a body")
        }
        guard head.headers.list("Connection", contains: "upgrade") else {
            throw HTTPError(.handshakeInvalid, "Connection does not name the upgrade")
        }
        guard head.headers["Sec-WebSocket-Version"] == Self.version else {
            throw HTTPError(.upgradeRequired, "the WebSocket version is \(Self.version)")
        }
        guard let key = head.headers["Sec-WebSocket-Key"], Base64.decodedByteCount(key) == 16 else {
            throw HTTPError(.handshakeInvalid, "Sec-WebSocket-Key is not 16 bytes of base64")
        }
        self.key = key
        subprotocols = head.headers.list("Sec-WebSocket-Protocol")
        guard subprotocols.allSatisfy({ ASCII.isToken($0) }), Set(subprotocols).count == subprotocols.count else {
            throw HTTPError(.handshakeInvalid, "Sec-WebSocket-Protocol is not a list of different tokens")
        }
        guard let extensions = WebSocketExtension.parse(head.headers.values("Sec-WebSocket-Extensions")) else {
            throw HTTPError(.handshakeInvalid, "Sec-WebSocket-Extensions is not spelled as RFC 6455 section 9.1 says")
        }
        self.extensions = extensions
    }

    /// - Parameters:
    ///   - subprotocol: one of those offered, or none.
    ///   - deflate: what `extensions` were agreed to, or none.
    package func response(
        subprotocol: String?, deflate: WebSocketDeflate? = nil, headers: HTTPHeaders = [:]
    ) -> HTTPResponseHead {
        var head = HTTPResponseHead(status: 101, headers: headers)
        head.headers.append("Upgrade", "websocket")
        head.headers.append("Connection", "Upgrade")
        head.headers.append("Sec-WebSocket-Accept", Self.acceptValue(for: key))
        if let subprotocol { head.headers.append("Sec-WebSocket-Protocol", subprotocol) }
        if let deflate { head.headers.append("Sec-WebSocket-Extensions", deflate.answer) }
        return head
    }

    static func acceptValue(for key: String) -> String {
        let input = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        var digest = [UInt8](repeating: 0, count: Int(COPENSSL_SHA1_BYTE_COUNT))
        unsafe copenssl_sha1(input, input.count, &digest)
        return Base64.encode(digest)
    }
}
