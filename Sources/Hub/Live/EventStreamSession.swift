import Broker
import Model
import Transport
import Wire

/// One channel's events as server-sent events, for as long as the client listens.
actor EventStreamSession: OutboundHandler {
    private nonisolated let channel: OutboundChannel
    private nonisolated let live: LiveHub
    private nonisolated let follower: Follower
    private let opening: Opening
    private nonisolated let door: Door
    private nonisolated let clientName: String
    private nonisolated let place: StreamCount.Place?

    nonisolated var unownedExecutor: UnownedSerialExecutor { channel.unownedExecutor }

    init(
        _ channel: OutboundChannel, _ live: LiveHub, _ opening: Opening, _ door: Door, clientName: String,
        _ place: StreamCount.Place?
    ) {
        self.place = place
        self.channel = channel
        self.live = live
        self.opening = opening
        self.door = door
        self.clientName = clientName
        follower = Follower(channel, live, door)
    }

    nonisolated func opened() { assumeIsolated { $0.begin() } }
    nonisolated func drained() { follower.assumeIsolated { $0.drained() } }
    nonisolated func stopping() { channel.send([door.closing(retryAfterMs: live.retryAfterMs())]) }
    nonisolated func closed(code: UInt16, reason: String) {
        follower.assumeIsolated { $0.close() }
        place?.leave()
    }

    private func begin() {
        let name = opening.selection.channel
        guard follower.assumeIsolated({ $0.follow(opening) }) else {
            channel.send([door.gap(name, from: opening.start, to: opening.head, reason: .access)])
            return channel.close()
        }
        var data = JSONObjectBytes()
        data.add("channel", name.description)
        data.add("epoch", opening.start.epoch)
        data.add("seq", .integer(Int64(opening.start.seq)))
        data.add("recovered", .bool(opening.isRecovered))
        let user = live.access.caller(opening.pass).actor
        if let presence = live.presence.attend(name, follower, as: clientName, user) {
            data.add("viewers", json: presence.viewers)
            data.add("viewersTotal", .integer(Int64(presence.total)))
        }
        let block = ServerSentEvent.block(
            id: opening.start.description, event: "subscribed", data: data.finished())
        channel.send([.events(block)])
        if let lost = opening.lost {
            channel.send([door.gap(name, from: lost.position, to: opening.head, reason: lost.reason)])
        }
    }
}
