import Broker
import Model
import Transport
import Wire

/// How a kind of stream says what it says, besides the events themselves.
enum Door: Sendable {
    case webSocket
    /// - Parameter eventName: the name that all events get; nil: each its type's.
    case eventStream(eventName: String?)
    /// All projects as one event stream.
    case projectsStream

    var form: FrameForm {
        switch self {
        case .webSocket: .webSocket
        case .eventStream(LiveFraming.agentEventName): .agentEventStream
        case .eventStream: .eventStream
        case .projectsStream: .projectsStream
        }
    }

    /// A stream for one channel ends with its subscription.
    var endsWithSubscription: Bool {
        switch self {
        case .webSocket, .projectsStream: false
        case .eventStream: true
        }
    }

    func gap(_ channel: Channel, from: JournalPosition, to: JournalPosition, reason: DownFrame.GapReason) -> Frame {
        switch self {
        case .webSocket: .text(DownFrame.gap(channel: channel, from: from, to: to, reason: reason))
        case .eventStream:
            .events(
                ServerSentEvent.block(
                    id: nil, event: "gap", data: DownFrame.gapData(from: from, to: to, reason: reason)))
        case .projectsStream: Self.projectsGap(channel, from: from, to: to, reason: reason)
        }
    }

    /// Says whose it is, since the others go on.
    static func projectsGap(
        _ channel: Channel, from: JournalPosition, to: JournalPosition, reason: DownFrame.GapReason
    ) -> Frame {
        let data = DownFrame.gapData(channel: channel, from: from, to: to, reason: reason)
        return .events(ServerSentEvent.block(id: nil, event: "gap", data: data))
    }

    /// The last word before the hub goes away.
    func closing(retryAfterMs: Int) -> Frame {
        switch self {
        case .webSocket: .text(DownFrame.closing(reason: Self.closingReason, retryAfterMs: retryAfterMs))
        case .eventStream, .projectsStream: .events(Self.closingBlock(retryAfterMs: retryAfterMs))
        }
    }

    /// The same, of an event stream.
    static func closingBlock(retryAfterMs: Int) -> [UInt8] {
        let data = DownFrame.closingData(reason: closingReason, retryAfterMs: retryAfterMs)
        return ServerSentEvent.block(id: nil, event: "closing", data: data, retryMs: retryAfterMs)
    }

    private static let closingReason = "the hub is shutting down"

    func replaceable(_ delivery: ReplaceableDelivery) -> Frame {
        switch self {
        case .webSocket:
            .text(DownFrame.replaceable(delivery.type, channel: delivery.channel, data: delivery.json))
        case .eventStream, .projectsStream:
            .events(ServerSentEvent.block(id: nil, event: delivery.type.rawValue, data: delivery.json))
        }
    }
}
