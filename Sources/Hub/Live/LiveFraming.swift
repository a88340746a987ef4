import Broker
import Engine
import Journal
import Model
import Transport
import Wire

extension FrameForm {
    /// A text frame with the event's channel as its first member.
    static let webSocket = FrameForm(rawValue: 1)
    /// A server-sent event named after the event's type.
    static let eventStream = FrameForm(rawValue: 2)
    /// The same, named `agent_event` whatever its type is.
    static let agentEventStream = FrameForm(rawValue: 3)
    /// A server-sent event without an `id:`, since its place is one among many journals'.
    static let projectsStream = FrameForm(rawValue: 4)
}

/// The outer forms of what the broker carries.
enum LiveFraming {
    static let agentEventName = "agent_event"

    static let frame: Broker<Frame>.Framing = { form, channel, event in
        switch form {
        case .eventStream: block(event, named: event.header.type.rawValue)
        case .agentEventStream: block(event, named: agentEventName)
        case .projectsStream:
            .events(ServerSentEvent.block(id: nil, event: event.header.type.rawValue, data: event.payload))
        default: .text(DownFrame.event(channel: channel, payload: event.payload))
        }
    }

    private static func block(_ event: BrokerEvent, named name: String) -> Frame {
        let position = JournalPosition(epoch: event.epoch, seq: event.header.seq)
        return .events(ServerSentEvent.block(id: position.description, event: name, data: event.payload))
    }
}

extension BrokerEvent {
    init(_ event: CommittedEvent) {
        self.init(journal: event.journal, epoch: event.epoch, header: event.header, payload: event.payload)
    }
}

extension ReplaceableUpdate {
    /// Text of one entry is one slot, named by the entry's place.
    init(_ update: LiveUpdate) {
        var head = JSONObjectBytes()
        head.add("runId", update.runId.rawValue)
        head.add("index", .integer(Int64(update.index)))
        head.add("kind", update.kind.rawValue)
        self.init(
            journal: .project(update.projectId), context: EventContext(cardId: update.cardId, runId: update.runId),
            type: .entryDelta, key: Self.key(of: update.runId, update.index),
            content: .appended(text: update.text, head: head.finished()))
    }

    fileprivate static func key(of run: Run.ID, _ index: Int) -> String { "\(run)/\(index)" }
}

extension ReplaceableKey {
    /// What was typed of an entry before this event, which has the whole; nil for an event of something else.
    init?(typedBefore event: CommittedEvent) {
        guard let index = event.entryIndex, let run = event.header.context.runId else { return nil }
        self.init(journal: event.journal, runId: run, type: .entryDelta, key: ReplaceableUpdate.key(of: run, index))
    }
}

extension ReplaceableUpdate {
    /// The pieces of one stream follow one another without holes, and are one slot.
    init(_ chunk: OutputChunk) {
        var head = JSONObjectBytes()
        head.add("runId", chunk.runId.rawValue)
        head.add("processId", chunk.processId.rawValue)
        head.add("stream", chunk.stream.rawValue)
        head.add("offset", .integer(Int64(chunk.offset)))
        self.init(
            journal: .project(chunk.projectId),
            context: EventContext(cardId: chunk.cardId, runId: chunk.runId, processId: chunk.processId), type: .chunk,
            key: "\(chunk.processId)/\(chunk.stream.rawValue)",
            content: .appended(text: chunk.text, head: head.finished()))
    }

    init(_ update: JobLogUpdate) {
        var head = JSONObjectBytes()
        head.add("jobId", update.jobId.rawValue)
        head.add("next", .integer(Int64(update.next)))
        self.init(
            journal: update.journal, context: EventContext(jobId: update.jobId), type: .jobLog,
            key: update.jobId.rawValue, content: .appended(text: update.text, head: head.finished()))
    }
}

extension ReplaceableUpdate {
    /// None takes another's place.
    init(_ line: LogLine) {
        self.init(
            journal: .hub, context: EventContext(), type: .logLine, key: "\(line.number)", content: .latest(line.json),
            level: line.level)
    }
}

extension ReplaceableDelivery {
    /// The `data` of its frame.
    var json: [UInt8] {
        switch content {
        case .latest(let json): return json
        case .appended(let text, let head):
            // One member more for the object that `head` is.
            return head.dropLast() + #","text":"#.utf8 + WireJSON.encode(.string(text)) + "}".utf8
        }
    }
}
