internal import WebCodec

/// The sending end of one WebSocket or event stream. It names a connection and holds none: after the connection is
/// gone, calls do nothing.
///
/// Made for pulling: hand over what `pendingByteCount` leaves room for, and the rest when `drained()` is called.
/// Everything but the executors and `shard` traps off the loop's thread.
package final class OutboundChannel: Sendable {
    package let shard: Shard
    /// Unique on its shard for as long as the process lives.
    package let id: UInt64

    init(shard: Shard, id: UInt64) {
        self.shard = shard
        self.id = id
    }

    /// For a task that computes for microseconds between its waits.
    package var taskExecutor: some TaskExecutor { shard.loop }

    /// For an actor that lives where its socket does.
    package var unownedExecutor: UnownedSerialExecutor { unsafe shard.unownedExecutor }

    /// Hands over whole frames, in order. They are written when the loop's turn ends, all in one call. Beyond
    /// `TransportLimits.outputByteCountMax` nothing is taken: the peer is closed with 4008.
    package func send(_ frames: [Frame]) {
        withConnection { $0.sendFromChannel(frames) }
    }

    /// Hands over a frame that overtakes those which the kernel has not begun to take. A peer that lets more than
    /// `TransportLimits.controlByteCountMax` of them pile up is closed with 4008.
    package func sendControl(_ frame: Frame) {
        withConnection { $0.sendControlFromChannel(frame) }
    }

    /// Handed over, and not yet taken by the kernel.
    package var pendingByteCount: Int {
        withConnection { $0.pendingByteCount } ?? 0
    }

    /// Closes after what was handed over: a close frame, and at most `closeSeconds` for the peer's; on an event stream
    /// the end of the body.
    /// - Parameter code: one that may be sent (RFC 6455 section 7.4); 1005 sends none. Others trap.
    package func close(code: UInt16 = 1000, reason: String = "") {
        withConnection { $0.session.close(code: code, reason: reason, on: $0) }
    }

    /// Stops and resumes `received`, and soon the peer's sending: for a handler that has as much to do as it can hold.
    package func setReceiving(_ isReceiving: Bool) {
        withConnection { $0.session.setReceiving(isReceiving, on: $0) }
    }

    @discardableResult
    private func withConnection<Value: Sendable>(_ body: @Sendable (Connection) -> Value) -> Value? {
        shard.assumeIsolated { shard in shard.connection(id).map(body) }
    }
}
