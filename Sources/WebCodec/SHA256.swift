internal import COpenSSL

/// FIPS 180-4.
package enum SHA256 {
    /// - Returns: 32 bytes.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(COPENSSL_SHA256_BYTE_COUNT))
        unsafe copenssl_sha256(bytes, bytes.count, &digest)
        return digest
    }
}
