import Foundation
import Model
import Testing

@testable import Hub

@Suite("Webhook signatures")
struct WebhookSignatureTests {
    /// The example that the libraries of the Standard Webhooks specification are tested with.
    @Test("are what the specification's own libraries make")
    func specification() throws {
        let secret = try #require(Data(base64Encoded: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let headers = WebhookSignature.headers(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at: Timestamp(millisecondsSince1970: 1_614_265_330_999),
            body: Array(#"{"test": 2432232314}"#.utf8), secret: Array(secret))
        #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(headers[0].value == "msg_p5jXN8AQM9LWM0D4loKWxJek")
        #expect(headers[1].value == "1614265330")
        #expect(headers[2].value == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("secrets are written as libraries read them")
    func secretText() {
        #expect(WebhookSignature.secretText([0x31, 0xF2, 0x90]) == "whsec_MfKQ")
    }
}
