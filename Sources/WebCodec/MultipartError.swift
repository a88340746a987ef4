/// Why a body is no `multipart/form-data`. Nothing that comes behind it can be understood.
package struct MultipartError: Error, Sendable, Equatable {
    package enum Code: Sendable, Equatable, CaseIterable {
        /// There is none, or none that RFC 2046 section 5.1.1 knows.
        case boundaryInvalid
        /// A delimiter is followed by something else than a line's end or `--`.
        case delimiterInvalid
        case headInvalid
        /// A part has no `Content-Disposition: form-data` with a name (RFC 7578 section 4.2).
        case dispositionInvalid
        case headTooLarge
        case tooManyParts
        /// It ended before its last delimiter.
        case truncated
    }

    package let code: Code
    /// For a person; names the limit where there is one, and repeats nothing that the peer sent.
    package let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}
