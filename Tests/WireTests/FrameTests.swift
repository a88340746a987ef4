import Model
import Testing

@testable import Wire

@Suite("Frames")
struct FrameTests {
    static let project = Project.ID(ULID(milliseconds: 1, randomHigh: 0, randomLow: 1))

    @Test("an up frame with and without its optional members") func upFrame() throws {
        func parse(_ text: String) throws -> UpFrame {
            try #require(try UpFrame.parse(Array(text.utf8), batching: false).first).get()
        }
        #expect(
            try parse(#"{"type":"cards.move","id":7,"payload":{"a":1},"extra":0}"#)
                == UpFrame(type: "cards.move", id: .integer(7), payload: ["a": 1]))
        #expect(try parse(#"{"type":"ping"}"#) == UpFrame(type: "ping", id: nil, payload: [:]))
        #expect(
            try parse(#"{"type":"ping","id":null,"payload":null}"#) == UpFrame(type: "ping", id: nil, payload: [:]))
        #expect(try parse(#"{"type":"ping","id":"x"}"#).id == .string("x"))
        #expect(try parse(#"{"type":"ping","id":1.5}"#).id == .number(1.5))
    }

    @Test(
        "a frame that is none is refused with its id where it has one",
        arguments: [
            (#"{"id":1}"#, FrameID.integer(1)), (#"{"id":"a","type":5}"#, .string("a")),
            (#"{"id":{},"type":"ping"}"#, nil),
            (#"{"id":2,"type":"ping","payload":[]}"#, .integer(2)),
        ])
    func refused(text: String, id: FrameID?) throws {
        let result = try #require(try UpFrame.parse(Array(text.utf8), batching: false).first)
        let refused = try #require(throws: UpFrame.Refused.self) { try result.get() }
        #expect(refused.id == id)
        #expect(refused.error.code == .badRequest)
    }

    @Test("an id may have bytesMax bytes") func idLength() {
        #expect(FrameID(.string(String(repeating: "a", count: FrameID.bytesMax))) != nil)
        #expect(FrameID(.string(String(repeating: "a", count: FrameID.bytesMax + 1))) == nil)
    }

    @Test("arrays are batches for those who asked, up to batchFramesMax") func batches() throws {
        let batch = Array(#"[{"type":"ping"},3,{"type":"ping","id":1}]"#.utf8)
        let frames = try UpFrame.parse(batch, batching: true)
        #expect(frames.map { (try? $0.get())?.type } == ["ping", nil, "ping"])
        #expect(try UpFrame.parse(Array("[]".utf8), batching: true).isEmpty)
        #expect(throws: HubError.self) { try UpFrame.parse(batch, batching: false) }

        func text(count: Int) -> [UInt8] {
            Array(("[" + Array(repeating: #"{"type":"ping"}"#, count: count).joined(separator: ",") + "]").utf8)
        }
        #expect(try UpFrame.parse(text(count: UpFrame.batchFramesMax), batching: true).count == UpFrame.batchFramesMax)
        let error = try #require(throws: HubError.self) {
            try UpFrame.parse(text(count: UpFrame.batchFramesMax + 1), batching: true)
        }
        #expect(error.code == .limitExceeded)
        #expect(error.members["limit"] == "batchFramesMax")
    }

    @Test("down frames, byte for byte") func downFrames() throws {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        let channel = Channel.project(Self.project)
        let (from, to) = (JournalPosition(epoch: "e", seq: 3), JournalPosition(epoch: "f", seq: 9))
        #expect(text(try DownFrame.hello(["protocol": 1])) == #"{"type":"hello","data":{"protocol":1}}"#)
        #expect(
            text(DownFrame.reply(id: .string("a"), data: Array("[]".utf8), meta: Array(#"{"nextCursor":"c"}"#.utf8)))
                == #"{"type":"reply","id":"a","data":[],"meta":{"nextCursor":"c"}}"#)
        #expect(text(DownFrame.reply(id: .integer(1), data: nil)) == #"{"type":"reply","id":1}"#)
        #expect(
            text(DownFrame.subscribed(id: nil, channel: channel, position: from, recovered: true))
                == #"{"type":"subscribed","channel":"\#(channel)","#
                + #""data":{"channel":"\#(channel)","epoch":"e","seq":3,"recovered":true}}"#
        )
        #expect(
            text(
                DownFrame.subscribed(
                    id: .integer(2), channel: .hub, position: to, recovered: false, snapshot: [0x7B, 0x7D]))
                == #"{"type":"subscribed","id":2,"channel":"hub","#
                + #""data":{"channel":"hub","epoch":"f","seq":9,"recovered":false,"snapshot":{}}}"#
        )
        #expect(
            text(DownFrame.unsubscribed(id: .integer(2), channel: .hub))
                == #"{"type":"unsubscribed","id":2,"channel":"hub"}"#)
        #expect(
            text(DownFrame.gap(channel: .hub, from: from, to: to, reason: .epoch))
                == #"{"type":"gap","channel":"hub","#
                + #""data":{"from":"e-3","to":"f-9","reason":"epoch","resubscribe":true}}"#
        )
        #expect(text(DownFrame.pong(id: .integer(4))) == #"{"type":"pong","id":4}"#)
        #expect(
            text(DownFrame.closing(reason: "restart", retryAfterMs: 500))
                == #"{"type":"closing","data":{"reason":"restart","retryAfterMs":500}}"#)
        #expect(
            text(DownFrame.replaceable(.entryDelta, channel: .hub, data: Array("{}".utf8)))
                == #"{"type":"entry.delta","channel":"hub","data":{}}"#)
        #expect(
            text(DownFrame.error(id: .integer(5), HubError(.runNotFound, "no run")))
                == #"{"type":"error","id":5,"error":{"type":"/problems/RUN_NOT_FOUND","#
                + #""title":"Run not found","status":404,"detail":"no run","code":"RUN_NOT_FOUND"}}"#
        )
    }

    @Test("an event is spelled once, and the channel is spliced in") func event() throws {
        let event = EventCoding.encode(
            seq: 41, ts: Timestamp(millisecondsSince1970: 0), type: .cardDeleted, projectId: Self.project,
            context: EventContext(cardId: .init(trusted: "crd_1")), severity: .info,
            actor: Actor(.bot, id: "b", name: "B \"x\""), data: Array(#"{"id":"crd_1"}"#.utf8))
        let tail =
            #""type":"card.deleted","seq":41,"ts":"1970-01-01T00:00:00.000Z","#
            + #""projectId":"\#(Self.project)","cardId":"crd_1","severity":"info","#
            + #""actor":{"type":"bot","id":"b","name":"B \"x\""},"data":{"id":"crd_1"}}"#
        #expect(String(decoding: event, as: UTF8.self) == "{" + tail)
        let frame = DownFrame.event(channel: .hub, payload: event)
        #expect(String(decoding: frame, as: UTF8.self) == #"{"channel":"hub","# + tail)
    }

    @Test("server-sent events") func serverSentEvents() {
        let block = ServerSentEvent.block(id: "e-1", event: "card.moved", data: Array("{}\n[]".utf8))
        #expect(String(decoding: block, as: UTF8.self) == "id: e-1\nevent: card.moved\ndata: {}\ndata: []\n\n")
        let bare = ServerSentEvent.block(id: nil, event: "gap", data: Array("{}".utf8))
        #expect(String(decoding: bare, as: UTF8.self) == "event: gap\ndata: {}\n\n")
    }

    @Test("every code makes a problem document", arguments: HubError.Code.allCases)
    func problem(code: HubError.Code) throws {
        let error = HubError(code, "why", members: ["limit": "x", "status": 1], retryAfterSeconds: 3)
        let document = try WireJSON.parse(ProblemDocument.encode(error, instance: "/api/x"))
        #expect(document["code"]?.string == code.rawValue)
        #expect(document["type"]?.string == "/problems/\(code.rawValue)")
        #expect(document["status"]?.integer == Int64(code.http.status), "a member cannot replace a standard one")
        #expect(document["instance"] == "/api/x")
        #expect(document["limit"] == "x")
        #expect(document["retryAfterSeconds"] == 3)
    }
}
