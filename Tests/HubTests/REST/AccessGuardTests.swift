import Model
import Testing
import WebCodec

@testable import Hub

@Suite("Access guard")
struct AccessGuardTests {
    /// A page of its own, and of nobody's list.
    private static let allowed = "https://board.example"
    private let accessGuard = AccessGuard(hosts: ["hub.example", "[fd00::1]"], origins: [allowed])

    private func verdict(
        _ line: String, _ fields: HTTPHeaders, host: String? = nil, scheme: String? = nil
    ) throws -> HubError.Code? {
        let head = try TestHub.head(line, fields)
        do throws(HubError) {
            try accessGuard.check(head, host: host ?? head.headers["Host"], scheme: scheme)
            return nil
        } catch {
            return error.code
        }
    }

    // MARK: Host

    @Test(
        "answers to loopback's names and the configured ones, whatever their case, port and last dot",
        arguments: [
            "localhost", "localhost:37100", "LOCALHOST:1", "localhost.", "localhost.:37100", "127.0.0.1:37100",
            "127.0.0.1", "[::1]", "[::1]:37100", "hub.example", "Hub.Example.:443", "[FD00::1]:8443",
        ])
    func servedHosts(host: String) throws {
        #expect(try verdict("GET /health", ["Host": host]) == nil)
        #expect(try verdict("POST /api/projects", ["Host": host, "Origin": "http://\(host)"]) == nil)
    }

    @Test(
        "a name that somebody else may point at this machine is refused, also for reading",
        arguments: [
            "evil.example", "evil.example:37100", "localhost.evil.example", "127.0.0.1.evil.example", "localhost..",
            "xlocalhost", "127.0.0.2", "127.1", "2130706433", "0.0.0.0", "[::2]", "[::]", "[::ffff:127.0.0.1]",
            "sub.hub.example", "hub.example.evil",
        ])
    func foreignHosts(host: String) throws {
        for line in ["GET /health", "OPTIONS /api/projects", "POST /api/projects"] {
            #expect(try verdict(line, ["Host": host]) == .hostForbidden)
        }
        // A page that has rebound its name is of its own origin there.
        let own: HTTPHeaders = ["Host": host, "Origin": "http://\(host)", "Sec-Fetch-Site": "same-origin"]
        #expect(try verdict("POST /api/projects", own) == .hostForbidden)
    }

    @Test(
        "what is no host and port never gets as far",
        arguments: ["localhost@evil.example", "localhost:80:80", "localhost:x", "localhost, evil.example", "", "[::1"])
    func noHosts(host: String) {
        #expect(throws: HTTPError.self) { try TestHub.head("GET /health", ["Host": host]) }
    }

    @Test("a health check of HTTP/1.0 names no host, and may read; a page without one has no origin of its own")
    func withoutHost() throws {
        func head(_ line: String, _ fields: String = "") throws -> RequestHead {
            var parser = HTTPRequestParser()
            parser.append("\(line) HTTP/1.0\r\n\(fields)Content-Length: 0\r\n\r\n".utf8)
            guard case .head(let head)? = try parser.next() else { throw HubError(.badRequest, "no head") }
            return head
        }
        func check(_ line: String, _ fields: String = "") throws {
            let head = try head(line, fields)
            try accessGuard.check(head, host: head.headers["Host"], scheme: nil)
        }
        #expect(throws: Never.self) { try check("GET /health") }
        #expect(throws: HubError.self) { try check("POST /api/projects", "Origin: http://\r\n") }
        #expect(throws: HubError.self) { try check("GET /health", "Host: evil.example\r\n") }
    }

    // MARK: Origin

    /// Requests that change something, or open what can.
    static let unsafe: [(String, HTTPHeaders)] = [
        ("POST /api/projects", [:]), ("PUT /api/projects", [:]), ("PATCH /api/cards/x", [:]),
        ("DELETE /api/cards/x", [:]),
        ("GET /api/ws", ["Upgrade": "websocket", "Connection": "Upgrade"]),
        ("GET /api/ws", ["Upgrade": "h2c, WebSocket", "Connection": "Upgrade"]),
    ]

    private func verdicts(_ fields: HTTPHeaders) throws -> Set<HubError.Code?> {
        Set(
            try Self.unsafe.map { line, own in
                var all = own
                for field in fields.fields { all.append(field.name, field.value) }
                if !all.contains("Host") { all.append("Host", "localhost:37100") }
                return try verdict(line, all)
            })
    }

