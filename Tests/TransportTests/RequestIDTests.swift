import Synchronization
import Testing
import WebCodec

@testable import Transport

@Suite("Request ids and records", .timeLimit(.minutes(3)))
struct RequestIDTests {
    @Test("a client's id is taken when it is well-formed, and only then")
    func given() {
        let longest = String(repeating: "x", count: RequestID.byteCountMax)
        for good in ["a", "0190-ab_C.9", longest] { #expect(RequestID.given(["X-Request-Id": good]) == good) }
        for bad in ["", "a b", "a\"b", "é", "a,b", longest + "x"] {
            #expect(RequestID.given(["X-Request-Id": bad]) == nil, "\(bad)")
        }
        #expect(RequestID.given([:]) == nil)
        #expect(RequestID.given(["X-Request-Id": "a", "x-request-id": "b"]) == nil)
    }

    /// Keeps what it is told.
    private final class Recorder: TransportObserver {
        let records = Mutex<[ExchangeRecord]>([])
        let refusals = Mutex<[HTTPError.Code]>([])
        let ended = Gate()

        func connectionOpened() {}
        func connectionClosed() {}
        func refused(_ code: HTTPError.Code) { refusals.withLock { $0.append(code) } }
        func handshakeEnded(succeeded: Bool) {}
        func received(byteCount: Int) {}
        func sent(byteCount: Int) {}
        func messageReceived() {}
        func framesSent(count: Int) {}
        func streamOpened() {}
        func ticked(lateMilliseconds: UInt64) {}
        func ended(_ record: ExchangeRecord) {
            records.withLock { $0.append(record) }
            if record.closeCode != nil { ended.open() }
        }
    }

    @Test("an id is in every answer and record; a stream has a record at its beginning and at its end")
    func exchange() async throws {
        let recorder = Recorder()
        let server = try TestServer(observer: recorder) { request in
            guard request.head.path != ["ws"] else { return Response(body: .webSocket { EchoHandler($0) }) }
            var response = Response(body: .bytes(Array(request.id.utf8)))
            response.notes.operation = "echo"
            return response
        }
        let port = server.port
        try await offPool { () throws in
            let client = try RawClient(port: port)
            let named = try client.get("/a?token=secret", "X-Request-Id: mine\r\n")
            #expect(named.text == "mine" && named.header("X-Request-Id") == "mine")
            let unnamed = try client.get("/b", "X-Request-Id: not mine\r\n")
            #expect(unnamed.header("X-Request-Id") == unnamed.text && unnamed.text == "1")
            let bad = try RawClient(port: port)
            try bad.send("GET / HTTP/9.9\r\n\r\n")
            let refused = try bad.reply()
            let id = try #require(refused.header("X-Request-Id"))
            #expect(refused.text.contains("\"requestId\":\"\(id)\""))
            let socket = try RawClient(port: port)
            try socket.upgrade("/ws")
            try socket.sendFrame(.close, [3, 0xE8])
            #expect(try socket.frame().closeCode == 1000)
            socket.hangUp()
        }
        await recorder.ended.wait()
        await server.server.stop(deadlineSeconds: 1)
        let records = recorder.records.withLock { $0 }
        #expect(records.map(\.status) == [200, 200, 505, 101, 101])
        #expect(records.map(\.path) == ["/a", "/b", nil, "/ws", "/ws"])
        #expect(records.map(\.requestId).first == "mine")
        #expect(records.first?.byteCount == 4 && records.first?.notes.operation == "echo")
        #expect(records.map(\.kind) == [.request, .request, .request, .webSocket, .webSocket])
        #expect(records.map(\.closeCode) == [nil, nil, nil, nil, 1000])
        #expect(recorder.refusals.withLock { $0 } == [.versionNotSupported])
    }
}
