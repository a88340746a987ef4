import Synchronization
import Testing
import Transport
import WebCodec

@Suite("Streamed responses", .timeLimit(.minutes(3)))
struct ResponseStreamTests {
    private struct Broken: Error {}

    private static func numbers(byteCount: Int?, upTo end: Int = 4) -> Response {
        Response(
            body: .stream(byteCount: byteCount) { writer in
                for number in 0..<end { try await writer.write(Array("\(number)".utf8)) }
            })
    }

    @Test("counted and chunked ones have their framing and keep the connection")
    func framing() async throws {
        let server = try TestServer { Self.numbers(byteCount: $0.head.path == ["counted"] ? 4 : nil) }
        try await server.talk { (client) throws in
            let counted = try client.get("/counted")
            #expect(counted.text == "0123" && counted.header("Content-Length") == "4")
            let chunked = try client.get("/chunked")
            #expect(chunked.text == "0123" && chunked.header("Transfer-Encoding") == "chunked")
            #expect(chunked.header("Connection") == nil && chunked.header("Content-Length") == nil)
            try client.send("HEAD /counted HTTP/1.1\r\nHost: h\r\n\r\nHEAD /chunked HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.reply(toHead: true).header("Content-Length") == "4")
            #expect(try client.reply(toHead: true).header("Transfer-Encoding") == "chunked")
            try client.send("GET /chunked HTTP/1.0\r\n\r\n")
            let old = try client.replyHead()
            #expect(old.header("Transfer-Encoding") == nil && old.header("Connection") == "close")
            #expect(try client.takeRest() == Array("0123".utf8))
        }
    }

    @Test("requests behind a streamed answer wait for its end")
    func order() async throws {
        let gate = Gate()
        let server = try TestServer { request in
            guard request.head.path == ["slow"] else { return Response(body: .bytes(Array("next".utf8))) }
            return Response(
                body: .stream(byteCount: nil) { writer in
                    try await writer.write(Array("a".utf8))
                    await gate.wait()
                    try await writer.write(Array("b".utf8))
                })
        }
        try await server.talk { (client) throws in
            try client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.replyHead().status == 200)
            #expect(try client.chunk() == Array("a".utf8))
            gate.open()
            #expect(try client.chunk() == Array("b".utf8))
            #expect(try client.chunk() == nil)
            #expect(try client.reply().text == "next")
        }
    }

    @Test("a producer goes no faster than its client")
    func backPressure() async throws {
        let written = Mutex(0)
        let (pieceByteCount, count) = (1 << 20, 64)
        let server = try TestServer { _ in
            Response(
                body: .stream(byteCount: pieceByteCount * count) { writer in
                    for number in 0..<count {
                        try await writer.write([UInt8](repeating: UInt8(number), count: pieceByteCount))
                        written.withLock { $0 += 1 }
                    }
                })
        }
        try await server.talk { (client) throws in
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.replyHead().status == 200)
            #expect(try client.take(1) == [0])
            #expect(written.withLock { $0 } < count)
            _ = try client.take(pieceByteCount - 1)
            for number in 1..<count {
                #expect(try client.take(pieceByteCount).allSatisfy { $0 == UInt8(number) })
            }
            #expect(try client.get("/again").status == 200)
        }
    }

    @Test(
        "a producer is cancelled when its client leaves, waiting for room or for something else",
        arguments: [true, false])
    func leaving(isWriting: Bool) async throws {
        let (begun, cancelled) = (Gate(), Gate())
        let server = try TestServer { _ in
            Response(
                body: .stream(byteCount: nil) { writer in
                    begun.open()
                    await withTaskCancellationHandler {
                        do { while isWriting { try await writer.write([UInt8](repeating: 0, count: 100_000)) } } catch {
                            #expect(error as? RequestBodyError == .clientLeft)
                        }
                        await cancelled.wait()
                    } onCancel: {
                        cancelled.open()
                    }
                })
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

    @Test("what breaks off is cut, so that nobody takes it for the whole", arguments: ["throws", "short", "long"])
    func cut(way: String) async throws {
        let server = try TestServer { _ in
            switch way {
            case "short": return Self.numbers(byteCount: 5)
            case "long": return Self.numbers(byteCount: 3)
            default:
                return Response(
                    body: .stream(byteCount: nil) { writer in
                        try await writer.write(Array("0123".utf8))
                        throw Broken()
                    })
            }
        }
        try await server.talk { (client) throws in
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET /second HTTP/1.1\r\nHost: h\r\n\r\n")
            // What was written before may get lost in the reset.
            let rest = String(decoding: try client.takeRest(), as: UTF8.self)
            #expect(!rest.hasSuffix("0\r\n\r\n") || way != "throws")
            #expect(rest.split(separator: "HTTP/1.1 200").count <= 1)
        }
    }

    @Test("a body may be answered while it comes")
    func bothWays() async throws {
        let server = try TestServer(bodyRule: { _ in .streamed }) { request in
            guard let stream = request.stream else { return Response(status: 500) }
            return Response(
                body: .stream(byteCount: nil) { writer in
                    for try await piece in stream { try await writer.write(piece) }
                })
        }
        try await server.talk { (client) throws in
            try client.send("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            #expect(try client.replyHead().header("Connection") == "close")
            for text in ["one", "two"] {
                try client.send("3\r\n\(text)\r\n")
                #expect(try client.chunk() == Array(text.utf8))
            }
            try client.send("0\r\n\r\n")
            #expect(try client.chunk() == nil)
            #expect(try client.isAtEnd())
        }
    }
}
