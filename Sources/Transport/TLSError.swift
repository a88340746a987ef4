/// Why TLS cannot be spoken: a file that cannot be used. The reason is OpenSSL's.
package struct TLSError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
}
