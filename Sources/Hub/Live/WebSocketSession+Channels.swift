import Broker
import Model
import Transport
import Wire

// What a client says about channels. The answers keep their place among the events, since they say where those begin
// and end.
extension WebSocketSession {
    func subscribe(_ frame: UpFrame) async throws(HubError) {
        let opening = try await live.open(SubscribeInput(frame.payload), for: caller)
        guard isOpen else { return }
        try begin(opening, for: frame)
    }

    func unsubscribe(_ frame: UpFrame) async throws(HubError) {
        let name = try await channelName(frame, SubscribeInput.targetSchema)
        guard isOpen else { return }
        try end(name, for: frame)
    }

    func showPresence(_ frame: UpFrame) async throws(HubError) {
        let name = try await channelName(frame, Self.presenceSchema)
        guard isOpen else { return }
        try show(frame.payload["state"] ?? .null, on: name)
        reply(to: frame, data: nil)
    }

    private func channelName(_ frame: UpFrame, _ schema: Schema) async throws(HubError) -> Channel {
        try SubscribeInput.check(frame.payload, schema)
        return try await live.resolve(SubscribeInput.target(frame.payload), for: caller)
    }

    private func begin(_ opening: Opening, for frame: UpFrame) throws(HubError) {
        let name = opening.selection.channel
        let isNew = !isSubscribed(to: name)
        if isNew { try requireRoom() }
        guard follower.assumeIsolated({ $0.follow(opening) }) else {
            throw HubError(.forbidden, "the right to see \(name) ended while it was opened")
        }
        let presence = live.presence.attend(name, follower, as: clientName, caller.actor)
        channel.send([subscribed(opening, presence, id: frame.id)])
    }

    private func subscribed(_ opening: Opening, _ presence: PresenceText?, id: FrameID?) -> Frame {
        let (name, start) = (opening.selection.channel, opening.start)
        let viewers = presence.map { ($0.viewers, $0.total) }
        func whole(_ snapshot: [UInt8]) -> Frame {
            .text(
                DownFrame.subscribed(
                    id: id, channel: name, position: start, recovered: false, snapshot: snapshot, viewers: viewers))
        }
        switch opening.snapshot {
        case .shared(let snapshot):
            let (before, after) = DownFrame.subscribed(id: id, channel: name, position: start, viewers: viewers)
            return .text(before, snapshot, after)
        case .own(let snapshot): return whole(snapshot)
        case .later(let make): return whole(make())
        case nil:
            return .text(
                DownFrame.subscribed(
                    id: id, channel: name, position: start, recovered: opening.isRecovered, viewers: viewers))
        }
    }

    private func end(_ name: Channel, for frame: UpFrame) throws(HubError) {
        guard follower.assumeIsolated({ $0.unfollow(name) }) else { throw notSubscribed(name) }
        channel.send([.text(DownFrame.unsubscribed(id: frame.id, channel: name))])
    }

    private func show(_ state: JSONValue, on name: Channel) throws(HubError) {
        guard isSubscribed(to: name) else { throw notSubscribed(name) }
        try live.presence.show(state, on: name, by: follower)
    }

    private func isSubscribed(to name: Channel) -> Bool { follower.assumeIsolated { $0.follows(name) } }

    private static let presenceSchema = Schema.object(
        SubscribeInput.targetSchema.fields + [.required("state", .any, "Whatever the others should see.")])

    private func requireRoom() throws(HubError) {
        let maximum = live.limits.subscriptionsMax
        guard follower.assumeIsolated({ $0.count }) < maximum else {
            throw HubError.limit("subscriptionsMax", maximum, "this connection has no room for another subscription")
        }
    }

    private func notSubscribed(_ name: Channel) -> HubError {
        HubError(.notSubscribed, "this connection is not subscribed to \(name)")
    }
}
