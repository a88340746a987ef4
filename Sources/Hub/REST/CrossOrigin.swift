import Transport
import WebCodec

/// Lets pages of the configured origins read answers (https://fetch.spec.whatwg.org/#http-cors-protocol); to all
/// others nothing is said, and their browsers keep the answer from them.
struct CrossOrigin {
    /// 10 min: as long as the most patient browsers keep it by default.
    private static let preflightSeconds = 600
    private static let exposed =
        "Accept-Ranges, Content-Range, ETag, Idempotency-Replayed, Location, Retry-After, Roost-Position, X-Request-Id"
    private static let accepted =
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, Last-Event-ID, Range, "
        + "X-Request-Id"

    private let accessGuard: AccessGuard

    init(_ accessGuard: AccessGuard) { self.accessGuard = accessGuard }

    func add(to response: inout Response, for head: RequestHead) {
        response.headers.set("Vary", (response.headers.list("Vary") + ["Origin"]).joined(separator: ", "))
        guard let origin = head.headers["Origin"], accessGuard.isAllowed(origin) else { return }
        response.headers.set("Access-Control-Allow-Origin", origin)
        response.headers.set("Access-Control-Allow-Credentials", "true")
        response.headers.set("Cross-Origin-Resource-Policy", "cross-origin")
        guard head.method == .options, let methods = response.headers["Allow"] else {
            response.headers.set("Access-Control-Expose-Headers", Self.exposed)
            return
        }
        response.headers.set("Access-Control-Allow-Methods", methods)
        response.headers.set("Access-Control-Allow-Headers", Self.accepted)
        response.headers.set("Access-Control-Max-Age", "\(Self.preflightSeconds)")
    }
}