    @Test(
        "pages of strangers may not change anything, nor open a WebSocket",
        arguments: [
            "https://evil.example", "null", "NULL", "", "*", "http://localhost:8080", "http://localhost",
            "http://localhost:371000", "http://127.0.0.1:37100", "ftp://localhost:37100", "file://",
            "http://localhost:37100.evil.example", "http://localhost:37100/", "localhost:37100", "//localhost:37100",
            "http://localhost:37100 https://evil.example", "https://evil.example, http://localhost:37100",
            "http://user@localhost:37100", "http://board.example", "https://board.example:8443",
            "https://board.example.evil", "https://xboard.example", "chrome-extension://localhost:37100",
        ])
    func foreignOrigins(origin: String) throws {
        #expect(try verdicts(["Origin": origin]) == [.originForbidden])
        #expect(try verdicts(["Origin": origin, "Sec-Fetch-Site": "same-origin"]) == [.originForbidden])
    }

    @Test("the hub's own pages and the allowed ones may", arguments: ["http://localhost:37100", allowed])
    func ownOrigins(origin: String) throws {
        #expect(try verdicts(["Origin": origin]) == [nil])
        #expect(try verdicts(["Origin": origin.uppercased()]) == [nil])
    }

    @Test(
        "where the scheme is known, a page of the same host over the other one is a stranger's",
        arguments: [(nil, ["http", "https"]), ("http", ["http"]), ("https", ["https"])] as [(String?, Set<String>)])
    func scheme(served: String?, own: Set<String>) throws {
        for page in ["http", "https"] {
            let fields: HTTPHeaders = ["Host": "localhost", "Origin": "\(page)://localhost"]
            let expected: HubError.Code? = own.contains(page) ? nil : .originForbidden
            #expect(try verdict("POST /api/projects", fields, scheme: served) == expected)
        }
    }

    @Test("what a trusted proxy says that was asked for comes before `Host`")
    func hostByProxy() throws {
        let fields: HTTPHeaders = ["Host": "127.0.0.1:37100", "Origin": "https://hub.example"]
        #expect(try verdict("POST /api/projects", fields, host: "hub.example", scheme: "https") == nil)
        #expect(try verdict("POST /api/projects", fields) == .originForbidden)
        #expect(try verdict("GET /health", fields, host: "evil.example") == .hostForbidden)
    }

    @Test("several origins are none") func severalOrigins() {
        let fields: HTTPHeaders = [
            "Host": "localhost", "Origin": "http://localhost", "origin": "https://evil.example",
        ]
        #expect(throws: HTTPError.self) { try TestHub.head("POST /api/projects", fields) }
    }

    @Test("programs, which have no origin, may do everything") func programs() throws {
        #expect(try verdicts([:]) == [nil])
    }

    @Test("a stranger's page may ask for reading: what it may not is to see the answer", arguments: ["GET", "HEAD"])
    func reading(method: String) throws {
        let fields: HTTPHeaders = [
            "Host": "localhost", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site",
        ]
        #expect(try verdict("\(method) /api/projects", fields) == nil)
    }

    // MARK: Sec-Fetch-Site

    @Test(
        "what a browser calls another site is refused, also when it sends no origin",
        arguments: ["cross-site", "same-site", "", "none, cross-site", "SAME-ORIGIN", "new-word"])
    func foreignSites(site: String) throws {
        #expect(try verdicts(["Sec-Fetch-Site": site]) == [.originForbidden])
        // The same name over the other scheme: `Origin` and `Host` cannot tell where the port goes without saying.
        let other: HTTPHeaders = ["Host": "hub.example", "Origin": "http://hub.example", "Sec-Fetch-Site": site]
        #expect(try verdicts(other) == [.originForbidden])
        #expect(try verdicts(["Origin": Self.allowed, "Sec-Fetch-Site": site]) == [nil])
    }

    @Test("the hub's own pages and the user's hand are not", arguments: ["same-origin", "none"])
    func ownSites(site: String) throws {
        #expect(try verdicts(["Sec-Fetch-Site": site]) == [nil])
        #expect(try verdicts(["Sec-Fetch-Site": site, "Origin": "http://localhost:37100"]) == [nil])
    }

    @Test("several sites are as strange as the strangest") func severalSites() throws {
        var fields: HTTPHeaders = ["Sec-Fetch-Site": "same-origin"]
        fields.append("sec-fetch-site", "cross-site")
        #expect(try verdicts(fields) == [.originForbidden])
    }
}
