/// Who a TLS client has proved to be. It was verified against the server's own list of authorities.
package struct ClientCertificate: Sendable, Hashable {
    /// RFC 2253: `CN=bot-7,O=Example`. Not cut short: a longer one than `COPENSSL_TLS_NAME_BYTES_MAX` is no identity.
    package let subject: String
    /// SHA-256 of the certificate, in lower-case hexadecimal.
    package let fingerprint: String

    package init(subject: String, fingerprint: String) {
        self.subject = subject
        self.fingerprint = fingerprint
    }
}
