import Keeper

/// A hub that is connected. What it is owed is remembered as flags and written when it can take it, so that one that does
/// not read costs nothing.
final class HubConnection {
    let descriptor: Descriptor
    private var incoming = FrameBuffer()
    private var outgoing: [UInt8] = []

    /// It asked for the state, and gets the news since then.
    private(set) var isAttached = false
    /// It sent more than there was room for, and is told when there is room again.
    var lacksRoom = false
    private var owesState = false
    private var owesInput = false
    private var owesGrowth = false

    init(_ descriptor: Descriptor) {
        self.descriptor = descriptor
    }

    var wantsToWrite: Bool { !outgoing.isEmpty || owesState || owesInput || owesGrowth }

    func attach() {
        isAttached = true
        owesState = true
        owesGrowth = false
    }

    func oweInput() { owesInput = true }

    func oweGrowth() { if isAttached { owesGrowth = true } }

    /// - Returns: what has arrived, or nil when the hub has gone.
    func receive(through buffer: UnsafeMutableRawBufferPointer) throws -> [ControlRequest]? {
        guard let count = try unsafe descriptor.read(into: buffer) else { return [] }
        guard count > 0 else { return nil }
        unsafe incoming.append(buffer[..<count])
        var requests: [ControlRequest] = []
        while let payload = try incoming.next() { requests.append(try ControlRequest(decoding: payload)) }
        return requests
    }

    /// Writes what is owed as far as the hub takes it.
    func flush(_ state: KeeperState) throws {
        while wantsToWrite {
            if outgoing.isEmpty { fill(state) }
            guard let count = try unsafe outgoing.withUnsafeBytes({ try unsafe descriptor.send($0) }) else { return }
            outgoing.removeFirst(count)
        }
    }

    private func fill(_ state: KeeperState) {
        if owesState { outgoing += ControlReply.state(state).encoded() }
        if owesInput { outgoing += ControlReply.input(state.input).encoded() }
        if owesGrowth { outgoing += ControlReply.grew(state.spools).encoded() }
        (owesState, owesInput, owesGrowth) = (false, false, false)
    }
}
