import Testing

@testable import WebCodec

@Suite("permessage-deflate")
struct WebSocketDeflateTests {
    // MARK: Agreeing

    private static let plain = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

    @Test(
        "the first offer that can be agreed to is, and always without context takeover",
        arguments: [
            (["permessage-deflate"], plain),
            (["permessage-deflate; client_max_window_bits"], plain),
            (["permessage-deflate; client_max_window_bits=8"], plain),
            (["permessage-deflate; client_max_window_bits=\"15\""], plain),
            (["permessage-deflate ;server_no_context_takeover ; client_no_context_takeover"], plain),
            (["permessage-deflate; server_max_window_bits=9"], plain + "; server_max_window_bits=9"),
            (["permessage-deflate; server_max_window_bits=15"], plain + "; server_max_window_bits=15"),
            (
                ["permessage-deflate; server_max_window_bits=10, permessage-deflate"],
                plain + "; server_max_window_bits=10"
            ),
            (["permessage-deflate; server_max_window_bits=8, permessage-deflate"], plain),
            (["permessage-deflate; server_max_window_bits=8", "x-other; a=b", "permessage-deflate"], plain),
            (["bbf-usp-protocol, permessage-deflate; client_max_window_bits"], plain),
            ([], nil), ([""], nil), (["x-webkit-deflate-frame"], nil), (["PERMESSAGE-DEFLATE"], nil),
            (["permessage-deflate; server_max_window_bits"], nil),
            (["permessage-deflate; server_max_window_bits=8"], nil),
            (["permessage-deflate; server_max_window_bits=16"], nil),
            (["permessage-deflate; server_max_window_bits=09"], nil),
            (["permessage-deflate; client_max_window_bits=7"], nil),
            (["permessage-deflate; client_max_window_bits=+9"], nil),
            (["permessage-deflate; server_no_context_takeover=1"], nil),
            (["permessage-deflate; client_no_context_takeover=true"], nil),
            (["permessage-deflate; server_no_context_takeover; server_no_context_takeover"], nil),
            (["permessage-deflate; unknown"], nil),
        ] as [([String], String?)])
    func agreements(offers: [String], answer: String?) throws {
        let offers = try #require(WebSocketExtension.parse(offers))
        #expect(WebSocketDeflate.agree(to: offers)?.answer == answer)
    }

    @Test(
        "what is not spelled as RFC 6455 section 9.1 says is no list of extensions",
        arguments: [
            "permessage deflate", "permessage-deflate;", "permessage-deflate; ;a", "; a", "a; b=", "a; b=\"", "a; =b",
            "a; b=\"\"", "a; b=\"c d\"", "a; b=c d", "a; b=\"c\\\"", "a; b=\"c\"d", "é",
        ])
    func malformed(text: String) {
        #expect(WebSocketExtension.parse([text]) == nil)
    }

    // MARK: Inflating

    private static func frame(
        _ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true, reserved: UInt8 = 0x40
    ) -> [UInt8] {
        var frame = WebSocketFrame.encode(opcode, payload, maskedWith: WebSocketMask(0x37FA_213D))
        frame[0] = (isFinal ? 0x80 : 0) | reserved | opcode.rawValue
        return frame
    }

    private static func transcript(_ bytes: [UInt8], limits: WebSocketLimits = WebSocketLimits()) -> WebSocketTranscript
    {
        WebSocketTranscript([bytes], limits: limits, inflates: true)
    }

