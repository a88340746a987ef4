import Synchronization
import Transport

/// Reads a log of frames as its socket takes them, as a subscription does.
final class PullingHandler: WebSocketHandler {
    static let frameCount = 400
    /// The longest header, and the payload.
    static let batchByteCountMax = 4 * (14 + 50_000)

    private let channel: OutboundChannel
    private let state = Mutex((handedOver: 0, peakByteCount: 0))

    init(_ channel: OutboundChannel) {
        self.channel = channel
    }

    static func payload(_ number: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 50_000)
    }

    var handedOverCount: Int { state.withLock { $0.handedOver } }
    var peakByteCount: Int { state.withLock { $0.peakByteCount } }

    func opened() { pull() }
    func drained() { pull() }
    func received(_ message: WebSocketMessage) {}
    func closed(code: UInt16, reason: String) {}

    private func pull() {
        while channel.pendingByteCount <= TransportLimits().lowWaterByteCount, handedOverCount < Self.frameCount {
            let next = handedOverCount
            channel.send((next..<next + 4).map { .binary(Self.payload($0)) })
            let pending = channel.pendingByteCount
            state.withLock { $0 = (next + 4, max($0.peakByteCount, pending)) }
        }
    }

    /// Returns once the socket has stopped taking anything.
    func untilFull() async {
        let gate = Gate()
        channel.shard.submit { [self] _ in look(gate, last: -1) }
        await gate.wait()
    }

    private func look(_ gate: Gate, last: Int) {
        let pending = channel.pendingByteCount
        if pending == last, pending > 0 {
            gate.open()
        } else {
            channel.shard.submit { [self] _ in look(gate, last: pending) }
        }
    }
}
