internal import COpenSSL
package import Model
internal import WebCodec

/// How a receiver knows that a message is the hub's and new: the Standard Webhooks specification
/// (https://www.standardwebhooks.com), for which there are libraries in most languages.
///
/// Signed is `<id>.<seconds>.<body>` with HMAC-SHA256; `webhook-signature` is `v1,` and the base64 of it.
package enum WebhookSignature {
    /// 32 bytes: what the specification recommends lies between 24 and 64.
    package static let secretByteCount = 32

    /// - Returns: the three headers.
    package static func headers(
        id: String, at time: Timestamp, body: [UInt8], secret: [UInt8]
    ) -> [(name: String, value: String)] {
        let seconds = time.millisecondsSince1970 / 1_000
        let signature = hmac(Array("\(id).\(seconds).".utf8) + body, key: secret)
        return [
            ("webhook-id", id), ("webhook-timestamp", "\(seconds)"),
            ("webhook-signature", "v1," + Base64.encode(signature)),
        ]
    }

    /// As it is told to people and given to libraries.
    package static func secretText(_ secret: [UInt8]) -> String { "whsec_" + Base64.encode(secret) }

    private static func hmac(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(COPENSSL_SHA256_BYTE_COUNT)) { digest, count in
            copenssl_hmac_sha256(key, key.count, message, message.count, digest.baseAddress)
            count = Int(COPENSSL_SHA256_BYTE_COUNT)
        }
    }
}
