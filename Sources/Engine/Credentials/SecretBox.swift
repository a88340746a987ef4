import COpenSSL
import Glibc
import Keeper
import Model

/// Seals and opens what the journal keeps of credentials: AES-256-GCM under a key that is a file of its own, for its owner
/// alone. Neither a copy of the journal nor a backup, which has no key, tells a secret.
package struct SecretBox: Sendable {
    package static let fileName = "secret.key"

    /// The folder that holds the key; it is made with the first secret.
    private let folder: String

    package init(in folder: String) { self.folder = folder }

    /// - Returns: nonce, ciphertext and tag. They can be opened for this credential only.
    func seal(_ text: String, for id: Credential.ID) throws -> [UInt8] {
        let key = try loadKey(orMake: true)
        let bytes = Array(text.utf8)
        let nonce = try Self.random(Int(COPENSSL_NONCE_BYTE_COUNT))
        var sealed = [UInt8](repeating: 0, count: bytes.count + Int(COPENSSL_TAG_BYTE_COUNT))
        let context = Array(id.rawValue.utf8)
        guard unsafe copenssl_seal(key, nonce, context, context.count, bytes, bytes.count, &sealed) else {
            throw HubError(.internal, "OpenSSL cannot seal")
        }
        return nonce + sealed
    }

    /// - Throws: `HubError` `.credentialUnusable`.
    func open(_ sealed: [UInt8], for credential: Credential) throws -> String {
        let key = try loadKey(orMake: false)
        let nonceCount = Int(COPENSSL_NONCE_BYTE_COUNT)
        let rest = Array(sealed.dropFirst(nonceCount))
        var bytes = [UInt8](repeating: 0, count: max(0, rest.count - Int(COPENSSL_TAG_BYTE_COUNT)))
        let context = Array(credential.id.rawValue.utf8)
        guard sealed.count >= nonceCount,
            unsafe copenssl_open(
                key, Array(sealed.prefix(nonceCount)), context, context.count, rest, rest.count, &bytes),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw HubError(
                .credentialUnusable,
                "credential \(credential.id) (\(credential.variable)) was sealed under another key than \(Self.fileName) holds"
            )
        }
        return text
    }

    private func loadKey(orMake mayMake: Bool) throws -> [UInt8] {
        let directory = try Directory(path: folder)
        let count = Int(COPENSSL_KEY_BYTE_COUNT)
        if let key = try directory.contents(of: Self.fileName, byteCountMax: count) {
            guard key.count == count else {
                throw HubError(
                    .credentialUnusable, "\(Self.fileName) is no key: it has \(key.count) bytes and not \(count)")
            }
            return key
        }
        guard mayMake else { throw HubError(.credentialUnusable, "the key file \(Self.fileName) is not there") }
        // Another hub, or another thread of this one, may be about to: what one of them has sealed the others must open.
        let temporary = Self.fileName + "." + (try Self.random(8).map { String($0, radix: 16) }.joined())
        try directory.make(Self.fileName, with: try Self.random(count), by: temporary)
        return try loadKey(orMake: false)
    }

    private static func random(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe copenssl_random(&bytes, count) else { throw HubError(.internal, "OpenSSL has no chance to give") }
        return bytes
    }
}
