import Broker
import Model
import Transport
import WebCodec
import Wire

/// The `data` of the first frame down.
struct Hello: Encodable {
    let `protocol`: Int
    /// `roost/<version>`.
    let server: String
    let node: String
    let connectionId: String
    /// nil until it is known: `auth` is due.
    let user: Actor?
    let pingIntervalMs: Int
    let limits: [String: Int]
    let capabilities: [String]

    /// What a client may rely on beyond the first version's own words.
    private static let capabilities = ["snapshot", "presence", "batch", "operations", "auth"]

    init(_ live: LiveHub, _ caller: Caller, connectionId: String) {
        `protocol` = live.about.protocol
        server = "\(live.about.name)/\(live.about.version)"
        node = live.about.node
        self.connectionId = connectionId
        user = caller.isKnown ? caller.actor : nil
        pingIntervalMs = live.transport.pingIntervalSeconds * 1_000
        limits = [
            "messageByteCountMax": live.transport.webSocket.messageByteCountMax,
            "controlByteCountMax": live.transport.controlByteCountMax,
            "subscriptionsMax": live.limits.subscriptionsMax,
            "messagesPerSecond": live.limits.messagesPerSecond,
            "messageBurstMax": live.limits.messageBurstMax,
            "operationsInFlightMax": live.limits.operationsInFlightMax,
            "batchFramesMax": UpFrame.batchFramesMax,
            "snapshotBytesMax": live.limits.snapshotBytesMax,
            "snapshotTextBytesMax": live.limits.snapshotTextBytesMax,
            "snapshotEntriesMax": live.limits.snapshotEntriesMax,
            "snapshotRunsMax": live.limits.snapshotRunsMax,
            "presenceStateBytesMax": live.broker.limits.presenceStateBytesMax,
            "membersPerChannelMax": live.broker.limits.membersPerChannelMax,
        ]
        capabilities = Self.capabilities
    }
}
