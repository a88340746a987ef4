import COpenSSL
import Glibc
import Model

/// SHA-256 of bytes as they come (FIPS 180-4). OpenSSL's state is its own, and goes with it.
@safe final class ContentDigest {
    private let state: OpaquePointer

    /// - Throws: ENOMEM: OpenSSL fails for want of memory alone.
    init() throws(FileError) {
        guard let state = unsafe copenssl_sha256_begin() else { throw .of(ENOMEM) }
        unsafe self.state = state
    }

    deinit { unsafe copenssl_sha256_free(state) }

    func add(_ bytes: [UInt8]) {
        let isAdded = unsafe copenssl_sha256_add(state, bytes, bytes.count)
        precondition(isAdded, "SHA-256 takes any bytes")
    }

    /// Of all so far.
    /// - Throws: ENOMEM.
    func value() throws(FileError) -> ContentHash {
        var digest = [UInt8](repeating: 0, count: ContentHash.byteCount)
        guard unsafe copenssl_sha256_value(state, &digest) else { throw .of(ENOMEM) }
        return ContentHash(digest: digest)
    }
}
