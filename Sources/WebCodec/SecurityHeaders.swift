/// What every answer tells browsers, also one that no handler has seen.
package enum SecurityHeaders {
    /// An answer that is no page needs nothing, and may not be framed.
    private static let apiPolicy = "default-src 'none'; frame-ancestors 'none'"

    /// What reaches beyond the page. Only names that browsers know: for others they complain in their console.
    private static let permissions =
        ["camera", "display-capture", "geolocation", "hid", "microphone", "midi", "payment", "serial", "usb"]
        .map { "\($0)=()" }.joined(separator: ", ")

    /// A `Content-Security-Policy` that is there already is kept: a page brings its own. A 304 gets none, since its fields
    /// take the place of those that the browser has kept with the page (RFC 9111 section 4.3.4).
    package static func add(to headers: inout HTTPHeaders, status: Int) {
        headers.set("X-Content-Type-Options", "nosniff")
        headers.set("Referrer-Policy", "no-referrer")
        headers.set("X-Frame-Options", "DENY")
        headers.set("Cross-Origin-Resource-Policy", "same-origin")
        headers.set("Cross-Origin-Opener-Policy", "same-origin")
        headers.set("Permissions-Policy", permissions)
        if status != 304, !headers.contains("Content-Security-Policy") {
            headers.append("Content-Security-Policy", apiPolicy)
        }
    }
}
