/// Families that are about the order of requests, the versions and the connection.
extension StrictnessCorpus {
    private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"

    static let pipelining: [Case] = [
        served(["GET a ", "GET b "], "pipeline: two", get("/a") + get("/b")),
        served(["POST a xy", "GET b "], "pipeline: a body between", post("/a", "Content-Length: 2", "xy") + get("/b")),
        served(
            ["POST a xy", "GET b "], "pipeline: chunks between",
            post("/a", "Transfer-Encoding: chunked", "2\r\nxy\r\n0\r\n\r\n") + get("/b")),
        served(
            ["POST a ", "GET smuggled "], "pipeline: what stands behind a body is the next request",
            post("/a", "Content-Length: 0", smuggled)),
        served(
            ["POST a \(smuggled)"], "smuggling: a request inside a counted body",
            post("/a", "Content-Length: \(smuggled.utf8.count)", smuggled)),
        served(["GET a ", "GET b "], "pipeline: an empty line between", get("/a") + "\r\n" + get("/b")),
        served(["GET a "], 400, "pipeline: two empty lines between", get("/a") + "\r\n\r\n" + get("/b")),
        served(["GET a "], 400, "pipeline: rubbish behind", get("/a") + "\u{1}\u{2}\u{3}\r\n\r\n"),
        served(
            ["GET a "], 505, "pipeline: the second is of another version", get("/a") + "GET / HTTP/3.0\r\n\r\n"),
        refused(
            400, "smuggling: CL.TE",
            post("/a", "Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n" + smuggled)),
        refused(
            400, "smuggling: TE.CL",
            post("/a", "Transfer-Encoding: chunked\r\nContent-Length: 3", "0\r\n\r\n" + smuggled)),
        refused(501, "smuggling: TE.TE", post("/a", "Transfer-Encoding: chunked, x", "0\r\n\r\n" + smuggled)),
        refused(400, "smuggling: CL.CL", post("/a", "Content-Length: 0\r\nContent-Length: 44", smuggled)),
        refused(400, "smuggling: CL.0 by sign", post("/a", "Content-Length: -0", smuggled)),
        refused(
            400, "smuggling: TE hidden by a space", post("/a", "Transfer-Encoding : chunked", "0\r\n\r\n" + smuggled)),
        refused(400, "smuggling: TE hidden by a fold", post("/a", "X: y\r\n Transfer-Encoding: chunked", "0\r\n\r\n")),
        refused(400, "smuggling: TE behind a bare LF", post("/a", "X: y\nTransfer-Encoding: chunked", "0\r\n\r\n")),
        refused(400, "smuggling: TE behind a bare CR", post("/a", "X: y\rTransfer-Encoding: chunked", "0\r\n\r\n")),
        refused(
            400, "smuggling: a chunk's size that overflows",
            post("/a", "Transfer-Encoding: chunked", "10000000000000002\r\nab\r\n0\r\n\r\n" + smuggled)),
        refused(
            400, "smuggling: a last chunk without its empty line",
            post("/a", "Transfer-Encoding: chunked", "0\r\n\r") + "X"),
        refused(
            400, "smuggling: a last chunk that runs into a request",
            post("/a", "Transfer-Encoding: chunked", "0\r\nGET /smuggled HTTP/1.1\r\n\r\n")),
        served(
            ["POST a ab"], "smuggling: a length among the trailers is dropped",
            post("/a", "Transfer-Encoding: chunked", "2\r\nab\r\n0\r\nContent-Length: 50\r\n\r\n")),
        refused(
            400, "smuggling: NUL in a trailer",
            post("/a", "Transfer-Encoding: chunked", "0\r\nX: a\0\r\n\r\n")),
    ]

