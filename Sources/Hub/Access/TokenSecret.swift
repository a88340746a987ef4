import Model
import WebCodec

/// What a user shows to be known: `rst_` and 43 characters that stand for 256 bits of chance. It is told once; only its
/// hash is kept, which needs no salt, since nobody can guess what it is of.
struct TokenSecret: Sendable {
    static let byteCount = 32
    private static let prefix = "rst_"

    let text: String

    init(_ text: String) { self.text = text }

    init(bytes: [UInt8]) {
        // RFC 4648 section 5, without padding: it stands in URLs as it is.
        let digits = Base64.encode(bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        text = Self.prefix + digits
    }

    static func make() -> TokenSecret {
        var generator = SystemRandomNumberGenerator()
        return TokenSecret(bytes: (0..<byteCount).map { _ in generator.next() })
    }

    var hash: [UInt8] { SHA256.digest(Array(text.utf8)) }
}
