import Testing

@testable import Transport

@Suite("Outbound queue", .timeLimit(.minutes(3)))
struct OutboundQueueTests {
    /// What would be written next, as text, at most that many frames of it.
    private func pending(_ queue: OutboundQueue, countMax: Int = 128) -> [String] {
        var texts: [String] = []
        queue.forEachPending(countMax: countMax) { frame, written in
            texts.append(String(decoding: frame.bytes[written...], as: UTF8.self))
        }
        return texts
    }

    private func frame(_ text: String) -> Frame { Frame(text.utf8) }

    @Test("control frames overtake, in order among themselves, and never split a frame")
    func overtaking() {
        var queue = OutboundQueue()
        queue.append(frame("one"))
        queue.append(frame("two"))
        queue.consume(1)
        queue.appendControl(frame("ping"))
        queue.appendControl(frame("pong"))
        #expect(pending(queue) == ["ne", "ping", "pong", "two"])
        #expect(pending(queue, countMax: 2) == ["ne", "ping"])
        #expect(queue.byteCount == 13 && queue.controlByteCount == 8)
        queue.consume(3)
        #expect(pending(queue) == ["ing", "pong", "two"])
        #expect(queue.controlByteCount == 4, "a frame that is begun no longer waits")
        queue.appendControl(frame("x"))
        queue.consume(3 + 4 + 1 + 1)
        #expect(pending(queue) == ["wo"])
        queue.consume(2)
        #expect(queue.isEmpty && pending(queue).isEmpty)
    }

    @Test("a frame of several parts goes out as one, wherever the kernel stops")
    func parts() {
        let joined = Frame.text("be".utf8, frame("shared"), Array("af".utf8))
        let whole = String(decoding: [0x81, 10], as: UTF8.self) + "besharedaf"
        for stop in 1..<joined.byteCount {
            var queue = OutboundQueue()
            queue.append(joined)
            queue.append(frame("next"))
            queue.consume(stop)
            queue.appendControl(frame("ping"))
            let texts = pending(queue)
            #expect(texts.suffix(2) == ["ping", "next"], "nothing comes between its parts")
            #expect(queue.byteCount == joined.byteCount - stop + 8)
            let count = texts.count - 2
            #expect(pending(queue, countMax: count) == Array(texts.prefix(count)))
            let rest = joined.parts.flatMap { Array($0.bytes) }.dropFirst(stop)
            #expect(texts.dropLast(2).joined() == String(decoding: rest, as: UTF8.self))
            queue.consume(rest.count + 8)
            #expect(queue.isEmpty)
        }
        #expect(String(decoding: joined.parts.flatMap { Array($0.bytes) }, as: UTF8.self) == whole)
    }

    @Test("what is sealed is not overtaken")
    func sealing() {
        var queue = OutboundQueue()
        queue.append(frame("head"))
        queue.seal()
        queue.appendControl(frame("ping"))
        #expect(pending(queue) == ["head", "ping"])
        queue.append(frame("a"))
        queue.dropUnsealed()
        #expect(pending(queue) == ["head"] && queue.byteCount == 4 && queue.controlByteCount == 0)
    }

    @Test("dropping keeps the frame that is begun")
    func dropping() {
        var queue = OutboundQueue()
        for text in ["abc", "def"] { queue.append(frame(text)) }
        queue.consume(2)
        queue.dropUnsealed()
        #expect(pending(queue) == ["c"] && queue.byteCount == 1)
        queue.consume(1)
        #expect(queue.isEmpty)
    }

    @Test("an empty frame is nothing")
    func empty() {
        var queue = OutboundQueue()
        queue.append(frame(""))
        #expect(queue.isEmpty && pending(queue).isEmpty)
    }

    @Test("whatever is taken at a time, every byte goes out once and in order", arguments: 1...40)
    func pieces(step: Int) {
        var queue = OutboundQueue()
        let texts = (0..<20).map { String(repeating: "\($0),", count: $0) }
        for text in texts { queue.append(frame(text)) }
        var out = ""
        while !queue.isEmpty {
            let rest = pending(queue, countMax: 3).joined()
            let piece = String(rest.prefix(step))
            out += piece
            queue.consume(piece.utf8.count)
        }
        #expect(out == texts.joined())
    }
}
