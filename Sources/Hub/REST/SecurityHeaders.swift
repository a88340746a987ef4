import WebCodec

/// What every answer tells browsers.
enum SecurityHeaders {
    /// An answer that is no page needs nothing, and may not be framed.
    private static let apiPolicy = "default-src 'none'; frame-ancestors 'none'"

    static func add(to headers: inout HTTPHeaders) {
        headers.set("X-Content-Type-Options", "nosniff")
        headers.set("Referrer-Policy", "no-referrer")
        headers.set("X-Frame-Options", "DENY")
        headers.set("Cross-Origin-Resource-Policy", "same-origin")
        headers.set("Cross-Origin-Opener-Policy", "same-origin")
        if !headers.contains("Content-Security-Policy") { headers.append("Content-Security-Policy", apiPolicy) }
    }
}
