package import Model

/// What the hub says, as the bytes of one text frame: `{type, id?, channel?, seq?, ts?, data?, meta?, error?}`.
///
/// A durable event has its own members beside these; it is the only frame that begins with its channel.
package enum DownFrame {
    /// - Parameter data: a `Hello`, or whatever else encodes to its members.
    package static func hello(_ data: some Encodable) throws(HubError) -> [UInt8] {
        frame("hello", data: try WireJSON.encode(data))
    }

    /// - Parameters:
    ///   - data: an operation's output as JSON; nil when it has none.
    ///   - meta: `{nextCursor?, position?}` as JSON.
    package static func reply(id: FrameID, data: [UInt8]?, meta: [UInt8]? = nil) -> [UInt8] {
        var object = JSONObjectBytes()
        object.add("type", "reply")
        object.add("id", id.json)
        object.add("data", json: data)
        object.add("meta", json: meta)
        return object.finished()
    }

    /// - Parameter id: nil when the frame that went wrong had none, or could not be read.
    package static func error(id: FrameID?, _ error: HubError) -> [UInt8] {
        var object = JSONObjectBytes()
        object.add("type", "error")
        object.add("id", id?.json)
        object.add("error", json: ProblemDocument.encode(error))
        return object.finished()
    }

    /// - Parameters:
    ///   - position: what the snapshot shows and after which events follow.
    ///   - recovered: whether every event after the client's own position follows.
    ///   - snapshot: the channel's state at exactly `position` as JSON.
    ///   - viewers: who looks at the channel as JSON, and how many do.
    package static func subscribed(
        id: FrameID?, channel: Channel, position: JournalPosition, recovered: Bool, snapshot: [UInt8]? = nil,
        viewers: (json: [UInt8], total: Int)? = nil
    ) -> [UInt8] {
        var data = JSONObjectBytes()
        data.add("channel", channel.description)
        data.add("epoch", position.epoch)
        data.add("seq", json: Array(position.seq.description.utf8))
        data.add("recovered", .bool(recovered))
        data.add("viewers", json: viewers?.json)
        data.add("viewersTotal", viewers.map { .integer(Int64($0.total)) })
        data.add("snapshot", json: snapshot)
        return frame("subscribed", id: id, channel: channel, data: data.finished())
    }

    /// What stands before and after a snapshot that is written from where it is: one that several share.
    package static func subscribed(
        id: FrameID?, channel: Channel, position: JournalPosition, viewers: (json: [UInt8], total: Int)?
    ) -> (before: [UInt8], after: [UInt8]) {
        let around = subscribed(
            id: id, channel: channel, position: position, recovered: false, snapshot: [], viewers: viewers)
        // The snapshot is the last member of the last member.
        return (Array(around.dropLast(2)), Array(around.suffix(2)))
    }

    package static func unsubscribed(id: FrameID?, channel: Channel) -> [UInt8] {
        frame("unsubscribed", id: id, channel: channel)
    }

    package enum GapReason: String, Sendable, CaseIterable {
        /// The position is older than what is kept.
        case retention
        /// The history that the position belongs to has ended.
        case epoch
        /// The caller may not see the channel any more.
        case access
    }

    /// Events after `from` will not come; the history now stands at `to`.
    package static func gap(
        channel: Channel, from: JournalPosition, to: JournalPosition, reason: GapReason
    ) -> [UInt8] {
        frame("gap", channel: channel, data: gapData(from: from, to: to, reason: reason))
    }

    /// The `data` of a gap, which server-sent events carry without a frame around it.
    package static func gapData(
        channel: Channel? = nil, from: JournalPosition, to: JournalPosition, reason: GapReason
    ) -> [UInt8] {
        var data = JSONObjectBytes()
        data.add("channel", channel?.description)
        data.add("from", from.description)
        data.add("to", to.description)
        data.add("reason", reason.rawValue)
        data.add("resubscribe", .bool(reason != .access))
        return data.finished()
    }

    package static func pong(id: FrameID?) -> [UInt8] { frame("pong", id: id) }

    package static func closing(reason: String, retryAfterMs: Int?) -> [UInt8] {
        frame("closing", data: closingData(reason: reason, retryAfterMs: retryAfterMs))
    }

    package static func closingData(reason: String, retryAfterMs: Int?) -> [UInt8] {
        var data = JSONObjectBytes()
        data.add("reason", reason)
        data.add("retryAfterMs", retryAfterMs.map { .integer(Int64($0)) })
        return data.finished()
    }

    /// - Parameter data: one JSON value as text.
    package static func replaceable(_ type: ReplaceableType, channel: Channel, data: [UInt8]) -> [UInt8] {
        frame(type.rawValue, channel: channel, data: data)
    }

    /// A durable event for one channel: its JSON with the channel spliced in as the first member.
    ///
    /// - Parameter payload: what `EventCoding.encode` made.
    package static func event(channel: Channel, payload: [UInt8]) -> [UInt8] {
        precondition(payload.count > 2 && payload.first == UInt8(ascii: "{"), "an event is an object with members")
        var bytes: [UInt8] = []
        // 16 more than the name: `{"channel":"",` has 14.
        bytes.reserveCapacity(payload.count + channel.description.utf8.count + 16)
        bytes += #"{"channel":"#.utf8
        JSONWriter.write(channel.description, to: &bytes)
        bytes.append(UInt8(ascii: ","))
        bytes += payload.dropFirst()
        return bytes
    }

    private static func frame(
        _ type: String, id: FrameID? = nil, channel: Channel? = nil, data: [UInt8]? = nil
    ) -> [UInt8] {
        var object = JSONObjectBytes()
        object.add("type", type)
        object.add("id", id?.json)
        object.add("channel", channel?.description)
        object.add("data", json: data)
        return object.finished()
    }
}