    static let versions: [Case] = [
        last("GET x ", "1.0: without Host", "GET /x HTTP/1.0\r\n\r\n"),
        last("GET x ", "1.0: with Host", "GET /x HTTP/1.0\r\nHost: h\r\n\r\n"),
        last("GET x ", "1.0: keep-alive is not given", "GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
        last("POST x ab", "1.0: a counted body", "POST /x HTTP/1.0\r\nContent-Length: 2\r\n\r\nab"),
        last("POST x ab", "1.0: Expect is nothing", "POST /x HTTP/1.0\r\nContent-Length: 2\r\nExpect: y\r\n\r\nab"),
        refused(400, "1.0: two Hosts", "GET /x HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n"),
        refused(411, "1.0: PUT without a length", "PUT /x HTTP/1.0\r\n\r\n"),
        refused(400, "0.9", "GET /x\r\n"),
        refused(400, "version: HTTP/01.1", "GET /x HTTP/01.1\r\nHost: h\r\n\r\n"),
        refused(400, "version: HTTP/1.1x", "GET /x HTTP/1.1x\r\nHost: h\r\n\r\n"),
        refused(505, "version: HTTP/0.9", "GET /x HTTP/0.9\r\nHost: h\r\n\r\n"),
        refused(400, "version: HTTP/-1.1", "GET /x HTTP/-1.1\r\nHost: h\r\n\r\n"),
    ]

    static let closing: [Case] = [
        last("GET x ", "close: Connection: close", get("/x", "Connection: close")),
        last("GET x ", "close: in any case", get("/x", "Connection: CLOSE")),
        last("GET x ", "close: among others", get("/x", "Connection: keep-alive , close")),
        last("GET x ", "close: in a second field", get("/x", "Connection: keep-alive\r\nConnection: close")),
        served(["GET x "], "close: not by a longer word", get("/x", "Connection: closed")),
        served(["GET x "], "te: trailers", get("/x", "TE: trailers\r\nConnection: TE")),
        served(
            ["POST x ab"], "trailer: announced",
            post("/x", "Transfer-Encoding: chunked\r\nTrailer: T", "2\r\nab\r\n0\r\nT: v\r\n\r\n")),
        served(
            ["GET x "], "upgrade: a WebSocket where there is none",
            get("/x", "Connection: Upgrade\r\nUpgrade: websocket")),
    ]

    static let expectations: [Case] = [
        served(
            ["POST x ab"], "expect: the body comes at once",
            post("/x", "Content-Length: 2\r\nExpect: 100-continue", "ab")),
        served(["POST x ab"], "expect: in any case", post("/x", "Content-Length: 2\r\nExpect: 100-Continue", "ab")),
        served(
            ["POST x ab"], "expect: with chunks",
            post("/x", "Transfer-Encoding: chunked\r\nExpect: 100-continue", "2\r\nab\r\n0\r\n\r\n")),
        refused(417, "expect: a list", post("/x", "Content-Length: 2\r\nExpect: 100-continue, y", "ab")),
        refused(417, "expect: a parameter", post("/x", "Content-Length: 2\r\nExpect: 100-continue;q=1", "ab")),
        refused(417, "expect: nothing", post("/x", "Content-Length: 2\r\nExpect:", "ab")),
        refused(413, "expect: above the limit", post("/x", "Content-Length: 9999999\r\nExpect: 100-continue", "")),
    ]

    static let heads: [Case] = [
        Case(
            name: "head: no body", bytes: Array("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n".utf8),
            answers: [.init([200], toHead: true)]),
        Case(
            name: "head: with a request behind", bytes: Array(("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n" + get("/y")).utf8),
            answers: [.init([200], toHead: true), .init([200], "GET y ")]),
        Case(
            name: "head: of HTTP/1.0", bytes: Array("HEAD /x HTTP/1.0\r\n\r\n".utf8),
            answers: [.init([200], toHead: true)], closes: true),
    ]

    static let methods: [Case] =
        ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map {
            served(["\($0) x "], "method: \($0)", "\($0) /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
        }
        + ["TRACE", "PROPFIND", "Get", "GETT", "get", "M-SEARCH"].map {
            refused(501, "method: \($0)", "\($0) /x HTTP/1.1\r\nHost: h\r\n\r\n")
        }
        + ["", "GE\u{0}T", "GE:T", "G\u{E9}T", "\"GET\"", "GET,"].map {
            refused(400, "method: \($0.debugDescription)", "\($0) /x HTTP/1.1\r\nHost: h\r\n\r\n")
        }

    static let moreTargets: [Case] = [
        served(["GET |x "], "target: two slashes", get("//x")),
        served(["GET  "], "target: an empty query", get("/?")),
        served(["GET ..;|x "], "target: what only looks like a dot segment", get("/..;/x")),
        served(["GET [x] "], "target: brackets", get("/[x]")),
        refused(400, "target: a lone percent", get("/%")),
        refused(400, "target: an encoded dot", get("/%2e")),
        refused(400, "target: overlong backslash", get("/%c1%9c")),
        refused(400, "target: a surrogate", get("/%ED%A0%80")),
        refused(400, "target: encoded DEL", get("/a%7Fb")),
        refused(400, "target: encoded tab", get("/a%09b")),
        served(["GET x "], "target: https", get("https://h/x")),
        refused(400, "target: absolute without a host", get("http:///x")),
        refused(400, "target: absolute with another port", get("http://h:81/x")),
        refused(400, "target: authority form", get("h:80")),
        refused(400, "target: dot dot at the end", get("/a/..")),
        refused(400, "target: dot dot, doubly", get("/../../etc/passwd")),
        refused(400, "target: dot dot and an encoded slash", get("/..%2f..%2fetc")),
        refused(400, "target: raw UTF-8", get("/é")),
        refused(414, "target: one byte too long", get("/" + String(repeating: "a", count: 8192))),
        refused(414, "target: a long query", get("/?" + String(repeating: "a", count: 8192))),
    ]

    static let moreHosts: [Case] = [
        served(["GET x "], "host: an empty port", host("h:")),
        served(["GET x "], "host: upper case", host("H.Example:80")),
        refused(400, "host: a long port", host("h:999999")),
        refused(400, "host: percent-encoded", host("%68")),
        refused(400, "host: behind the bracket", host("[::1]x")),
        refused(400, "host: no address in the brackets", host("[zz]")),
        refused(400, "host: empty brackets", host("[]")),
        refused(400, "host: only a port", host(":80")),
        refused(400, "host: a comma", host("h,i")),
        refused(400, "host: NUL", host("h\0")),
        refused(400, "host: UTF-8", host("hé")),
    ]

    private static func get(_ target: String, _ fields: String...) -> String {
        "GET \(target) HTTP/1.1\r\nHost: h\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }
    private static func post(_ target: String, _ fields: String, _ body: String) -> String {
        "POST \(target) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\r\n\(body)"
    }
    private static func host(_ host: String) -> String { "GET /x HTTP/1.1\r\nHost: \(host)\r\n\r\n" }
}