    /// A block without compression (RFC 1951 section 3.2.4).
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        let (low, high) = (UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8))
        return [0, low, high, ~low, ~high] + bytes
    }

    static let hello = Array("Hello".utf8)

    /// RFC 7692 section 7.2.3, and what its section 7.2.1 allows beyond.
    static let hellos: [[UInt8]] = [
        [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],
        [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00],
        // A final block.
        [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00],
        // Two blocks.
        [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00],
        // A final block, and another that refers to what was before it: distance 1, length 3 of "Hel" + "l".
        [0x01, 0x03, 0x00, 0xFC, 0xFF, 0x48, 0x65, 0x6C] + [0x00, 0x02, 0x00, 0xFD, 0xFF, 0x6C, 0x6F] + [0x00],
        // Nothing between, again and again.
        stored([]) + stored(hello) + stored([]) + [0x00],
    ]

    @Test("the RFC's examples, whole, in fragments, and cut at every byte", arguments: hellos)
    func examples(deflated: [UInt8]) {
        let whole = Self.frame(.text, deflated)
        #expect(Self.transcript(whole).events == [.text(Self.hello)])
        for cut in 0...deflated.count {
            let parts =
                Self.frame(.text, Array(deflated[..<cut]), isFinal: false)
                + Self.frame(.ping, [1], reserved: 0)
                + Self.frame(.continuation, Array(deflated[cut...]), reserved: 0)
            #expect(Self.transcript(parts).events == [.ping([1]), .text(Self.hello)])
        }
        #expect(WebSocketTranscript(whole.map { [$0] }, inflates: true).events == [.text(Self.hello)])
    }

    @Test("a message's final block may be referred to by the next one of the same message, and no other message's")
    func windowOfAMessage() throws {
        // Made with zlib: "abcabcabc" with the distance reaching back over a final block.
        let first: [UInt8] = [0x01, 0x03, 0x00, 0xFC, 0xFF, 0x61, 0x62, 0x63]
        // Fixed codes: length 6 (code 260 = 0000100), distance 3 (code 2 = 00010), end; not final.
        let second: [UInt8] = [0x82, 0x20, 0x00, 0x00]
        let both = Self.transcript(Self.frame(.binary, first + second))
        #expect(both.events == [.binary(Array("abcabcabc".utf8))])
        let apart = Self.transcript(
            Self.frame(.binary, first + [0x00]) + Self.frame(.binary, second))
        #expect(apart.events == [.binary(Array("abc".utf8))])
        #expect(apart.error?.code == 1007)
    }

    @Test("messages that are not deflated come between those that are")
    func mixed() {
        let bytes =
            Self.frame(.text, Self.hellos[0]) + Self.frame(.text, Self.hello, reserved: 0)
            + Self.frame(.binary, Self.hellos[1])
        #expect(Self.transcript(bytes).events == [.text(Self.hello), .text(Self.hello), .binary(Self.hello)])
    }

    @Test("an empty message, spelled in both ways", arguments: [[], [0x00]] as [[UInt8]])
    func empty(payload: [UInt8]) {
        #expect(Self.transcript(Self.frame(.text, payload)).events == (payload.isEmpty ? [] : [.text([])]))
    }

    @Test(
        "reserved bits where they must not be",
        arguments: [
            (frame(.ping, [], reserved: 0x40), true), (frame(.pong, [], reserved: 0x40), true),
            (frame(.close, [], reserved: 0x40), true), (frame(.text, [0x00], reserved: 0x20), true),
            (frame(.text, [0x00], reserved: 0x50), true), (frame(.text, [0x00], reserved: 0x60), true),
            (frame(.text, [0x00], isFinal: false) + frame(.continuation, [0x00]), true),
            (frame(.text, [0x61], isFinal: false, reserved: 0) + frame(.continuation, [0x00]), true),
            (frame(.text, [0x00]), false),
        ])
    func reservedBits(bytes: [UInt8], inflates: Bool) {
        #expect(WebSocketTranscript([bytes], inflates: inflates).error?.code == 1002)
    }

    @Test("text that is not UTF-8 fails as soon as it is inflated")
    func badText() {
        let part = Self.frame(.text, Self.stored([0x61, 0xFF]), isFinal: false)
        #expect(Self.transcript(part).error?.code == 1007)
        let cut = Self.frame(.text, Self.stored([0xE2, 0x82]) + [0x00])
        #expect(Self.transcript(cut).error?.code == 1007)
        #expect(Self.transcript(Self.frame(.binary, Self.stored([0xFF]) + [0x00])).events == [.binary([0xFF])])
    }

    @Test(
        "data that cannot be inflated, or ends inside a block, is 1007",
        arguments: [
            [0x07, 0x00], [0x00, 0x05, 0x00, 0x00, 0x00], [0xF2, 0x48, 0xCD], [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48],
            [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], [0x82, 0x20, 0x00, 0x00],
        ] as [[UInt8]])
    func wrong(payload: [UInt8]) {
        let said = Self.transcript(Self.frame(.text, payload))
        #expect(said.events.isEmpty && said.error?.code == 1007)
    }

    // MARK: Limits

    private static func deflated(_ payload: [UInt8], _ window: MessageDeflater.Window = .wide) -> [UInt8]? {
        payload.withUnsafeBytes { MessageDeflater.deflate($0, window: window) }
    }

    @Test("a message may inflate to the limit, and to no byte more")
    func limit() throws {
        var limits = WebSocketLimits()
        limits.messageByteCountMax = 100_000
        let exact = try #require(Self.deflated([UInt8](repeating: 0x61, count: 100_000)))
        #expect(Self.transcript(Self.frame(.text, exact), limits: limits).events.count == 1)
        let more = try #require(Self.deflated([UInt8](repeating: 0x61, count: 100_001)))
        let said = Self.transcript(Self.frame(.text, more), limits: limits)
        #expect(said.error?.code == 1009 && said.error?.reason.contains("messageByteCountMax (100000)") == true)
    }

    @Test("a bomb stops a piece behind the limit, however little comes in")
    func bomb() throws {
        let bomb = try #require(Self.deflated([UInt8](repeating: 0, count: 64 << 20)))
        #expect(bomb.count < 1 << 19)
        let inflater = try #require(MessageInflater())
        var message: [UInt8] = []
        #expect(throws: MessageInflater.Failure.tooBig) {
            try inflater.inflate(bomb, onto: &message, byteCountMax: 1 << 20)
        }
        #expect(message.count <= 1 << 20 + 16 << 10)
        #expect(Self.transcript(Self.frame(.binary, bomb)).error?.code == 1009)
    }

    @Test("blocks with nothing in them have an end too")
    func emptyBlocks() {
        var limits = WebSocketLimits()
        limits.messageByteCountMax = 1_000
        let blocks = (0..<100).flatMap { _ in Self.stored([]) }
        var bytes = Self.frame(.binary, blocks, isFinal: false)
        #expect(Self.transcript(bytes, limits: limits).error == nil)
        for _ in 0..<5 { bytes += Self.frame(.continuation, blocks, isFinal: false, reserved: 0) }
        #expect(limits.deflatedByteCountMax == 2_086)
        #expect(Self.transcript(bytes, limits: limits).error?.code == 1009)
    }

    @Test("fragments are counted in deflated messages as in others")
    func fragments() {
        var limits = WebSocketLimits()
        limits.fragmentCountMax = 10
        var bytes = Self.frame(.text, [], isFinal: false)
        for _ in 0..<10 { bytes += Self.frame(.continuation, [], isFinal: false, reserved: 0) }
        #expect(Self.transcript(bytes, limits: limits).error?.code == 1009)
    }

    @Test("between two messages there is no inflater")
    func idle() throws {
        var parser = WebSocketParser(role: .server, inflates: true)
        let frame = Self.frame(.text, Self.hellos[0])
        parser.append(frame.dropLast())
        #expect(try parser.next() == nil && parser.isInflating)
        parser.append(frame.suffix(1))
        #expect(try parser.next() == .text(Self.hello) && !parser.isInflating)
    }

    // MARK: Deflating

    @Test("what is deflated is inflated again, with both windows", arguments: 1...20)
    func roundTrip(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let words = (0..<50).map { _ in
            (0..<Int.random(in: 1...9, using: &generator)).map { _ in UInt8.random(in: 0x61...0x7A, using: &generator) }
        }
        var payload: [UInt8] = []
        let count = 1 << Int.random(in: 8...17, using: &generator)
        while payload.count < count { payload += words.randomElement(using: &generator) ?? [] }
        for window in [MessageDeflater.Window.wide, .narrow] {
            let deflated = try #require(Self.deflated(payload, window))
            #expect(deflated.count < payload.count)
            let frame = Self.frame(.text, deflated)
            #expect(WebSocketTranscript(generator.pieces(frame), inflates: true).events == [.text(payload)])
        }
    }

    @Test("what would not be shorter is left as it is")
    func random() {
        var generator = SeededGenerator(seed: 7)
        #expect(Self.deflated((0..<4096).map { _ in .random(in: 0 ... .max, using: &generator) }) == nil)
    }

    @Test("whatever is done to deflated frames, the parser says something and grows no further", arguments: 1...300)
    func mutations(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var limits = WebSocketLimits()
        limits.messageByteCountMax = 10_000
        let payload = try #require(Self.deflated(Array(repeating: Self.hello, count: 300).flatMap { $0 }))
        let bytes =
            Self.frame(.text, Self.hellos[seed % Self.hellos.count]) + Self.frame(.binary, payload)
            + Self.frame(.text, Self.hellos[0])
        let mutated = generator.mutated(bytes)
        let whole = WebSocketTranscript([mutated], limits: limits, inflates: true)
        #expect(whole == WebSocketTranscript(generator.pieces(mutated), limits: limits, inflates: true))
        for case .binary(let bytes) in whole.events { #expect(bytes.count <= 10_000) }
    }
}
