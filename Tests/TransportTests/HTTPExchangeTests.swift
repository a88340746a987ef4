import FoundationEssentials
import Synchronization
import Testing
import Transport
import WebCodec

@Suite("HTTP over a socket", .timeLimit(.minutes(3)))
struct HTTPExchangeTests {
    /// Says back the method, the path and the body.
    private static let mirror: RequestHandler = { request in
        let path = request.head.path.joined(separator: "/")
        return Response(body: .bytes(Array("\(request.head.method.name) \(path) ".utf8) + request.body))
    }

    @Test("an answer has its length, a date, and keeps the connection")
    func plain() async throws {
        let server = try TestServer(Self.mirror)
        try await server.talk { (client) throws in
            for _ in 0..<3 {
                let reply = try client.get("/a/b")
                #expect(reply.status == 200)
                #expect(reply.text == "GET a/b ")
                #expect(reply.header("Date") == "Sun, 06 Nov 1994 08:49:37 GMT")
                #expect(reply.header("Connection") == nil)
            }
        }
    }

    @Test("pipelined requests are answered in order, also when the first is the slowest")
    func pipelining() async throws {
        let gate = Gate()
        let server = try TestServer { request in
            if request.head.path == ["slow"] { await gate.wait() }
            return await Self.mirror(request)
        }
        try await server.talk { (client) throws in
            try client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
            for number in 0..<50 {
                try client.send("POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
            }
            gate.open()
            #expect(try client.reply().text == "GET slow ")
            for number in 0..<50 { #expect(try client.reply().text == "POST \(number) abc") }
        }
    }

    @Test("what only waits is given up when its client leaves", arguments: [false, true])
    func givenUp(isOnlyWaiting: Bool) async throws {
        let (begun, over, left) = (Gate(), Gate(), Gate())
        let wasCancelled = Mutex(false)
        let server = try TestServer(isOnlyWaiting: { _ in isOnlyWaiting }) { _ in
            begun.open()
            await withTaskCancellationHandler {
                await left.wait()
            } onCancel: {
                left.open()
            }
            wasCancelled.withLock { $0 = Task.isCancelled }
            over.open()
            return Response()
        }
        let port = server.port
        try await offPool {
            let client = try RawClient(port: port)
            try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
            client.hangUp()
        }
        await begun.wait()
        if !isOnlyWaiting { left.open() }
        await over.wait()
        #expect(wasCancelled.withLock(\.self) == isOnlyWaiting)
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("what only waits is answered when the server stops")
    func stopped() async throws {
        let begun = Gate()
        let server = try TestServer(isOnlyWaiting: { _ in true }) { _ in
            begun.open()
            let gate = Gate()
            await withTaskCancellationHandler {
                await gate.wait()
            } onCancel: {
                gate.open()
            }
            return Response(status: 503)
        }
        let port = server.port
        let client = try await offPool {
            let client = try RawClient(port: port)
            try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
            return client
        }
        await begun.wait()
        try await server.stop(deadlineSeconds: 60, clients: [client]) {
            let reply = try client.reply()
            #expect(reply.status == 503)
        }
    }

    @Test("HEAD has the length and no body")
    func head() async throws {
        let server = try TestServer(Self.mirror)
        try await server.talk { (client) throws in
            try client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\nGET /y HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.reply(toHead: true).header("Content-Length") == "7")
            #expect(try client.reply().text == "GET y ")
        }
    }

    @Test("204 says nothing of a length")
    func noContent() async throws {
        let server = try TestServer { _ in Response(status: 204) }
        try await server.talk { (client) throws in
            #expect(try client.get("/").header("Content-Length") == nil)
            #expect(try client.get("/").status == 204)
        }
    }

    @Test("a client that waits for 100 Continue gets it")
    func expectContinue() async throws {
        let server = try TestServer(Self.mirror)
        try await server.talk { (client) throws in
            try client.send("PUT /p HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.reply().status == 100)
            try client.send("ok")
            #expect(try client.reply().text == "PUT p ok")
        }
    }

    @Test("Connection: close and HTTP/1.0 are honoured", arguments: [("1.1", "Connection: close\r\n"), ("1.0", "")])
    func closing(version: String, field: String) async throws {
        let server = try TestServer(Self.mirror)
        try await server.talk { (client) throws in
            try client.send("GET / HTTP/\(version)\r\nHost: h\r\n\(field)\r\nGET /never HTTP/1.1\r\nHost: h\r\n\r\n")
            let reply = try client.reply()
            #expect(reply.header("Connection") == "close")
            #expect(try client.isAtEnd())
        }
    }

    @Test("a chunked body arrives whole")
    func chunked() async throws {
        let server = try TestServer(Self.mirror)
        try await server.talk { (client) throws in
            try client.send("POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            try client.send("2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n")
            #expect(try client.reply().text == "POST c abcde")
            #expect(try client.get("/next").text == "GET next ")
        }
    }

    @Test("a body above the limit is refused with a problem that names the limit, and the connection closes")
    func bodyLimit() async throws {
        var limits = TransportLimits()
        limits.http.bodyByteCountMax = 1000
        let server = try TestServer(limits: limits, Self.mirror)
        try await server.talk { (client) throws in
            try client.send(
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n" + String(repeating: "x", count: 900))
            let reply = try client.reply()
            #expect(reply.status == 413)
            #expect(reply.header("Content-Type") == "application/problem+json")
            #expect(
                reply.text.contains("bodyByteCountMax (1000)") && reply.text.contains("\"code\":\"PAYLOAD_TOO_LARGE\""))
            #expect(try client.isAtEnd())
        }
    }

    @Test("an answer with a header that would split it becomes a 500")
    func headerInjection() async throws {
        let server = try TestServer { _ in Response(headers: ["X": "a\r\nSet-Cookie: b"]) }
        try await server.talk { (client) throws in
            #expect(try client.get("/").status == 500)
            #expect(try client.isAtEnd())
        }
    }

    @Test("a framing header of the handler's becomes a 500", arguments: ["Content-Length", "connection", "Date"])
    func framingHeader(name: String) async throws {
        let server = try TestServer { _ in Response(headers: [name: "5"]) }
        try await server.talk { (client) throws in #expect(try client.get("/").status == 500) }
    }

    @Test("a handler is cancelled when its client leaves")
    func clientLeaves() async throws {
        let (begun, cancelled) = (Gate(), Gate())
        let server = try TestServer { _ in
            await withTaskCancellationHandler {
                begun.open()
                await cancelled.wait()
            } onCancel: {
                cancelled.open()
            }
            return Response()
        }
        let port = server.port
        let client = try await offPool {
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            return client
        }
        await begun.wait()
        client.hangUp()
        await cancelled.wait()
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("what a client asked to be done is done to its end, though it leaves")
    func clientLeavesWork() async throws {
        let (begun, gone, done) = (Gate(), Gate(), Gate())
        let wasCancelled = Mutex(true)
        let server = try TestServer(observer: EndObserver(gone)) { _ in
            begun.open()
            await gone.wait()
            wasCancelled.withLock { $0 = Task<Never, Never>.isCancelled }
            done.open()
            return Response()
        }
        let port = server.port
        let client = try await offPool {
            let client = try RawClient(port: port)
            try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi")
            return client
        }
        await begun.wait()
        client.hangUp()
        await done.wait()
        #expect(wasCancelled.withLock { !$0 })
        await server.server.stop(deadlineSeconds: 1)
    }

    /// Opens its gate when an exchange has ended.
    private final class EndObserver: TransportObserver {
        private let gate: Gate
        init(_ gate: Gate) { self.gate = gate }

        func ended(_ record: ExchangeRecord) { gate.open() }
        func connectionOpened() {}
        func connectionClosed() {}
        func refused(_ code: HTTPError.Code) {}
        func handshakeEnded(succeeded: Bool) {}
        func received(byteCount: Int) {}
        func sent(byteCount: Int) {}
        func messageReceived() {}
        func framesSent(count: Int) {}
        func streamOpened() {}
        func ticked(lateMilliseconds: UInt64) {}
    }

    @Test("a handler begins on the loop; what leaves it, and what a stream is made by, computes elsewhere")
    func handlersThread() async throws {
        let server = try TestServer { request in
            let begins = threadName()
            let leaves = await withTaskExecutorPreference(globalConcurrentExecutor) { threadName() }
            return Response(
                body: .stream(byteCount: nil) { writer in
                    let isOnLoop = [begins, leaves, threadName()].map { $0 == "roost-loop" ? "loop" : "pool" }
                    try await writer.write(Array(isOnLoop.joined(separator: " ").utf8))
                })
        }
        try await server.talk { (client) throws in #expect(try client.get("/").text == "loop pool pool") }
    }

    @Test("reading pauses while much waits behind a busy request, and nothing is lost")
    func busyPause() async throws {
        let gate = Gate()
        let server = try TestServer { request in
            await gate.wait()
            return await Self.mirror(request)
        }
        try await server.talk { (client) throws in
            let body = String(repeating: "b", count: 60_000)
            let request = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n\r\n\(body)"
            for _ in 0..<3 { try client.send(request) }
            gate.open()
            for _ in 0..<3 { #expect(try client.reply().body.count == 60_007) }
        }
    }

    @Test("what comes behind a busy request is read up to behindBusyByteCountMax")
    func busyBound() async throws {
        var limits = TransportLimits()
        limits.behindBusyByteCountMax = 1000
        let (begun, gate) = (Gate(), Gate())
        let server = try TestServer(limits: limits) { _ in
            begun.open()
            await gate.wait()
            return Response()
        }
        let port = server.port
        let client = try await offPool {
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            return client
        }
        await begun.wait()
        // All that the kernel takes on both sides is far less.
        let count = try await offPool { try client.sendWhileTaken(byteCountMax: 64 << 20, patienceMilliseconds: 500) }
        #expect(count < 64 << 20)
        gate.open()
        client.hangUp()
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a client that does not read its answers is not served without bound")
    func unreadAnswers() async throws {
        let served = Mutex(0)
        let server = try TestServer { _ in
            served.withLock { $0 += 1 }
            return Response(body: .bytes([UInt8](repeating: 7, count: 1 << 20)))
        }
        try await server.talk { (client) throws in
            let count = 64
            for _ in 0..<count { try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n") }
            _ = try client.reply()
            #expect(served.withLock { $0 } < count)
            for _ in 1..<count { #expect(try client.reply().body.count == 1 << 20) }
        }
    }

    @Test("a large answer arrives whole")
    func large() async throws {
        var body = [UInt8](repeating: 1, count: 20 << 20)
        for index in stride(from: 0, to: body.count, by: 65_521) { body[index] = UInt8(truncatingIfNeeded: index) }
        let server = try TestServer { [body] _ in Response(body: .bytes(body)) }
        try await server.talk { [body] (client) throws in
            let isSame = try client.get("/").body == body
            #expect(isSame)
        }
    }
}

/// Of the thread that calls; nil where the system does not say.
private func threadName() -> String? {
    FileManager.default.contents(atPath: "/proc/thread-self/comm").map {
        String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
