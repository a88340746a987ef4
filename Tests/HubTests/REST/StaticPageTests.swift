import Dashboard
import Model
import RoostTesting
import Testing
import Transport
import WebCodec

@testable import Hub

@Suite("The page's files")
struct StaticPageTests {
    /// A file that becomes smaller, and one that does not.
    private static let files = [
        "app/main.js": Dashboard.File(
            contentType: "text/javascript; charset=utf-8",
            bytes: Array(String(repeating: "abcdefghij", count: 100).utf8),
            modifiedUnixSeconds: 784_111_777),
        "small.css": Dashboard.File(
            contentType: "text/css; charset=utf-8", bytes: Array("p{}".utf8), modifiedUnixSeconds: 4_107_542_400),
    ]
    private static let page = StaticPage(files, now: Timestamp(millisecondsSince1970: 951_782_400_000))

    private static func send(_ line: String, _ headers: HTTPHeaders = [:]) throws -> TestHub.Answer {
        var fields = headers
        fields.append("Host", "localhost")
        let response = try #require(page.respond(to: try TestHub.head(line, fields)))
        guard case .bytes(let bytes) = response.body else {
            return TestHub.Answer(status: response.status, headers: response.headers, body: [])
        }
        return TestHub.Answer(status: response.status, headers: response.headers, body: bytes)
    }

    @Test("a file says what it is, of when, and that it comes in two codings", arguments: ["GET", "HEAD"])
    func plain(method: String) throws {
        let answer = try Self.send("\(method) /app/main.js")
        #expect((answer.status, answer.body.count) == (200, 1000))
        #expect(answer.headers["Content-Type"] == "text/javascript; charset=utf-8")
        #expect(answer.headers["Last-Modified"] == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(answer.headers["Accept-Ranges"] == "bytes")
        #expect(answer.headers["Vary"] == "Accept-Encoding")
        #expect(answer.headers["Content-Encoding"] == nil)
        #expect(try #require(EntityTag(parsing: answer.headers["ETag"] ?? "")).isWeak == false)
    }

    @Test("gzip is another representation, with a tag and ranges of its own") func gzip() throws {
        let plain = try Self.send("GET /app/main.js")
        let gzipped = try Self.send("GET /app/main.js", ["Accept-Encoding": "gzip, br"])
        #expect(gzipped.headers["Content-Encoding"] == "gzip")
        #expect(Gzip.decompressed(gzipped.body, byteCountMax: 1000) == plain.body)
        let (tag, other) = (try #require(gzipped.headers["ETag"]), try #require(plain.headers["ETag"]))
        #expect(tag != other)
        let part = try Self.send(
            "GET /app/main.js", ["Accept-Encoding": "gzip", "Range": "bytes=2-9", "If-Range": tag])
        #expect((part.status, part.body) == (206, Array(gzipped.body[2...9])))
        #expect(part.headers["Content-Range"] == "bytes 2-9/\(gzipped.body.count)")
        #expect(part.headers["Content-Encoding"] == "gzip")
        let mixed = try Self.send(
            "GET /app/main.js", ["Accept-Encoding": "gzip", "Range": "bytes=2-9", "If-Range": other])
        #expect((mixed.status, mixed.body) == (200, gzipped.body), "parts of two codings do not fit together")
        #expect(try Self.send("GET /app/main.js", ["Accept-Encoding": "gzip", "If-None-Match": tag]).status == 304)
        #expect(try Self.send("GET /app/main.js", ["Accept-Encoding": "gzip", "If-None-Match": other]).status == 200)
    }

    @Test("what would not become smaller has one form; who wants neither gets 406") func negotiation() throws {
        #expect(try Self.send("GET /small.css", ["Accept-Encoding": "gzip"]).headers["Content-Encoding"] == nil)
        let refused = try Self.send("GET /app/main.js", ["Accept-Encoding": "identity;q=0, br"])
        #expect((refused.status, try refused.code()) == (406, "NOT_ACCEPTABLE"))
    }

    @Test("a file of the future is of the time at which it was read") func future() throws {
        #expect(try Self.send("GET /small.css").headers["Last-Modified"] == "Tue, 29 Feb 2000 00:00:00 GMT")
    }

    @Test("parts, and what is none") func ranges() throws {
        let part = try Self.send("GET /app/main.js", ["Range": "bytes=995-2000"])
        #expect((part.status, part.body) == (206, Array("fghij".utf8)))
        #expect(part.headers["Content-Range"] == "bytes 995-999/1000")
        #expect(try Self.send("GET /app/main.js", ["Range": "bytes=0-1,3-4"]).body.count == 1000)
        let head = try Self.send("HEAD /app/main.js", ["Range": "bytes=0-1"])
        #expect((head.status, head.headers["Content-Range"]) == (200, nil))
        let beyond = try Self.send("GET /app/main.js", ["Range": "bytes=1000-"])
        #expect((beyond.status, beyond.headers["Content-Range"]) == (416, "bytes */1000"))
        #expect(try beyond.code() == "RANGE_NOT_SATISFIABLE")
    }

    @Test("conditions", arguments: ["GET", "HEAD"]) func conditions(method: String) throws {
        let line = "\(method) /app/main.js"
        let tag = try #require(try Self.send(line).headers["ETag"])
        for fields: HTTPHeaders in [
            ["If-None-Match": "\"x\", \(tag)"], ["If-None-Match": "*"],
            ["If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"],
        ] {
            let answer = try Self.send(line, fields)
            #expect((answer.status, answer.body.count) == (304, 0))
            #expect(answer.headers["ETag"] == tag && answer.headers["Vary"] == "Accept-Encoding")
            #expect(answer.headers["Content-Type"] == nil)
        }
        for fields: HTTPHeaders in [
            ["If-Match": "\"x\""], ["If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:36 GMT"],
        ] {
            #expect(try Self.send(line, fields).status == 412)
        }
        #expect(try Self.send(line, ["If-Match": tag]).status == 200)
    }
}
