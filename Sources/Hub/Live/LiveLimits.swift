/// What one connection may ask for and hold. Tests make them small.
package struct LiveLimits: Sendable {
    /// How long a WebSocket may take to say who it is, where it has not said so in its request: a round trip, by a wide
    /// margin.
    package var authenticationSeconds = 10
    /// A dashboard has a handful, a bot that follows every run some hundred.
    package var subscriptionsMax = 256
    /// A program needs one; more than a browser's tabs should want, which have WebSockets.
    package var eventStreamsPerUserMax = 4
    /// Sustained; a person types two or three, a bot that answers every event some ten.
    package var messagesPerSecond = 50
    /// At once: all subscriptions of a client that comes back, and a little. Above both: close code 4029.
    package var messageBurstMax = 300
    /// Operations of one connection at the same time; further ones wait in order.
    package var operationsInFlightMax = 16
    /// Frames that wait for their turn before the connection is not read any more.
    package var waitingFramesMax = 64

    /// 256 KiB handed to one socket and not yet taken: what a good connection takes in some 20 ms. The rest stays in
    /// the ring or in the journal.
    package var pendingBytesMax = 256 << 10
    /// 32 KiB, some 70 events, in one turn of the loop: when a thousand clients come back at once, those that have stayed
    /// wait for 32 MiB at most, and one system call still takes enough frames.
    package var turnBytesMax = 32 << 10
    /// Answers up to here overtake events; larger ones keep their place among them, since what overtakes is bounded: those
    /// of `operationsInFlightMax` together take a quarter of the transport's `controlByteCountMax`.
    package var overtakingBytesMax = 16 << 10

    /// One page of the journal for one that has fallen behind.
    package var historyPageEventsMax = 500
    package var historyPageBytesMax = 256 << 10

    /// 16 MiB: some 10,000 cards with their prompts.
    package var snapshotBytesMax = 16 << 20
    /// 16 KiB of each text in the lists of a snapshot that does not fit otherwise: far more than a board shows of a card.
    package var snapshotTextBytesMax = 16 << 10
    /// 128 MiB of snapshots that sockets have not taken: eight of the largest, some hundred of a usual project.
    package var snapshotsTotalBytesMax = 128 << 20
    /// 256 KiB: what is smaller goes out in one turn of a good connection, and each viewer gets its own.
    package var sharedSnapshotBytesMin = 256 << 10
    /// How old a large one may be that another viewer gets too: the events since then follow it, and are fewer bytes.
    package var snapshotReuseMs = 1_000
    /// The newest of a run; a person reads the end first.
    package var snapshotEntriesMax = 500
    /// The newest of a project or a card.
    package var snapshotRunsMax = 500

    /// The hub's newest log lines for those who come: a busy hour, a quiet week.
    package var logLinesMax = 500
    /// 4 KiB of a line's message, and of each of its metadata; the rest is in the log itself.
    package var logTextBytesMax = 4 << 10

    /// Deltas and presence come at most so often: 16 times a second looks fluent, and is a frame each time.
    package var replaceableIntervalMs = 60
    /// What a client is asked to wait at least when the hub goes away: it is back in less than a second.
    package var restartDelayMs = 1_000
    /// How many clients are to come back in a second afterwards: each joins with a snapshot, some 2 ms of one core.
    package var returnsPerSecond = 500

    package init() {}

    /// What texts are cut to, one after the other, until a snapshot fits. Below 64 bytes are identifiers.
    var snapshotTextCuts: [Int] {
        Array(sequence(first: snapshotTextBytesMax) { $0 / 4 }.prefix { $0 >= Self.snapshotTextBytesMin })
    }

    package static let snapshotTextBytesMin = 64
}
