import COpenSSL
import Model

/// SHA-256 of bytes as they come (FIPS 180-4). OpenSSL's state is its own, and goes with it.
@safe final class ContentDigest {
    private let state: OpaquePointer

    init() {
        guard let state = unsafe copenssl_sha256_begin() else { fatalError("there is no memory for a digest") }
        unsafe self.state = state
    }

    deinit { unsafe copenssl_sha256_free(state) }

    func add(_ bytes: [UInt8]) {
        let isAdded = unsafe copenssl_sha256_add(state, bytes, bytes.count)
        precondition(isAdded, "SHA-256 takes any bytes")
    }

    /// Of all so far.
    var value: ContentHash {
        var digest = [UInt8](repeating: 0, count: ContentHash.byteCount)
        guard unsafe copenssl_sha256_value(state, &digest) else { fatalError("there is no memory for a digest") }
        return ContentHash(digest: digest)
    }
}
