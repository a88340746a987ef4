/// What the broker may hold. All of it is bounded by these, whatever clients do; tests make them small.
package struct BrokerLimits: Sendable {
    /// 4 MiB: some 6,000 events of 200 bytes with their frames, half a minute of a project at 200 events/s. Who falls
    /// further behind reads pages of the journal.
    package var ringBytesMax = 4 << 20
    /// 64 MiB over all journals. When it is reached, journals that nobody watches lose their rings first.
    package var ringsTotalBytesMax = 64 << 20

    /// 64 KiB of deltas and presence waiting for one viewer: more than a screen can show in the 100 ms between two
    /// looks.
    package var replaceableBytesPerViewerMax = 64 << 10
    /// 16 KiB of text appended to one entry between two looks; an agent writes some 1 KiB in that time.
    package var replaceableBytesPerSlotMax = 16 << 10
    package var replaceableSlotsPerViewerMax = 128

    /// 64 people and bots, some 8 KiB: a longer list helps nobody, and everybody who comes gets it. Of the others there
    /// is the number.
    package var membersPerChannelMax = 64
    /// 1 KiB: a cursor, a selection and a name.
    package var presenceStateBytesMax = 1 << 10
    /// How soon the viewers of a channel are told of others: at once, to an eye.
    package var presenceIntervalMs = 100
    /// How many frames that costs in a second, of one channel: 10,000 viewers are told every 2 s, for a few per cent of
    /// a core.
    package var presenceFramesPerSecondMax = 5_000
    /// How long somebody whose connection is lost still counts: the first attempts to come back, of most clients.
    package var presenceGraceSeconds = 15
    /// Connections that are lost and still count, on all channels together: a thousand pages on ten channels. Above
    /// it, whoever goes has left.
    package var presenceAwayMax = 10_000

    /// How many events of a filtered subscription one pull looks at, so that a rare match does not hold the lock:
    /// 1,024 headers take some 20 µs.
    package var scannedPerPullMax = 1_024
    /// How many frames one subscription gets before its viewer's next one has its turn.
    package var framesPerTurnMax = 32

    /// Counted for an event's header, its place in the ring and its allocations, beside its payload.
    package static let itemOverheadBytes = 256
    /// Counted for a frame's object, its head and the channel's name, beside the payload.
    package static let frameOverheadBytes = 128

    package init() {}
}
