import Model
import Synchronization

/// A frame of whatever type the broker's owner makes.
typealias AnyFrame = any AnyObject & Sendable
typealias AnyFraming = @Sendable (FrameForm, Channel, BrokerEvent) -> AnyFrame

/// The broker without its frames' type, so that the compiler makes plain code of it: generic code that is not
/// specialised, as it would be in another module, took ten times as long.
@usableFromInline final class BrokerCore: Sendable {
    let limits: BrokerLimits
    let framing: AnyFraming
    let state: Mutex<BrokerState>

    init(limits: BrokerLimits, framing: @escaping AnyFraming) {
        self.limits = limits
        self.framing = framing
        state = Mutex(BrokerState(limits: limits, framing: framing))
    }

    func change<Value: Sendable>(_ body: (inout BrokerState) -> Value) -> Value {
        let (value, wakes) = state.withLock { state in (body(&state), state.takeWakes()) }
        for wake in wakes { wake.viewer.wake(wake.traffic) }
        return value
    }

    func read<Value: Sendable>(_ body: (borrowing BrokerState) -> Value) -> Value { state.withLock { body($0) } }

    /// - Parameter sink: called under the lock.
    @usableFromInline func pull(_ viewer: any Viewer, byteCountMax: Int, into sink: (AnyObject) -> Void) -> Portion {
        change { $0.pull(viewer, byteCountMax: byteCountMax, into: sink) }
    }
}
