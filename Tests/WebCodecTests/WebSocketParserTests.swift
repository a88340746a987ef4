import Testing
import WebCodec

@Suite("WebSocket parser")
struct WebSocketParserTests {
    static let key = WebSocketMask(0x37FA_213D)

    /// A masked frame, right or wrong.
    static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        var frame = WebSocketFrame.encode(.binary, payload, maskedWith: key)
        frame[0] = first
        return frame
    }

    static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("the RFC's own examples (section 5.7)")
    func examples() {
        let hello = Self.text("Hello")
        let masked: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(WebSocketTranscript(masked).events == [.text(hello)])
        #expect(WebSocketFrame.encode(.text, hello, maskedWith: Self.key) == masked)
        #expect(WebSocketFrame.encode(.text, hello) == [0x81, 0x05] + hello)
        #expect(WebSocketTranscript([0x81, 0x05] + hello, role: .client).events == [.text(hello)])
        #expect(
            WebSocketTranscript([0x01, 0x03] + hello[..<3] + [0x80, 0x02] + hello[3...], role: .client).events == [
                .text(hello)
            ])
    }

    @Test(
        "every length form comes back, either way", arguments: [0, 1, 7, 8, 9, 125, 126, 127, 65_535, 65_536, 70_001])
    func lengths(byteCount: Int) {
        let payload = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(
            WebSocketTranscript(WebSocketFrame.encode(.binary, payload, maskedWith: Self.key)).events == [
                .binary(payload)
            ])
        #expect(
            WebSocketTranscript(WebSocketFrame.encode(.binary, payload), role: .client).events == [.binary(payload)])
    }

    @Test("control frames come between fragments")
    func interleaved() {
        let bytes =
            Self.frame(0x01, Self.text("a")) + Self.frame(0x89, [1]) + Self.frame(0x00, []) + Self.frame(0x8A, [2])
            + Self.frame(0x80, Self.text("b")) + Self.frame(0x82, [3])
        #expect(WebSocketTranscript(bytes).events == [.ping([1]), .pong([2]), .text(Self.text("ab")), .binary([3])])
    }

    @Test(
        "what breaks the rules is 1002",
        arguments: [
            ("not masked", [0x81, 0x01, 0x61]), ("RSV1", frame(0xC1, [])), ("RSV2", frame(0xA1, [])),
            ("RSV3", frame(0x91, [])), ("opcode 3", frame(0x83, [])), ("opcode 7", frame(0x87, [])),
            ("opcode 11", frame(0x8B, [])), ("opcode 15", frame(0x8F, [])), ("nothing to continue", frame(0x80, [])),
            ("a message in a message", frame(0x01, []) + frame(0x81, [])),
            ("a fragmented ping", frame(0x09, [])), ("a fragmented close", frame(0x08, [])),
            ("a long ping", frame(0x89, [UInt8](repeating: 0, count: 126))), ("half a code", frame(0x88, [3])),
            ("126 for a short one", [0x82, 0xFE, 0, 125]),
            ("127 for a short one", [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
            ("64 bits of length", [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        ] as [(String, [UInt8])])
    func protocolErrors(name: String, bytes: [UInt8]) {
        let transcript = WebSocketTranscript(bytes + Self.frame(0x81, Self.text("never")))
        #expect(transcript.error?.code == 1002)
        #expect(transcript.events.isEmpty)
    }

    @Test("a client refuses masked frames")
    func clientRole() {
        #expect(WebSocketTranscript(Self.frame(0x81, [0x61]), role: .client).error?.code == 1002)
    }

    @Test("every close code that may be sent, and no other")
    func closeCodes() {
        for code in 0...UInt16.max {
            let valid = [1000...1003, 1007...1014, 3000...4999].contains { $0.contains(code) }
            let payload = [UInt8(code >> 8), UInt8(code & 0xFF)] + Self.text("why")
            let transcript = WebSocketTranscript(Self.frame(0x88, payload))
            let isTaken = transcript.events == [.close(code: code, reason: "why")] && transcript.error == nil
            if isTaken != valid || (!valid && transcript.error?.code != 1002) { Issue.record("code \(code)") }
        }
    }

    @Test("a close without a code, one with bad text, and silence after it")
    func closing() {
        let late = Self.frame(0x81, Self.text("late"))
        #expect(WebSocketTranscript(Self.frame(0x88, []) + late).events == [.close(code: 1005, reason: "")])
        #expect(WebSocketTranscript(Self.frame(0x88, [3, 0xE8, 0xFF])).error?.code == 1007)
    }

    @Test(
        "text that is not UTF-8 is 1007, at the first byte that shows it",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC1], [0xE0, 0x80], [0xE0, 0x9F], [0xED, 0xA0], [0xF0, 0x80], [0xF0, 0x8F],
            [0xF4, 0x90], [0xF5], [0x80], [0xC3, 0x28], [0xE2, 0x82, 0x28], [0xF0, 0x9F, 0x98, 0x28],
        ] as [[UInt8]])
    func invalidText(bytes: [UInt8]) {
        // More is announced than comes: the judgement must not wait for it.
        let announced = WebSocketFrame.encode(.text, bytes + [UInt8](repeating: 0x61, count: 50), maskedWith: Self.key)
        #expect(WebSocketTranscript(Array(announced.dropLast(50))).error?.code == 1007)
        #expect(WebSocketTranscript(Self.frame(0x01, bytes)).error?.code == 1007)
    }

    @Test("a character may be split anywhere, but not left open")
    func splitText() {
        let bytes = Self.text("aé€😀b")
        for split in 0...bytes.count {
            let frames = Self.frame(0x01, Array(bytes[..<split])) + Self.frame(0x80, Array(bytes[split...]))
            #expect(WebSocketTranscript(frames).events == [.text(bytes)])
        }
        #expect(WebSocketTranscript(Self.frame(0x81, [0xE2, 0x82])).error?.code == 1007)
        // Binary is not text.
        #expect(WebSocketTranscript(Self.frame(0x82, [0xE2, 0x82])).events == [.binary([0xE2, 0x82])])
    }

    @Test("each limit is reached exactly, and named when it is passed")
    func limits() {
        var limits = WebSocketLimits()
        limits.messageByteCountMax = 4
        limits.fragmentCountMax = 2
        func transcript(_ frames: [UInt8]...) -> WebSocketTranscript {
            WebSocketTranscript(Array(frames.joined()), limits: limits)
        }
        #expect(transcript(Self.frame(0x02, [1, 2]), Self.frame(0x80, [3, 4])).events == [.binary([1, 2, 3, 4])])
        let long = transcript(Self.frame(0x02, [1, 2]), Self.frame(0x80, [3, 4, 5]))
        #expect(long.error == WebSocketError(code: 1009, reason: "more than messageByteCountMax (4) bytes"))
        let many = transcript(Self.frame(0x02, []), Self.frame(0x00, []), Self.frame(0x80, []))
        #expect(many.error == WebSocketError(code: 1009, reason: "more than fragmentCountMax (2) fragments"))
        // Refused by its header alone.
        #expect(WebSocketTranscript([0x82, 0xFF, 0, 0, 0, 0, 0xFF, 0, 0, 0], limits: limits).error?.code == 1009)
        // One message after the other is no longer message.
        #expect(transcript(Self.frame(0x82, [1, 2, 3]), Self.frame(0x82, [4, 5, 6])).events.count == 2)
    }

    @Test("a close reason is cut between characters")
    func closePayload() {
        let payload = WebSocketFrame.closePayload(code: 4001, reason: String(repeating: "é", count: 100))
        #expect(payload.count == 124)
        #expect(
            WebSocketTranscript(Self.frame(0x88, payload)).events == [
                .close(code: 4001, reason: String(repeating: "é", count: 61))
            ])
        #expect(WebSocketFrame.closePayload(code: 1005, reason: "unsent") == [])
    }

    @Test("mutated input never traps, and is read the same in any pieces", arguments: 0..<40 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var limits = WebSocketLimits()
        limits.messageByteCountMax = 300
        limits.fragmentCountMax = 3
        for round in 0..<200 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                let first = [0x81, 0x82, 0x01, 0x00, 0x80, 0x89, 0x8A, 0x88].randomElement(using: &generator) ?? 0x81
                let payload = Self.text(
                    ["", "abc", "aé€😀", String(repeating: "x", count: 130)].randomElement(using: &generator) ?? "")
                bytes += Self.frame(UInt8(first), first & 8 == 0 ? payload : [3, 0xE8] + Array(payload.prefix(100)))
            }
            if Bool.random(using: &generator) { bytes = generator.mutated(bytes) }
            let whole = WebSocketTranscript(bytes, limits: limits)
            #expect(WebSocketTranscript(bytes.map { [$0] }, limits: limits) == whole, "seed \(seed), round \(round)")
            #expect(
                WebSocketTranscript(generator.pieces(bytes), limits: limits) == whole, "seed \(seed), round \(round)")
        }
    }
}
