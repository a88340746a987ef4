import Keeper
import Testing

@Suite("Control frames")
struct ControlFrameTests {
    static let requests: [ControlRequest] = [
        .attach, .input(offset: 0, bytes: []), .closeInput, .signal(15), .signal(-1), .terminate(graceMs: .max),
        .resize(TerminalSize(columns: 80, rows: .max)),
        .input(offset: .max, bytes: [UInt8](repeating: 7, count: ControlRequest.inputByteCountMax)),
    ]
    static let input = InputState(acceptedByteCount: 1, roomByteCount: 2, isOpen: true)
    static let replies: [ControlReply] = [
        .state(KeeperState(childPid: 4711, input: input, spools: SpoolSizes(stdout: 3, stderr: 4))),
        .input(InputState(acceptedByteCount: .max, roomByteCount: 0, isOpen: false)),
        .grew(SpoolSizes(stdout: .max, stderr: 0)),
    ]

    @Test("are put together again from any pieces", arguments: 1...40)
    func pieces(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let sent = (0..<20).map { _ in Self.requests.randomElement(using: &random) ?? .attach }
        var stream = sent.flatMap { $0.encoded() }[...]
        var buffer = FrameBuffer()
        var received: [ControlRequest] = []
        while !stream.isEmpty {
            let count = Int.random(in: 1...(Bool.random(using: &random) ? 7 : 50_000), using: &random)
            buffer.append(stream.prefix(count))
            stream = stream.dropFirst(count)
            while let payload = try buffer.next() { received.append(try ControlRequest(decoding: payload)) }
        }
        #expect(received == sent)
    }

    @Test("replies are read as they were written", arguments: replies)
    func reply(reply: ControlReply) throws {
        var buffer = FrameBuffer()
        buffer.append(reply.encoded())
        let payload = try #require(try buffer.next())
        #expect(try ControlReply(decoding: payload) == reply)
        for count in 0..<payload.count {
            #expect(throws: MalformedRecord.self) { try ControlReply(decoding: Array(payload[..<count])) }
        }
    }

    @Test("one longer than the limit is refused before it is read")
    func tooLong() throws {
        var buffer = FrameBuffer()
        buffer.append([0, 0, 1, 0])
        #expect(try buffer.next() == nil, "64 KiB are allowed")
        var longer = FrameBuffer()
        longer.append([1, 0, 1, 0])
        #expect(throws: MalformedRecord.frameTooLong(byteCount: FrameBuffer.payloadByteCountMax + 1)) {
            try longer.next()
        }
    }

    @Test("an unknown kind is named")
    func unknownKind() {
        #expect(throws: MalformedRecord.unknownKind(77)) {
            try ControlRequest(decoding: [1, 77, 0, 0, 0, 0, 0, 0, 0])
        }
    }

    @Test("nonsense is refused and never traps", arguments: 1...200)
    func nonsense(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var bytes = random.bytes(upTo: 60)
            if Bool.random(using: &random), !bytes.isEmpty { bytes[0] = 1 }
            _ = try? ControlRequest(decoding: bytes)
            _ = try? ControlReply(decoding: bytes)
            _ = try? LaunchSpecification(decoding: bytes)
            _ = try? ExitRecord(decoding: bytes)
            _ = try? KeeperRecord(decoding: bytes)
            var buffer = FrameBuffer()
            buffer.append(bytes)
            while (try? buffer.next()) != nil {}
        }
    }
}
