// Answers: the input is what a server sends to a GET, to a HEAD, and to a WebSocket handshake.

import Judgement
import WebCodec

/// Small enough that an input of a few hundred bytes reaches every one.
private let smallLimits: HTTPLimits = {
    var limits = HTTPLimits()
    limits.headByteCountMax = 200
    limits.headerCountMax = 6
    limits.bodyByteCountMax = 64
    return limits
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzResponse(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(start, count)
    for limits in [HTTPLimits(), smallLimits] {
        for method in [HTTPMethod.get, .head] {
            let readings = cuts(bytes).map { Reading($0, to: method, limits: limits) }
            for reading in readings { require(reading == readings[0], "cutting changes nothing") }
        }
    }
    let handshakes = cuts(bytes).map { Handshake($0) }
    for handshake in handshakes { require(handshake == handshakes[0], "cutting changes nothing") }
    return 0
}

private struct Reading: Equatable {
    var head: HTTPResponseHead?
    var body: [UInt8] = []
    var hasEnded = false
    var failure: HTTPResponseParser.Failure?

    init(_ pieces: [ArraySlice<UInt8>], to method: HTTPMethod, limits: HTTPLimits) {
        var parser = HTTPResponseParser(to: method, limits: limits)
        do throws(HTTPResponseParser.Failure) {
            for piece in pieces {
                parser.append(piece)
                while let event = try parser.next() { take(event) }
            }
            if let event = try parser.finish() { take(event) }
            require(hasEnded, "an answer that is whole has its end")
        } catch {
            failure = error
            judgeEnd(of: &parser, error)
        }
        require(body.count <= limits.bodyByteCountMax, "bodyByteCountMax holds")
        guard let head else { return }
        require(head.headers.fields.count <= limits.headerCountMax, "headerCountMax holds")
        require((200...999).contains(head.status) || head.status == 101, "interim answers are read over")
        for text in head.headers.fields.flatMap({ [$0.name, $0.value] }) {
            require(text.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }, "no line holds a control")
        }
        require(method != .head || body.isEmpty, "an answer to HEAD has no body")
    }

    private mutating func take(_ event: HTTPResponseParser.Event) {
        require(!hasEnded, "nothing comes after the end")
        switch event {
        case .head(let head):
            require(self.head == nil, "there is one head")
            self.head = head
        case .body(let bytes):
            require(head != nil && !bytes.isEmpty, "a body has bytes, and a head before it")
            body += bytes
        case .end:
            require(head != nil, "an end has a head before it")
            hasEnded = true
        }
    }

    /// A failure is the last word, whatever comes after it.
    private func judgeEnd(of parser: inout HTTPResponseParser, _ failure: HTTPResponseParser.Failure) {
        parser.append("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
        do throws(HTTPResponseParser.Failure) {
            let event = try parser.next()
            fatalError("property violated: nothing comes after a failure, but \(String(describing: event))")
        } catch let later {
            require(later == failure, "the failure stays the same")
        }
    }
}

/// What a client makes of it that has asked for a WebSocket.
private struct Handshake: Equatable {
    var headers: HTTPHeaders?
    var subprotocol: String?
    /// What is the first frames' then.
    var rest: [UInt8] = []
    var failure: WebSocketClientHandshake.Failure?

    init(_ pieces: [ArraySlice<UInt8>]) {
        // As unpredictable as a test wants it: the answer to these sixteen bytes is among the seeds.
        let key = [UInt8](repeating: 0, count: 16)
        guard var handshake = try? WebSocketClientHandshake(key: key, host: "a", target: "/", subprotocols: ["one"])
        else { fatalError("the request is sound") }
        for piece in pieces {
            guard headers == nil else {
                rest += piece
                continue
            }
            do throws(WebSocketClientHandshake.Failure) {
                guard let success = try handshake.receive(piece) else { continue }
                rest = success.remaining
                (headers, subprotocol) = (success.headers, success.subprotocol)
                require(["one", nil].contains(success.subprotocol), "what was not offered is not agreed to")
            } catch {
                failure = error
                return
            }
        }
    }
}
