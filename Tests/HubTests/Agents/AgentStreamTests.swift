import Journal
import Model
import Testing

@testable import Hub

@Suite("The stream of a one-shot") struct AgentStreamTests {
    private func event(_ seq: UInt64) -> CommittedEvent {
        CommittedEvent(
            journal: .hub, epoch: "e",
            header: EventHeader(seq: seq, type: .runUpdated, severity: .info, context: EventContext()),
            payload: Array(#"{"seq":\#(seq)}"#.utf8))
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("events are told under their positions, and it is known how far they reach")
    func events() {
        var stream = AgentStream(after: 4)
        let first = stream.take(.page(events: [event(5), event(7)], scannedTo: 9, more: true), epoch: "e")
        #expect(text(first.bytes).split(separator: "\n").filter { $0.hasPrefix("id:") } == ["id: e-5", "id: e-7"])
        #expect(!first.isWhole && stream.seen == 9)
        let second = stream.take(.page(events: [], scannedTo: 12, more: false), epoch: "e")
        #expect(second.bytes.isEmpty && second.isWhole && stream.seen == 12)
    }

    @Test("what was forgotten before it could be told is a gap, and it goes on behind it")
    func forgotten() {
        var stream = AgentStream(after: 4)
        let lost = stream.take(.gone(oldest: 20), epoch: "e")
        let told = text(lost.bytes)
        #expect(told.contains("event: gap") && told.contains("retention"))
        #expect(told.contains(#""from":"e-4""#) && told.contains(#""to":"e-19""#))
        #expect(!lost.isWhole && stream.seen == 19)
        let next = stream.take(.page(events: [event(20)], scannedTo: 20, more: false), epoch: "e")
        #expect(text(next.bytes).contains("id: e-20") && next.isWhole)
    }

    @Test("one that begins with the oldest that is kept has missed nothing")
    func oldest() {
        var stream = AgentStream(after: nil)
        let begun = stream.take(.gone(oldest: 20), epoch: "e")
        #expect(begun.bytes.isEmpty && !begun.isWhole && stream.seen == 19)
    }

    @Test("a right that is lost is said at its end")
    func ended() {
        let told = text(AgentStream(after: 4).end(epoch: "e"))
        #expect(told.contains("event: gap") && told.contains(#""reason":"access""#))
        #expect(told.contains(#""from":"e-4""#) && told.contains(#""to":"e-4""#))
    }
}
