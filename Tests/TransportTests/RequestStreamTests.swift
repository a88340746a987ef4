import Synchronization
import Testing
import WebCodec

@testable import Transport

@Suite("Bodies that are taken as they come", .timeLimit(.minutes(3)))
struct RequestStreamTests {
    private static func server(
        limits: TransportLimits = TransportLimits(), _ handler: @escaping RequestHandler
    ) throws -> TestServer {
        try TestServer(limits: limits, bodyRule: { $0.path == ["whole"] ? .whole : .streamed }, handler)
    }

    private static func limits(_ change: (inout TransportLimits) -> Void) -> TransportLimits {
        var limits = TransportLimits()
        change(&limits)
        return limits
    }

    /// Says back what came.
    private static let mirror: RequestHandler = { request in
        guard let stream = request.stream else { return Response(body: .bytes(Array("whole ".utf8) + request.body)) }
        var bytes = Array("streamed ".utf8)
        do { for try await piece in stream { bytes += piece } } catch { return Response(status: 500) }
        return Response(body: .bytes(bytes))
    }

    @Test("counted, chunked, empty and whole ones arrive, one after the other on one connection")
    func arrival() async throws {
        try await Self.server(Self.mirror).talk { (client) throws in
            try client.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe")
            try client.send("lloPUT /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1")
            #expect(try client.reply().text == "streamed hello")
            try client.send("0\r\n0123456789abcdef\r\n0\r\nT: v\r\n\r\nPUT /c HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.reply().text == "streamed abc0123456789abcdef")
            #expect(try client.reply().text == "whole ")
            try client.send("PUT /whole HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok")
            #expect(try client.reply().text == "whole ok")
        }
    }

    @Test("a handler that is behind holds up its client, and nothing is lost")
    func backPressure() async throws {
        let byteCount = 24 << 20
        let limits = TransportLimits()
        let most = Mutex(0)
        let server = try Self.server(limits: limits) { request in
            guard let stream = request.stream else { return Response(status: 500) }
            while stream.waitingByteCount < limits.behindHandlerByteCountMax { await Task.yield() }
            var (total, sum) = (0, 0)
            do {
                for try await piece in stream {
                    let waiting = stream.waitingByteCount
                    most.withLock { $0 = max($0, waiting) }
                    total += piece.count
                    sum += piece.reduce(0) { $0 + Int($1) }
                }
            } catch { return Response(status: 500) }
            return Response(body: .bytes(Array("\(total) \(sum)".utf8)))
        }
        try await server.talk { (client) throws in
            try client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: \(byteCount)\r\n\r\n")
            try client.send([UInt8](repeating: 3, count: byteCount))
            #expect(try client.reply().text == "\(byteCount) \(byteCount * 3)")
        }
        #expect(most.withLock { $0 } <= limits.behindHandlerByteCountMax + 64 << 10)
    }

    @Test("what is announced above the limit is refused before anybody is asked to send it")
    func tooLongAtTheHead() async throws {
        let server = try Self.server(limits: Self.limits { $0.http.uploadByteCountMax = 1000 }) { _ in
            Issue.record("the handler was called")
            return Response()
        }
        try await server.talk { (client) throws in
            try client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n")
            let reply = try client.reply()
            #expect(reply.status == 413 && reply.text.contains("uploadByteCountMax (1000)"))
            #expect(try client.isAtEnd())
        }
    }

    @Test(
        "what turns out to be too long, or wrong, ends the body with the reason, and is answered by it",
        arguments: [("3F0\r\n", 413, "uploadByteCountMax (1000)"), ("zz\r\n", 400, "hexadecimal")])
    func wrongOnTheWay(chunk: String, status: Int, reason: String) async throws {
        let seen = Mutex<RequestBodyError?>(nil)
        let ended = Gate()
        let server = try Self.server(limits: Self.limits { $0.http.uploadByteCountMax = 1000 }) { request in
            do { if let stream = request.stream { for try await _ in stream {} } } catch {
                seen.withLock { $0 = error as? RequestBodyError }
            }
            ended.open()
            return Response(status: 500)
        }
        try await server.talk { (client) throws in
            try client.send("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n0123456789abcdef\r\n")
            try client.send(chunk)
            let reply = try client.reply()
            #expect(reply.status == status && reply.text.contains(reason))
            #expect(try client.isAtEnd())
        }
        await ended.wait()
        guard case .refused(let error)? = seen.withLock({ $0 }) else {
            Issue.record("the handler was not told")
            return
        }
        #expect(error.status == status)
    }

    @Test("100 Continue goes out when the handler asks for the body, and not before")
    func continuing() async throws {
        let gate = Gate()
        let server = try Self.server { request in
            if request.head.path == ["refuse"] { return Response(status: 403) }
            await gate.wait()
            return await Self.mirror(request)
        }
        let port = server.port
        try await server.talk { (client) throws in
            let head = "HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
            let other = try RawClient(port: port)
            try other.send("PUT /refuse \(head)")
            let refusal = try other.reply()
            #expect(refusal.status == 403 && refusal.header("Connection") == "close")
            #expect(try other.isAtEnd())
            try client.send("PUT /take \(head)")
            gate.open()
            #expect(try client.reply().status == 100)
            try client.send("ok")
            #expect(try client.reply().text == "streamed ok")
        }
    }

    @Test("an answer before the end of the body closes the connection behind it")
    func earlyAnswer() async throws {
        try await Self.server { _ in Response(status: 409) }.talk { (client) throws in
            try client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nGET / HT")
            let reply = try client.reply()
            #expect(reply.status == 409 && reply.header("Connection") == "close")
            #expect(try client.isAtEnd())
        }
    }

    @Test("a client that leaves in the middle ends the body and cancels the task")
    func leaving() async throws {
        let (begun, ended) = (Gate(), Gate())
        let server = try Self.server { request in
            guard let stream = request.stream else { return Response(status: 500) }
            do {
                for try await _ in stream { begun.open() }
                Issue.record("the body came to an end")
            } catch {}
            while !Task.isCancelled { await Task.yield() }
            ended.open()
            return Response()
        }
        let port = server.port
        let client = try await offPool {
            let client = try RawClient(port: port)
            try client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc")
            return client
        }
        await begun.wait()
        client.hangUp()
        await ended.wait()
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a client that leaves is noticed also while its handler is behind and reading is paused")
    func leavingWhilePaused() async throws {
        let limits = TransportLimits()
        let (behind, ended) = (Gate(), Gate())
        let server = try Self.server(limits: limits) { request in
            guard let stream = request.stream else { return Response(status: 500) }
            while stream.waitingByteCount < limits.behindHandlerByteCountMax { await Task.yield() }
            behind.open()
            await withTaskCancellationHandler {
                await ended.wait()
            } onCancel: {
                ended.open()
            }
            return Response()
        }
        let port = server.port
        let client = try await offPool {
            let client = try RawClient(port: port)
            try client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n")
            try client.send([UInt8](repeating: 0, count: limits.behindHandlerByteCountMax + 20_000))
            return client
        }
        await behind.wait()
        // An ordinary end would stand behind what is not read, and not arrive when the window is closed.
        client.vanish()
        await ended.wait()
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a body slower than the least rate gets 408, whole or streamed", arguments: ["whole", "streamed"])
    func slow(path: String) async throws {
        let limits = Self.limits {
            $0.bodyRateGraceSeconds = 1
            $0.bodyRateWindowSeconds = 1
            $0.bodyByteRateMin = 100
        }
        try await Self.server(limits: limits, Self.mirror).talk { (client) throws in
            try client.send("PUT /\(path) HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\nabc")
            let reply = try client.reply()
            #expect(reply.status == 408 && reply.text.contains("bodyByteRateMin (100)"))
            #expect(try client.isAtEnd())
        }
    }
}

@Suite("Least body rate")
struct BodyRateTests {
    private static let limits = TransportLimits()  // 20 s of grace, windows of 10 s, 500 bytes a second

    @Test("nothing is asked in the grace time, then so much in every window")
    func windows() {
        var rate = BodyRate(now: 1000, limits: Self.limits)
        func tooSlow(_ now: UInt64) -> Bool { rate.isTooSlow(at: now, isWaiting: true, limits: Self.limits) }
        #expect(!tooSlow(20_999))
        #expect(!tooSlow(21_000))
        rate.received(5000)
        #expect(!tooSlow(30_999))
        #expect(!tooSlow(31_000))
        rate.received(4999)
        #expect(!tooSlow(40_999))
        #expect(tooSlow(41_000))
    }

    @Test("time in which the handler is behind does not count")
    func paused() {
        var rate = BodyRate(now: 0, limits: Self.limits)
        func tooSlow(_ now: UInt64, isWaiting: Bool = true) -> Bool {
            rate.isTooSlow(at: now, isWaiting: isWaiting, limits: Self.limits)
        }
        rate.restart(at: 15_000, limits: Self.limits)
        #expect(rate.dueMilliseconds == 20_000, "the grace goes on")
        #expect(!tooSlow(20_000))
        #expect(!tooSlow(30_000, isWaiting: false))
        rate.restart(at: 35_000, limits: Self.limits)
        #expect(!tooSlow(44_999))
        #expect(tooSlow(45_000))
    }
}
