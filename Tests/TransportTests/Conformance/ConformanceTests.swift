import Testing
import Transport
import WebCodec

@Suite("RFC 6455 and RFC 7692 by cases", .timeLimit(.minutes(5)))
struct ConformanceTests {
    private static let limits: WebSocketLimits = {
        var limits = WebSocketLimits()
        limits.messageByteCountMax = 4 << 20
        limits.fragmentCountMax = 1 << 16
        return limits
    }()

    private static let server = Result {
        try TestServer { _ in
            Response(body: .webSocket(WebSocketOffer(limits: limits)) { EchoHandler($0) })
        }
    }

    /// Beyond it, a case is not cut at every byte.
    private static let everyCutByteCountMax = 600

    private static let plain =
        ConformanceCase.framing + ConformanceCase.pings + ConformanceCase.reserved + ConformanceCase.opcodes
        + ConformanceCase.fragments + ConformanceCase.utf8Handling + ConformanceCase.closing + ConformanceCase.large

    @Test("the parser, whatever pieces the bytes come in", arguments: plain + ConformanceCase.deflate)
    func parser(_ test: ConformanceCase) {
        var generator = SeededGenerator(seed: UInt64(test.sent.count))
        #expect(Self.parserReplies(to: [test.sent[...]], test) == test.replies)
        #expect(Self.parserReplies(to: generator.odd(test.sent), test) == test.replies)
        guard test.sent.count <= Self.everyCutByteCountMax else { return }
        #expect(Self.parserReplies(to: test.sent.indices.map { test.sent[$0...$0] }, test) == test.replies)
        for cut in test.sent.indices {
            #expect(Self.parserReplies(to: [test.sent[..<cut], test.sent[cut...]], test) == test.replies)
        }
    }

    @Test("over a socket, in one piece and in odd ones", arguments: plain + ConformanceCase.deflate)
    func socket(_ test: ConformanceCase) async throws {
        let port = try Self.server.get().port
        var generator = SeededGenerator(seed: UInt64(test.sent.count))
        for pieces in [[test.sent[...]], generator.odd(test.sent)] {
            let replies = try await offPool { try Self.socketReplies(to: pieces, test, port: port) }
            #expect(Self.pongsFirst(replies) == Self.pongsFirst(test.replies))
        }
    }

    /// On its way out a pong overtakes messages that wait.
    private static func pongsFirst(_ replies: [ConformanceCase.Reply]) -> [ConformanceCase.Reply] {
        var (pongs, others): ([ConformanceCase.Reply], [ConformanceCase.Reply]) = ([], [])
        for reply in replies {
            switch reply {
            case .pong: pongs.append(reply)
            case .text, .binary, .close: others.append(reply)
            }
        }
        return pongs + others
    }

    private static func parserReplies(
        to pieces: [ArraySlice<UInt8>], _ test: ConformanceCase
    ) -> [ConformanceCase.Reply] {
        var parser = WebSocketParser(role: .server, limits: limits, inflates: test.offer != nil)
        var replies: [ConformanceCase.Reply] = []
        for piece in pieces {
            parser.append(piece)
            do throws(WebSocketError) {
                while let event = try parser.next() {
                    switch event {
                    case .text(let bytes): replies.append(.text(bytes))
                    case .binary(let bytes): replies.append(.binary(bytes))
                    case .ping(let bytes): replies.append(.pong(bytes))
                    case .pong: break
                    case .close(let code, _): replies.append(.close(code))
                    }
                }
            } catch {
                return replies + [.close(error.code)]
            }
        }
        return replies
    }

    private static func socketReplies(
        to pieces: [ArraySlice<UInt8>], _ test: ConformanceCase, port: UInt16
    ) throws -> [ConformanceCase.Reply] {
        let client = try RawClient(port: port)
        let offer = test.offer.map { "Sec-WebSocket-Extensions: \($0)\r\n" } ?? ""
        let answer = try client.get("/", RawClient.upgradeHeaders + offer)
        #expect(answer.status == 101)
        #expect((answer.header("Sec-WebSocket-Extensions") != nil) == (test.offer != nil))
        do {
            for piece in pieces { try client.send(Array(piece)) }
        } catch is RawClient.Failure {}  // the server need not read on once it has closed; what it said is judged below
        // Server frames are read by our client's end of the codec, which refuses masked ones.
        var parser = WebSocketParser(role: .client, limits: limits, inflates: test.offer != nil)
        var replies: [ConformanceCase.Reply] = []
        while true {
            parser.append(client.takeUnread())
            while let event = try parser.next() {
                switch event {
                case .text(let bytes): replies.append(.text(bytes))
                case .binary(let bytes): replies.append(.binary(bytes))
                case .pong(let bytes): replies.append(.pong(bytes))
                case .ping: throw RawClient.Failure(description: "a ping too soon")
                case .close(let code, _):
                    replies.append(.close(code))
                    #expect(try client.isAtEnd(), "nothing comes behind the close frame")
                    return replies
                }
            }
            guard try client.fill() else { throw RawClient.Failure(description: "no close frame") }
        }
    }
}

extension SeededGenerator {
    /// Cuts bytes into pieces of odd sizes, smaller ones where there are few.
    fileprivate mutating func odd(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        let largest = max(3, min(bytes.count / 20, 9_000))
        while !rest.isEmpty {
            let piece = rest.prefix(.random(in: 1...largest, using: &self))
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }
}
