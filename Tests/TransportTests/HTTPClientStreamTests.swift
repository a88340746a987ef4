import Logging
import RoostTesting
import Synchronization
import Testing
import WebCodec

@testable import Transport

@Suite("HTTP client: bodies as they come and go", .timeLimit(.minutes(3)))
struct HTTPClientStreamTests {
    private static let client = Result { try HTTPClient(log: Logger(label: "test")) }

    /// Says back what it hears, as it hears it.
    private static let mirror: RequestHandler = { request in
        guard let stream = request.stream else { return Response(status: 500) }
        return Response(
            body: .stream(byteCount: nil) { writer in
                for try await bytes in stream { try await writer.write(bytes) }
            })
    }

    private static func server(
        isSecure: Bool = false, _ handler: @escaping RequestHandler
    ) throws -> (server: TestServer, endpoint: ServerEndpoint) {
        let certificates = try TestCertificates.shared.get()
        let tls = isSecure ? TLSConfiguration(identities: [certificates.local]) : nil
        let server = try TestServer(tls: tls, bodyRule: { $0.hasBody ? .streamed : .whole }, handler)
        let context = isSecure ? try certificates.client() : nil
        return (server, ServerEndpoint(host: "localhost", port: server.port, tls: context))
    }

    private static func upload(
        _ byteCount: Int?, _ produce: @escaping @concurrent @Sendable (BodyWriter) async throws -> Void
    ) -> ClientRequest {
        var request = ClientRequest(.post, "/")
        request.body = .stream(byteCount: byteCount, produce)
        request.timeout = .silence(seconds: 60)
        request.bodyByteCountMax = 64 << 20
        return request
    }

    private func error(_ body: () async throws -> Void) async -> HTTPClientError? {
        await #expect(throws: HTTPClientError.self) { try await body() }
    }

