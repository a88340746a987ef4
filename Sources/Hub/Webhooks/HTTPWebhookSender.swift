package import Engine
package import Model
package import Transport
internal import WebCodec

/// Carries webhooks out over HTTP.
package struct HTTPWebhookSender: WebhookSender {
    private let client: HTTPClient
    private let tls: TLSContext
    private let userAgent: String

    /// - Parameters:
    ///   - tls: whom to believe.
    ///   - userAgent: how the hub names itself.
    package init(client: HTTPClient, tls: TLSContext, userAgent: String) {
        self.client = client
        self.tls = tls
        self.userAgent = userAgent
    }

    /// https to anybody; http to this machine alone, where nobody listens in between.
    package func check(_ url: String) throws(HubError) {
        guard let address = HTTPURL(url) else { throw HubError.invalid("/webhookUrl", "must be an http or https URL") }
        guard address.isSecure || ["127.0.0.1", "::1", "localhost"].contains(address.host.lowercased()) else {
            throw HubError.invalid("/webhookUrl", "must be https; http is for this machine only")
        }
    }

    package func makeSecret() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<WebhookSignature.secretByteCount).map { _ in generator.next() }
    }

    package func send(_ message: WebhookMessage) async throws -> WebhookAnswer {
        guard let url = HTTPURL(message.url) else { throw HubError.invalid("/webhookUrl", "must be a URL") }
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "User-Agent": userAgent, "roost-event": message.type.rawValue,
            "roost-attempt": "\(message.attempt)",
        ]
        let signed = WebhookSignature.headers(
            id: message.deliveryId, at: message.sentAt, body: message.body, secret: message.secret)
        for (name, value) in signed { headers.append(name, value) }
        var request = ClientRequest(.post, url.target, headers: headers, body: message.body)
        request.timeout = .whole(seconds: message.secondsMax)
        // A receiver knows by its id what it has already had.
        request.isRepeatable = true
        request.bodyByteCountMax = .max
        let server = ServerEndpoint(host: url.host, port: url.port, tls: url.isSecure ? tls : nil)
        return try await client.send(request, to: server) { answer in
            try await Self.readAway(answer.body)
            return WebhookAnswer(
                status: answer.status, retryAfterSeconds: answer.headers["Retry-After"].flatMap(Int.init))
        }
    }

    /// The head has said all. A short body is read, so that the connection serves for the next one; a longer one, or one
    /// that breaks off, ends with its connection.
    private static func readAway(_ body: ResponseBody) async throws {
        var left = answerByteCountMax
        do {
            for try await bytes in body {
                left -= bytes.count
                guard left > 0 else { return }
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // The receiver has answered all the same.
        }
    }

    /// 64 KiB: more than any thanks.
    private static let answerByteCountMax = 64 << 10
}