    @Test(
        "a request's body is made while it is sent, counted or not, plainly and over TLS", arguments: [false, true],
        [nil, 3_000_000])
    func upload(isSecure: Bool, byteCount: Int?) async throws {
        let (server, endpoint) = try Self.server(isSecure: isSecure) { request in
            guard let stream = request.stream else { return Response(status: 500) }
            var (count, sum) = (0, 0)
            do {
                for try await bytes in stream {
                    count += bytes.count
                    sum += bytes.reduce(0) { $0 + Int($1) }
                }
            } catch { return Response(status: 500) }
            let length = request.head.headers["Content-Length"] ?? "none"
            return Response(body: .bytes(Array("\(count) \(sum) \(length)".utf8)))
        }
        let request = Self.upload(byteCount) { writer in
            try await writer.write([])
            for piece in 0..<30 { try await writer.write([UInt8](repeating: UInt8(piece), count: 100_000)) }
        }
        for _ in 0..<2 {
            let answer = try await Self.client.get().send(request, to: endpoint)
            let length = byteCount.map(String.init) ?? "none"
            #expect(String(decoding: answer.body, as: UTF8.self) == "3000000 43500000 \(length)")
        }
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("an answer's body arrives while the request's is still made")
    func bothWays() async throws {
        let (server, endpoint) = try Self.server(Self.mirror)
        let heard = Gate()
        let request = Self.upload(nil) { writer in
            try await writer.write(Array("first".utf8))
            await heard.wait()
            try await writer.write(Array(" and last".utf8))
        }
        let text = try await Self.client.get().send(request, to: endpoint) { answer in
            var text = ""
            for try await bytes in answer.body {
                text += String(decoding: bytes, as: UTF8.self)
                if text == "first" { heard.open() }
            }
            return text
        }
        #expect(text == "first and last")
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a reader that is behind holds up the server, and nothing is lost", arguments: [false, true])
    func backPressure(isSecure: Bool) async throws {
        let byteCount = 16 << 20
        let written = Mutex(0)
        let (server, endpoint) = try Self.server(isSecure: isSecure) { _ in
            Response(
                body: .stream(byteCount: byteCount) { writer in
                    for _ in 0..<(byteCount >> 16) {
                        try await writer.write([UInt8](repeating: 5, count: 1 << 16))
                        written.withLock { $0 += 1 << 16 }
                    }
                })
        }
        var request = ClientRequest(.get, "/")
        request.bodyByteCountMax = byteCount
        request.timeout = .silence(seconds: 60)
        let limit = HTTPClientLimits().behindReaderByteCountMax
        let (total, most) = try await Self.client.get().send(request, to: endpoint) { answer in
            while answer.body.waitingByteCount < limit { await Task.yield() }
            // What is between the two: the kernel's buffers.
            let early = written.withLock { $0 }
            #expect(early < byteCount)
            var (total, most) = (0, 0)
            for try await bytes in answer.body {
                most = max(most, answer.body.waitingByteCount)
                total += bytes.count
                #expect(bytes.first == 5 && bytes.last == 5)
            }
            return (total, most)
        }
        #expect(total == byteCount)
        #expect(most <= limit + 64 << 10)
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a server that is behind holds up the request's producer")
    func heldUp() async throws {
        let gate = Gate()
        let written = Mutex(0)
        let (server, endpoint) = try Self.server { request in
            await gate.wait()
            var count = 0
            do { for try await bytes in try #require(request.stream) { count += bytes.count } } catch {
                return Response(status: 500)
            }
            return Response(body: .bytes(Array("\(count)".utf8)))
        }
        let byteCount = 64 << 20
        let request = Self.upload(byteCount) { writer in
            for _ in 0..<64 {
                try await writer.write([UInt8](repeating: 1, count: 1 << 20))
                written.withLock { $0 += 1 }
            }
        }
        async let answer = Self.client.get().send(request, to: endpoint)
        // It is held up when nothing more is taken for a while; it never was if all has been taken.
        var (last, same) = (-1, 0)
        while same < 20 {
            let now = written.withLock { $0 }
            same = now == last ? same + 1 : 0
            last = now
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(last < 64)
        gate.open()
        #expect(try await String(decoding: answer.body, as: UTF8.self) == "\(byteCount)")
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("an answer that comes before the body is whole ends its producer")
    func earlyAnswer() async throws {
        let stopped = Gate()
        let (server, endpoint) = try Self.server { _ in Response(status: 413) }
        let request = Self.upload(nil) { writer in
            defer { stopped.open() }
            while true { try await writer.write([UInt8](repeating: 1, count: 1000)) }
        }
        // The server may cut the connection before its answer is read, as it does with any client that goes on.
        do {
            #expect(try await Self.client.get().send(request, to: endpoint).status == 413)
        } catch let error as HTTPClientError {
            guard case .invalidAnswer = error else { throw error }
        }
        await stopped.wait()
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a producer that fails, or does not keep to its count, ends the request; the server gets no whole one")
    func brokenProducer() async throws {
        struct NoFile: Error {}
        let (server, endpoint) = try Self.server { request in
            do { for try await _ in try #require(request.stream) {} } catch { return Response(status: 500) }
            Issue.record("a body that broke off was taken for a whole one")
            return Response()
        }
        let broken: [ClientRequest] = [
            Self.upload(nil) { writer in
                try await writer.write([1])
                throw NoFile()
            },
            Self.upload(5) { try await $0.write([1, 2, 3, 4]) },
            Self.upload(5) { writer in
                try await writer.write([1, 2, 3])
                try? await writer.write([1, 2, 3])
            },
        ]
        for request in broken {
            let error = await error { _ = try await Self.client.get().send(request, to: endpoint) }
            guard case .bodyBroken = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a reader that goes before the end ends the connection; so does its task's cancellation, at any time")
    func givenUp() async throws {
        let asked = Gate()
        let left = Mutex(0)
        let (server, endpoint) = try Self.server { request in
            guard request.head.target == "/endless" else {
                asked.open()
                while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
                return Response()
            }
            return Response(
                body: .stream(byteCount: nil) { writer in
                    defer { left.withLock { $0 += 1 } }
                    while true { try await writer.write([UInt8](repeating: 1, count: 10_000)) }
                })
        }
        let first = try await Self.client.get().send(ClientRequest(.get, "/endless"), to: endpoint) { answer in
            for try await bytes in answer.body { return bytes.count }
            return 0
        }
        #expect(first > 0)
        let task = Task { try await Self.client.get().send(ClientRequest(.get, "/never"), to: endpoint) }
        await asked.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        // Given up before it is sent.
        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await Self.client.get().send(ClientRequest(.get, "/never"), to: endpoint)
        }
        await #expect(throws: CancellationError.self) { _ = try await early.value }
        // Nothing is left: a stop would wait for its deadline.
        await server.server.stop(deadlineSeconds: 100)
        while left.withLock({ $0 }) == 0 { await Task.yield() }
    }

    /// One byte each second, and after them the end or nothing.
    private static func slowly(_ byteCount: Int) -> RequestHandler {
        { request in
            Response(
                body: .stream(byteCount: nil) { writer in
                    for _ in 0..<byteCount {
                        try await writer.write([1])
                        try await Task.sleep(for: .seconds(1))
                    }
                    if request.head.target == "/silent" { try await Task.sleep(for: .seconds(3600)) }
                })
        }
    }

    @Test("an answer of any length may take longer than a silence may, as long as it comes")
    func slowness() async throws {
        let (server, endpoint) = try Self.server(Self.slowly(8))
        var request = ClientRequest(.get, "/")
        request.timeout = .silence(seconds: 6)
        #expect(try await Self.client.get().send(request, to: endpoint).body.count == 8)
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("silence has its end")
    func silence() async throws {
        let (server, endpoint) = try Self.server(Self.slowly(1))
        var request = ClientRequest(.get, "/silent")
        request.timeout = .silence(seconds: 2)
        let silence = await error { [request] in _ = try await Self.client.get().send(request, to: endpoint) }
        #expect(silence == .silent(seconds: 2))
        await server.server.stop(deadlineSeconds: 1)
    }
}
